"""Users and teams, in every store."""

from worktraq.testing.contracts.users import TeamRepositoryContract, UserRepositoryContract


class TestUsers(UserRepositoryContract):
    """The users of an organization."""


class TestTeams(TeamRepositoryContract):
    """The teams of an organization."""
