"""What every store must do with grants."""

from collections.abc import Callable, Hashable
from uuid import UUID

from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.access import Grant, Right
from worktraq.core.ids import GrantId, TeamId, UserId
from worktraq.core.paging import Key, Page, PageRequest
from worktraq.ports.access import GrantRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import a_customer, a_grant, a_team, new_id
from worktraq.testing.contracts.base import conflict, read_only, reading, writing
from worktraq.testing.contracts.changes import RemovingContract
from worktraq.testing.contracts.paging import PagingContract
from worktraq.testing.firms import Firm


class GrantRepositoryContract(RemovingContract[Grant, GrantId], PagingContract[Grant, GrantId]):
    """Grants: given once, found by holder and by customer, withdrawn."""

    def repository(self, uow: UnitOfWork) -> GrantRepository:
        """The grants."""
        return uow.grants

    def id_of(self, entity: Grant) -> GrantId:
        """Of a grant."""
        return entity.id

    def as_id(self, value: UUID) -> GrantId:
        """Of a grant."""
        return GrantId(value)

    def new_ones(self, uow: UnitOfWork, firm: Firm, number: int) -> list[Grant]:
        """Rights on as many new customers."""
        customers = [a_customer(firm.id) for _ in range(number)]
        uow.customers.add(*customers)
        return [a_grant(Right.READ, customer, firm.employee) for customer in customers]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[Grant]:
        """Grants of all kinds."""
        return strategies.grants(firm)

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[Grant]:
        """All grants."""
        return uow.grants.page(request, user_id=None, team_id=None, customer_id=None)

    def key_of(self, entity: Grant) -> Key:
        """The id."""
        return (entity.id.hex,)

    def unique_keys(self) -> tuple[Callable[[Grant], Hashable], ...]:
        """Id, and right, thing and holder together."""
        return (self.id_of, lambda grant: evolve(grant, id=GrantId(UUID(int=0))))

    def test_a_right_is_given_once(self, store: Store, firm: Firm) -> None:
        """The same right on the same thing for the same holder is a conflict, whether user or team."""
        for thing, holder in ((firm.customer, firm.employee), (firm.project, firm.team)):
            with writing(store, firm) as uow:
                uow.grants.add(a_grant(Right.APPROVE, thing, holder))
            with conflict("already_exists"), writing(store, firm) as uow:
                uow.grants.add(a_grant(Right.APPROVE, thing, holder))

    def test_similar_rights_stand_beside_each_other(self, store: Store, firm: Firm) -> None:
        """Another right, thing or holder is another grant."""
        grants = [
            a_grant(Right.READ, firm.customer, firm.employee),
            a_grant(Right.BILL, firm.customer, firm.employee),
            a_grant(Right.READ, firm.project, firm.employee),
            a_grant(Right.READ, firm.fixed_project, firm.employee),
            a_grant(Right.READ, firm.customer, firm.colleague),
            a_grant(Right.READ, firm.customer, firm.team),
        ]
        with writing(store, firm) as uow:
            uow.grants.add(*grants)
        assert self.found(store, firm, *grants) == grants

    def test_a_user_holds_own_grants_and_those_of_teams(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """In order of their ids, and without those of others."""
        managers = a_team(firm.id, firm.manager, firm.employee, name="Managers")
        own = a_grant(Right.READ, firm.customer, firm.employee)
        of_team = a_grant(Right.BILL, firm.project, firm.team)
        of_managers = a_grant(Right.APPROVE, firm.internal, managers)
        of_colleague = a_grant(Right.APPROVE, firm.customer, firm.colleague)
        with writing(store, firm) as uow:
            uow.teams.add(managers)
            uow.grants.add(of_managers, own, of_colleague, of_team)
        with reading(store, firm) as uow:
            assert list(uow.grants.held_by(firm.employee.id)) == [own, of_team, of_managers]
            assert list(uow.grants.held_by(firm.colleague.id)) == [of_team, of_colleague]
            assert list(uow.grants.held_by(firm.manager.id)) == [of_managers]
            assert list(uow.grants.held_by(firm.admin.id)) == []
            assert list(uow.grants.held_by(UserId(new_id()))) == []
        with reading(store, other_firm) as uow:
            assert list(uow.grants.held_by(firm.employee.id)) == []

    def test_a_right_held_twice_over_is_two_grants(self, store: Store, firm: Firm) -> None:
        """Own and team's grants of the same right both count, each once."""
        grants = [a_grant(Right.READ, firm.customer, holder) for holder in (firm.employee, firm.team)]
        with writing(store, firm) as uow:
            uow.grants.add(*grants)
        with reading(store, firm) as uow:
            assert list(uow.grants.held_by(firm.employee.id)) == grants

    def test_who_leaves_a_team_holds_its_grants_no_more(self, store: Store, firm: Firm) -> None:
        """Membership as it is now counts."""
        with writing(store, firm) as uow:
            uow.grants.add(a_grant(Right.READ, firm.customer, firm.team))
            uow.teams.save(evolve(firm.team, member_ids=(firm.colleague.id,), version=2))
        with reading(store, firm) as uow:
            assert list(uow.grants.held_by(firm.employee.id)) == []

    def test_grants_on_a_customer_include_those_on_its_projects(self, store: Store, firm: Firm) -> None:
        """In order of their ids, and without those on other customers."""
        grants = [
            a_grant(Right.READ, firm.project, firm.employee),
            a_grant(Right.BILL, firm.customer, firm.team),
            a_grant(Right.READ, firm.fixed_project, firm.team),
        ]
        with writing(store, firm) as uow:
            uow.grants.add(*reversed(grants), a_grant(Right.READ, firm.internal, firm.employee))
        with reading(store, firm) as uow:
            assert list(uow.grants.on_customer(firm.customer.id)) == grants
            assert list(uow.grants.on_customer(firm.other_customer.id)) == []

    def test_a_list_is_narrowed_down_by_holder_and_customer(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """A user's includes those of his or her teams; what is given counts together."""
        own = a_grant(Right.READ, firm.customer, firm.employee)
        of_team = a_grant(Right.BILL, firm.project, firm.team)
        of_colleague = a_grant(Right.APPROVE, firm.internal, firm.colleague)
        with writing(store, firm) as uow:
            uow.grants.add(own, of_team, of_colleague)
        request, user, team, customer = PageRequest(100), firm.employee.id, firm.team.id, firm.customer.id
        with reading(store, firm) as uow:
            page = uow.grants.page
            assert list(page(request, user_id=user, team_id=None, customer_id=None)) == [own, of_team]
            assert list(page(request, user_id=None, team_id=team, customer_id=None)) == [of_team]
            assert list(page(request, user_id=None, team_id=None, customer_id=customer)) == [own, of_team]
            assert list(page(request, user_id=user, team_id=team, customer_id=customer)) == [of_team]
            assert list(page(request, user_id=user, team_id=None, customer_id=firm.internal.id)) == []
            assert page(PageRequest(1), user_id=user, team_id=None, customer_id=None).next is not None
        with reading(store, other_firm) as uow:
            assert list(uow.grants.page(request, user_id=user, team_id=None, customer_id=None)) == []

    def test_all_grants_of_a_team_are_removed_at_once(self, store: Store, firm: Firm) -> None:
        """Those of its members stay; a team without any is passed over."""
        kept = a_grant(Right.READ, firm.customer, firm.employee)
        with writing(store, firm) as uow:
            uow.grants.add(
                kept, a_grant(Right.READ, firm.customer, firm.team), a_grant(Right.BILL, firm.project, firm.team)
            )
        with writing(store, firm) as uow:
            uow.grants.remove_of_team(firm.team.id)
            uow.grants.remove_of_team(TeamId(new_id()))
        with reading(store, firm) as uow:
            assert list(uow.grants.held_by(firm.employee.id)) == [kept]

    def test_a_view_refuses_to_remove_those_of_a_team(self, store: Store, firm: Firm) -> None:
        """Nothing is removed without `writes`."""
        grant = a_grant(Right.READ, firm.customer, firm.team)
        with writing(store, firm) as uow:
            uow.grants.add(grant)
        with read_only(), reading(store, firm) as uow:
            uow.grants.remove_of_team(firm.team.id)
        assert self.found(store, firm, grant) == [grant]
