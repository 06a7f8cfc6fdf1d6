"""What every store must do with users and teams."""

from collections.abc import Callable, Hashable
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.ids import TeamId, UserId
from worktraq.core.invitations import InvitationStatus
from worktraq.core.paging import Key, Page, PageRequest
from worktraq.core.text import fold
from worktraq.core.users import Role, Team, User
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.ports.users import TeamRepository, UserDependents, UserRepository
from worktraq.testing import strategies
from worktraq.testing.builders import (
    a_comment,
    a_decision,
    a_request,
    a_submission,
    a_team,
    a_time_entry,
    a_user,
    an_expense,
    an_invitation,
)
from worktraq.testing.contracts.base import conflict, reading, writing
from worktraq.testing.contracts.changes import ChangingContract
from worktraq.testing.contracts.paging import NAMES, PagingContract
from worktraq.testing.firms import Firm

ROLES = (Role.EMPLOYEE, Role.MANAGER, Role.ADMIN)


class UserRepositoryContract(ChangingContract[User, UserId], PagingContract[User, UserId]):
    """Users: unique by mail address, listed by name."""

    def repository(self, uow: UnitOfWork) -> UserRepository:
        """The users."""
        return uow.users

    def id_of(self, entity: User) -> UserId:
        """Of a user."""
        return entity.id

    def as_id(self, value: UUID) -> UserId:
        """Of a user."""
        return UserId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[User]:
        """Users with every role."""
        return [a_user(firm.id, NAMES[at % len(NAMES)], role=ROLES[at % 3]) for at in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[User]:
        """Users of all kinds."""
        return strategies.users(firm)

    def unique_keys(self) -> tuple[Callable[[User], Hashable], ...]:
        """Id and mail address."""
        return (self.id_of, lambda user: user.email_key)

    def changed(self, entity: User) -> User:
        """With another name."""
        return evolve(entity, name=entity.name[:190] + " jr", is_active=False, version=entity.version + 1)

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[User]:
        """All users."""
        return uow.users.page(request, role=None, is_active=None, is_invited=None, search="")

    def key_of(self, entity: User) -> Key:
        """Folded name, then id."""
        return (fold(entity.name), entity.id.hex)

    def test_a_mail_address_is_taken_once(self, store: Store, firm: Firm) -> None:
        """Two users of an organization never have the same address, however it is written."""
        with writing(store, firm) as uow:
            uow.users.add(a_user(firm.id, email="Zoë@acme.example"))
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.users.add(a_user(firm.id, email="zoe@ACME.example"))

    def test_a_mail_address_cannot_become_that_of_somebody_else(self, store: Store, firm: Firm) -> None:
        """A change of address is held against the others too."""
        changed = evolve(firm.employee, email=firm.admin.email.upper(), version=2)
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.users.save(changed)

    def test_the_same_mail_address_can_exist_elsewhere(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Somebody can work for two organizations."""
        twin = a_user(other_firm.id, email=firm.employee.email)
        with writing(store, other_firm) as uow:
            uow.users.add(twin)
        with reading(store, other_firm) as uow:
            assert uow.users.find_by_email(twin.email_key) == twin
        with reading(store, firm) as uow:
            assert uow.users.find_by_email(twin.email_key) == firm.employee

    def test_a_user_is_found_by_mail_address(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By its folded form, and as it is after a change."""
        user = a_user(firm.id, email="Eva.ÉÉN@acme.example")
        with writing(store, firm) as uow:
            uow.users.add(user)
        renamed = evolve(user, email="eva@new.example", version=2)
        with writing(store, firm) as uow:
            assert uow.users.find_by_email("eva.een@acme.example") == user
            uow.users.save(renamed)
        with reading(store, firm) as uow:
            assert uow.users.find_by_email("eva.een@acme.example") is None
            assert uow.users.find_by_email("eva@new.example") == renamed
        with reading(store, other_firm) as uow:
            assert uow.users.find_by_email("eva@new.example") is None

    @pytest.mark.parametrize(
        ("search", "expected"),
        [
            ("zoe", {"Zoë", "zoet@acme.example"}),
            ("%", {"50% Jan"}),
            ("_", {"snake_case"}),
            ("\\", {"back\\slash"}),
            ("'", {"d'Arc"}),
            ("🙂", {"Smile 🙂"}),
            ("strasse", {"Straße"}),
            ("nobody", set()),
        ],
    )
    def test_a_search_finds_names_and_mail_addresses(
        self, store: Store, firm: Firm, search: str, expected: set[str]
    ) -> None:
        """What is searched for stands anywhere in it, character by character."""
        names = ("Zoë", "50% Jan", "snake_case", "back\\slash", "d'Arc", "Smile 🙂", "Straße")
        with writing(store, firm) as uow:
            uow.users.add(*(a_user(firm.id, name) for name in names), a_user(firm.id, "Ben", email="zoet@acme.example"))
        with reading(store, firm) as uow:
            page = uow.users.page(PageRequest(100), role=None, is_active=None, is_invited=None, search=search)
        assert {user.email if user.name == "Ben" else user.name for user in page} == expected

    def test_a_list_is_narrowed_down_by_role_and_activity(self, store: Store, firm: Firm) -> None:
        """What is given counts; what is not, does not."""
        retired = evolve(firm.colleague, is_active=False, version=2)
        with writing(store, firm) as uow:
            uow.users.save(retired)
        with reading(store, firm) as uow:
            request = PageRequest(100)
            assert list(uow.users.page(request, role=Role.EMPLOYEE, is_active=None, is_invited=None, search="")) == [
                retired,
                firm.employee,
            ]
            assert list(uow.users.page(request, role=Role.EMPLOYEE, is_active=False, is_invited=None, search="")) == [
                retired
            ]
            assert list(uow.users.page(request, role=Role.ADMIN, is_active=True, is_invited=None, search="a")) == [
                firm.admin
            ]

    def test_a_list_is_narrowed_down_to_who_is_invited(self, store: Store, firm: Firm) -> None:
        """By the invitation, not by being inactive: some were invited and came, some were called off."""
        invited = [a_user(firm.id, name) for name in ("Nel", "Ot", "Piet")]
        statuses = (InvitationStatus.OPEN, InvitationStatus.ACCEPTED, InvitationStatus.WITHDRAWN)
        with writing(store, firm) as uow:
            uow.users.add(*invited)
            uow.invitations.add(
                *[an_invitation(user, status=status) for user, status in zip(invited, statuses, strict=True)]
            )
        request = PageRequest(100)
        with reading(store, firm) as uow:
            shown = {
                wanted: [
                    user.name
                    for user in uow.users.page(request, role=None, is_active=None, is_invited=wanted, search="")
                ]
                for wanted in (True, False, None)
            }
        assert shown == {
            True: ["Nel"],
            False: ["Ada", "Coen", "Eva", "Mo", "Ot", "Piet"],
            None: ["Ada", "Coen", "Eva", "Mo", "Nel", "Ot", "Piet"],
        }

    @pytest.mark.requirement("W-06")
    def test_what_names_a_user_is_counted(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Own items, decisions and remarks on anybody's, requests about the user, and periods handed in."""
        items = [a_time_entry(firm.activity), an_expense(firm.activity), a_time_entry(firm.colleague_activity)]
        request = a_request(firm.project, firm.employee, items[0])
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.decisions.add(*[a_decision(item, firm.manager) for item in items])
            uow.submissions.add(a_submission(firm.employee))
            uow.requests.add(request)
            uow.comments.add(a_comment(items[0], firm.manager), a_comment(items[2], firm.manager))
        with reading(store, firm) as uow:
            found = [uow.users.dependents(user.id) for user in (firm.employee, firm.manager, firm.admin)]
        assert found == [
            UserDependents(items=2, decisions=0, requests=1, submissions=1, comments=0),
            UserDependents(items=0, decisions=3, requests=0, submissions=0, comments=2),
            UserDependents(items=0, decisions=0, requests=0, submissions=0, comments=0),
        ]
        with reading(store, other_firm) as uow:
            assert uow.users.dependents(firm.employee.id) == found[2]

    def test_names_that_grow_when_folded_are_kept_and_paged(self, store: Store, firm: Firm) -> None:
        """A name of the longest length folds to one many times as long; nothing of it is left out or repeated."""
        long_ones = [a_user(firm.id, "ﷺ" * 199 + end) for end in "edcba"]
        with writing(store, firm) as uow:
            uow.users.add(*long_ones)
        with reading(store, firm) as uow:
            assert uow.users.find_many([user.id for user in long_ones]) == long_ones
            walked = self.walked(uow, 2)
        assert sorted(walked, key=self.id_of) == sorted([*firm.users, *long_ones], key=self.id_of)

    def test_active_users_are_counted(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Of a role or of all, without those who are not active, and without other organizations'."""
        with writing(store, firm) as uow:
            uow.users.save(evolve(firm.colleague, is_active=False, version=2))
        with reading(store, firm) as uow:
            assert uow.users.count_active(None) == 3
            assert uow.users.count_active(Role.EMPLOYEE) == 1
            assert uow.users.count_active(Role.ADMIN) == 1
        with reading(store, other_firm) as uow:
            assert uow.users.count_active(None) == 4

    def test_users_can_be_locked(self, store: Store, firm: Firm) -> None:
        """Locking, also nobody or somebody twice, changes nothing."""
        with writing(store, firm) as uow:
            uow.users.lock(firm.employee.id, firm.admin.id, firm.employee.id)
            uow.users.lock()
            assert uow.users.find(firm.employee.id) == firm.employee


class TeamRepositoryContract(ChangingContract[Team, TeamId], PagingContract[Team, TeamId]):
    """Teams: listed by name."""

    def repository(self, uow: UnitOfWork) -> TeamRepository:
        """The teams."""
        return uow.teams

    def id_of(self, entity: Team) -> TeamId:
        """Of a team."""
        return entity.id

    def as_id(self, value: UUID) -> TeamId:
        """Of a team."""
        return TeamId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[Team]:
        """Teams of zero to four users."""
        return [a_team(firm.id, *firm.users[: at % 5], name=NAMES[at % len(NAMES)]) for at in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[Team]:
        """Teams of all kinds."""
        return strategies.teams(firm)

    def changed(self, entity: Team) -> Team:
        """With another name and fewer members."""
        return evolve(entity, name=entity.name + "!", member_ids=entity.member_ids[1:], version=entity.version + 1)

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[Team]:
        """All teams."""
        return uow.teams.page(request)

    def key_of(self, entity: Team) -> Key:
        """Folded name, then id."""
        return (fold(entity.name), entity.id.hex)

    def test_members_come_and_go(self, store: Store, firm: Firm) -> None:
        """A saved team has the members it was saved with, in order of their ids."""
        everybody = evolve(firm.team, member_ids=tuple(sorted(user.id for user in firm.users)), version=2)
        nobody = evolve(firm.team, member_ids=(), version=3)
        for team in (everybody, nobody):
            with writing(store, firm) as uow:
                uow.teams.save(team)
            with reading(store, firm) as uow:
                assert uow.teams.find(team.id) == team

    def test_the_teams_of_a_user_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """With all of their members, in order of their ids."""
        audit, board = a_team(firm.id, firm.employee, firm.admin, name="Audit"), a_team(firm.id, firm.admin)
        with writing(store, firm) as uow:
            uow.teams.add(board, audit)
        with reading(store, firm) as uow:
            assert list(uow.teams.of_user(firm.employee.id)) == [firm.team, audit]
            assert list(uow.teams.of_user(firm.manager.id)) == []
        with reading(store, other_firm) as uow:
            assert list(uow.teams.of_user(firm.employee.id)) == []
