"""Users, invitations and teams, in every store."""

from worktraq.testing.contracts.administration import AdministrationContract
from worktraq.testing.contracts.invitations import InvitationRepositoryContract
from worktraq.testing.contracts.users import TeamRepositoryContract, UserRepositoryContract


class TestUsers(UserRepositoryContract):
    """The users of an organization."""


class TestTeams(TeamRepositoryContract):
    """The teams of an organization."""


class TestInvitations(InvitationRepositoryContract):
    """Who is asked to join an organization."""


class TestAdministration(AdministrationContract):
    """Administrators and invited people who act at the same time."""
