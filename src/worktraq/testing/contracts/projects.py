"""What every store must do with projects and activities."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.calendar import Cadence
from worktraq.core.ids import ActivityId, CustomerId, ProjectId, UserId
from worktraq.core.paging import Key, Page, PageRequest
from worktraq.core.projects import Activity, FixedPrice, Hourly, Project, ProjectStatus
from worktraq.core.text import fold
from worktraq.ports.projects import ActivityRepository, ProjectRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import MONDAY, a_project, a_request, a_time_entry, an_activity, new_id
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.contracts.changes import ChangingContract
from worktraq.testing.contracts.paging import NAMES, PagingContract
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.firms import Firm


class ProjectRepositoryContract(ChangingContract[Project, ProjectId], PagingContract[Project, ProjectId]):
    """Projects: listed by name, of all customers or of one."""

    def repository(self, uow: UnitOfWork) -> ProjectRepository:
        """The projects."""
        return uow.projects

    def id_of(self, entity: Project) -> ProjectId:
        """Of a project."""
        return entity.id

    def as_id(self, value: UUID) -> ProjectId:
        """Of a project."""
        return ProjectId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[Project]:
        """Projects of all customers."""
        return [a_project(firm.customers[at % 3], NAMES[at % len(NAMES)]) for at in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[Project]:
        """Projects of all kinds."""
        return strategies.projects(firm)

    def changed(self, entity: Project) -> Project:
        """Billed otherwise, with an end and a budget."""
        billing = FixedPrice() if isinstance(entity.billing, Hourly) else Hourly(Cadence.WEEKLY, False)
        return evolve(entity, billing=billing, ends_on=MONDAY, budget_minutes=60, version=entity.version + 1)

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[Project]:
        """All projects."""
        return uow.projects.page(request, customer_id=None, status=None, on=MONDAY, search="", among=None)

    def key_of(self, entity: Project) -> Key:
        """Folded name, then id."""
        return (fold(entity.name), entity.id.hex)

    def test_a_list_is_narrowed_down_by_customer_and_ids(self, store: Store, firm: Firm) -> None:
        """What is given counts; an empty selection is empty, None is no selection."""
        other = a_project(firm.other_customer)
        many = [ProjectId(new_id()) for _ in range(MANY)]
        with writing(store, firm) as uow:
            uow.projects.add(other)
        with reading(store, firm) as uow:
            page, request = partial(uow.projects.page, status=None, on=MONDAY, search=""), PageRequest(100)
            assert list(page(request, customer_id=firm.other_customer.id, among=None)) == [other]
            assert list(page(request, customer_id=firm.customer.id, among=None)) == [firm.project, firm.fixed_project]
            assert list(page(request, customer_id=firm.internal.id, among=None)) == []
            assert list(page(request, customer_id=None, among=[])) == []
            assert list(page(request, customer_id=None, among=[*many, firm.project.id])) == [firm.project]
            assert list(page(request, customer_id=firm.other_customer.id, among=[firm.project.id])) == []

    @pytest.mark.requirement("T-07")
    def test_a_list_is_narrowed_down_by_status_on_a_day(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """A first or last day that is empty bounds nothing; both days belong to the project."""
        tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
        dated = evolve(a_project(firm.internal, "Dated"), starts_on=MONDAY, ends_on=tuesday)
        begun = evolve(a_project(firm.internal, "From Tuesday"), starts_on=tuesday)
        ended = evolve(a_project(firm.internal, "Till Monday"), ends_on=MONDAY)
        with writing(store, firm) as uow:
            uow.projects.add(dated, begun, ended)
        expected = {
            (MONDAY - timedelta(days=1), ProjectStatus.PLANNED): [dated, begun],
            (MONDAY - timedelta(days=1), ProjectStatus.ACTIVE): [ended],
            (MONDAY, ProjectStatus.PLANNED): [begun],
            (MONDAY, ProjectStatus.ACTIVE): [dated, ended],
            (MONDAY, ProjectStatus.FINISHED): [],
            (tuesday, ProjectStatus.ACTIVE): [dated, begun],
            (tuesday, ProjectStatus.FINISHED): [ended],
            (wednesday, ProjectStatus.FINISHED): [dated, ended],
        }
        with reading(store, firm) as uow:
            for (on, status), projects in expected.items():
                found = uow.projects.page(
                    PageRequest(100), customer_id=firm.internal.id, status=status, on=on, search="", among=None
                )
                assert list(found) == projects
            counts = [uow.projects.count_active(on) for on in (MONDAY - timedelta(days=1), MONDAY, wednesday)]
        assert counts == [3, 4, 3]
        with reading(store, other_firm) as uow:
            assert uow.projects.count_active(MONDAY) == 2

    def test_a_project_is_found_by_a_part_of_its_name(self, store: Store, firm: Firm) -> None:
        """Folded, and with what databases take for a wildcard taken as it is."""
        odd = a_project(firm.internal, "100 % Ünder_way")
        with writing(store, firm) as uow:
            uow.projects.add(odd)
        found = {"ear-e": [firm.fixed_project], "% under_": [odd], "100%": [], "d%w": [], "d_w": []}
        with reading(store, firm) as uow:
            for search, projects in found.items():
                page = uow.projects.page(
                    PageRequest(100), customer_id=None, status=None, on=MONDAY, search=search, among=None
                )
                assert list(page) == projects

    def test_projects_of_a_customer_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """All of them, in order of their ids, and without those of others."""
        added = a_project(firm.customer, "A first one by name")
        with writing(store, firm) as uow:
            uow.projects.add(a_project(firm.internal), added)
        with reading(store, firm) as uow:
            assert list(uow.projects.of_customer(firm.customer.id)) == [firm.project, firm.fixed_project, added]
            assert list(uow.projects.of_customer(firm.other_customer.id)) == []
        with reading(store, other_firm) as uow:
            assert list(uow.projects.of_customer(firm.customer.id)) == []

    def test_a_project_is_referred_to_by_activity_item_and_request(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """Each of the three alone is enough; an activity at the same customer is not."""
        projects = [a_project(firm.customer) for _ in range(4)]
        of_activity, of_item, of_request, of_nothing = projects
        item = evolve(a_time_entry(firm.activity), project_id=of_item.id)
        with writing(store, firm) as uow:
            uow.projects.add(*projects)
            uow.activities.add(an_activity(firm.employee, firm.customer, of_activity))
            uow.items.add(item)
            uow.requests.add(a_request(of_request, firm.employee, item))
        with reading(store, firm) as uow:
            referred_to = [uow.projects.is_referred_to(project.id) for project in projects]
            assert referred_to == [True, True, True, False]
            assert not uow.projects.is_referred_to(ProjectId(new_id()))
        with reading(store, other_firm) as uow:
            assert not uow.projects.is_referred_to(of_activity.id)
        assert self.found(store, firm, of_nothing) == [of_nothing]


class ActivityRepositoryContract(ChangingContract[Activity, ActivityId], PagingContract[Activity, ActivityId]):
    """Activities: of a user, and listed in order of their ids."""

    def repository(self, uow: UnitOfWork) -> ActivityRepository:
        """The activities."""
        return uow.activities

    def id_of(self, entity: Activity) -> ActivityId:
        """Of an activity."""
        return entity.id

    def as_id(self, value: UUID) -> ActivityId:
        """Of an activity."""
        return ActivityId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[Activity]:
        """Activities of everybody, with and without a project."""
        projects = (firm.project, firm.fixed_project, None)
        return [an_activity(firm.users[at % 4], firm.customer, projects[at % 3]) for at in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[Activity]:
        """Activities of all kinds."""
        return strategies.activities(firm)

    def changed(self, entity: Activity) -> Activity:
        """Ended."""
        return evolve(entity, is_active=False, ends_on=MONDAY, version=entity.version + 1)

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[Activity]:
        """All activities."""
        return uow.activities.page(request, user_id=None, customer_id=None, project_id=None, is_active=None)

    def key_of(self, entity: Activity) -> Key:
        """The id."""
        return (entity.id.hex,)

    def test_activities_of_a_user_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Active or not, in order of their ids, and without those of others."""
        ended = evolve(firm.loose_activity, is_active=False, version=2)
        with writing(store, firm) as uow:
            uow.activities.save(ended)
        own = [firm.activity, ended, firm.fixed_activity, firm.internal_activity]
        with reading(store, firm) as uow:
            assert list(uow.activities.of_user(firm.employee.id)) == own
            assert list(uow.activities.of_user(firm.colleague.id)) == [firm.colleague_activity]
            assert list(uow.activities.of_user(firm.admin.id)) == []
        with reading(store, other_firm) as uow:
            assert list(uow.activities.of_user(firm.employee.id)) == []

    def test_activities_for_a_customer_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Of everybody, active or not, in order of their ids, and without those for others."""
        ended = evolve(firm.activity, is_active=False, version=2)
        with writing(store, firm) as uow:
            uow.activities.save(ended)
        with reading(store, firm) as uow:
            expected = [ended, firm.fixed_activity, firm.colleague_activity]
            assert list(uow.activities.of_customer(firm.customer.id)) == expected
            assert list(uow.activities.of_customer(firm.internal.id)) == [firm.internal_activity]
        with reading(store, other_firm) as uow:
            assert list(uow.activities.of_customer(firm.customer.id)) == []

    def test_a_list_is_narrowed_down_by_what_is_given(self, store: Store, firm: Firm) -> None:
        """By user, customer, project and whether it is active, each alone and together."""
        ended = evolve(firm.loose_activity, is_active=False, version=2)
        with writing(store, firm) as uow:
            uow.activities.save(ended)
        with reading(store, firm) as uow:
            assert self.listed(uow, user_id=firm.colleague.id) == [firm.colleague_activity]
            assert self.listed(uow, customer_id=firm.other_customer.id) == [ended]
            assert self.listed(uow, project_id=firm.project.id) == [firm.activity, firm.colleague_activity]
            assert self.listed(uow, is_active=False) == [ended]
            of_eva = self.listed(uow, user_id=firm.employee.id, project_id=firm.project.id, is_active=True)
            assert of_eva == [firm.activity]
            assert self.listed(uow, customer_id=firm.other_customer.id, is_active=True) == []

    def listed(
        self,
        uow: UnitOfWork,
        *,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        is_active: bool | None = None,
    ) -> list[Activity]:
        """The activities that satisfy what is given."""
        request = PageRequest(100)
        page = uow.activities.page(
            request, user_id=user_id, customer_id=customer_id, project_id=project_id, is_active=is_active
        )
        return list(page)

    @pytest.mark.usefixtures("other_firm")
    def test_active_activities_are_counted(self, store: Store, firm: Firm) -> None:
        """Without those that are not active, and without other organizations'."""
        with writing(store, firm) as uow:
            assert uow.activities.count_active() == 5
            uow.activities.save(evolve(firm.activity, is_active=False, version=2))
            assert uow.activities.count_active() == 4
