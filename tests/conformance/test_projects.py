"""Projects and activities, in every store."""

from worktraq.testing.contracts.projects import ActivityRepositoryContract, ProjectRepositoryContract


class TestProjects(ProjectRepositoryContract):
    """The projects of an organization."""


class TestActivities(ActivityRepositoryContract):
    """The activities of an organization."""
