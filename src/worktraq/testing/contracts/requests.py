"""What every store must make of the management overview of requests."""

from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.paging import PageRequest, read_cursor
from worktraq.core.requests import UNDECIDED, RequestCounts, RequestSort, RequestSummary, overdue_days
from worktraq.core.signoff import ApprovalRequest, Recipient, RequestStatus
from worktraq.errors import InvalidInput
from worktraq.ports.signoff import RequestFilter
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import a_project, a_request, a_time_entry, a_user
from worktraq.testing.contracts.base import StoreContract, many_examples, reading, rolled_back, writing
from worktraq.testing.firms import Firm

TODAY = date(2026, 10, 20)
DUE = (date(2026, 10, 12), date(2026, 10, 19), TODAY, date(2026, 11, 1))


class RequestReaderContract(StoreContract):
    """Requests with names and figures."""

    def stored(self, store: Store, firm: Firm) -> list[ApprovalRequest]:
        """Requests in every status and of every day of DUE, of two people to two customers, in order of their ids."""
        project = a_project(firm.other_customer, "Tax return")
        contact = Recipient(firm.contact.id, firm.contact.name, firm.contact.email, "nl")
        requests = []
        for at, (status, due_on) in enumerate((status, due_on) for status in RequestStatus for due_on in DUE):
            user = firm.employee if at % 2 else firm.colleague
            request = a_request(firm.project if at % 3 else project, user, status=status)
            requests.append(evolve(request, due_on=due_on, recipient=contact if at % 5 == 0 else request.recipient))
        with writing(store, firm) as uow:
            uow.projects.add(project)
            uow.requests.add(*reversed(requests))
        return requests

    @pytest.mark.requirement("L-05")
    @pytest.mark.parametrize("sort", RequestSort)
    @pytest.mark.parametrize("limit", [1, 3, 20, 1000])
    def test_pages_give_everything_once_in_order(self, store: Store, firm: Firm, sort: RequestSort, limit: int) -> None:
        """The newest first, or those first that are to be decided first; those of one day in order of their ids."""
        requests = self.stored(store, firm)
        expected = requests[::-1] if sort is RequestSort.NEWEST else sorted(requests, key=lambda r: (r.due_on, r.id))
        found: list[ApprovalRequest] = []
        request: PageRequest | None = PageRequest(limit)
        with reading(store, firm) as uow:
            while request is not None:
                page = uow.request_overview.page(request, RequestFilter(), sort=sort, today=TODAY)
                found += [summary.request for summary in page]
                request = PageRequest(limit, read_cursor(page.next)) if page.next else None
        assert found == expected

    @pytest.mark.requirement("L-05")
    def test_names_come_along(self, store: Store, firm: Firm) -> None:
        """Of the employee, the customer (a business or a private person) and the project, and how late it is."""
        private = a_project(firm.other_customer, "Tax return")
        one = evolve(a_request(firm.project, firm.employee), due_on=date(2026, 10, 12))
        two = evolve(a_request(private, firm.colleague, status=RequestStatus.DECIDED), due_on=date(2026, 10, 12))
        with writing(store, firm) as uow:
            uow.projects.add(private)
            uow.requests.add(one, two)
        with reading(store, firm) as uow:
            page = uow.request_overview.page(PageRequest(), RequestFilter(), sort=RequestSort.NEWEST, today=TODAY)
        assert list(page) == [
            RequestSummary(two, firm.colleague.name, firm.other_customer.name, "Tax return", 0),
            RequestSummary(one, firm.employee.name, firm.customer.name, firm.project.name, 8),
        ]

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Requests of all kinds, with whatever name an employee has."""
        item = a_time_entry(firm.activity)
        user = a_user(firm.id, data.draw(strategies.names()))
        request = evolve(data.draw(strategies.requests(firm, item)), user_id=user.id)
        with rolled_back(store, firm) as uow:
            uow.users.add(user)
            uow.items.add(item)
            uow.requests.add(request)
            page = uow.request_overview.page(PageRequest(), RequestFilter(), sort=RequestSort.DUE, today=TODAY)
            assert [(each.request, each.employee_name) for each in page] == [(request, user.name)]

    @pytest.mark.requirement("L-05")
    def test_lists_and_counts_are_narrowed_down_alike(self, store: Store, firm: Firm) -> None:
        """By status, contact, being late and the rest, each alone and together."""
        requests = self.stored(store, firm)
        private = requests[0].project_id
        late = [each for each in requests if each.status in UNDECIDED and each.due_on < TODAY]
        open_ones = frozenset({RequestStatus.OPEN})
        expected = {
            RequestFilter(): requests,
            RequestFilter(statuses=UNDECIDED): [each for each in requests if each.status in UNDECIDED],
            RequestFilter(late_on=TODAY): late,
            RequestFilter(late_on=TODAY, statuses=open_ones): [each for each in late if each.status in open_ones],
            RequestFilter(contact_id=firm.contact.id): [each for each in requests if each.recipient.contact_id],
            RequestFilter(project_id=private): [each for each in requests if each.project_id == private],
            RequestFilter(user_id=firm.manager.id): [],
        }
        for wanted, found in expected.items():
            with reading(store, firm) as uow:
                page = uow.request_overview.page(PageRequest(1000), wanted, sort=RequestSort.NEWEST, today=TODAY)
                counts = uow.request_overview.counts(wanted, today=TODAY)
            assert [each.request for each in page] == found[::-1]
            assert counts == counted(found)

    def test_requests_of_an_item_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """In order of their ids, whatever became of them; only those that the item was asked about in."""
        item, other = a_time_entry(firm.activity), a_time_entry(firm.activity)
        requests = [a_request(firm.project, firm.employee, item, other, status=status) for status in RequestStatus]
        with writing(store, firm) as uow:
            uow.items.add(item, other)
            uow.requests.add(*reversed(requests), a_request(firm.project, firm.employee, other))
        with reading(store, firm) as uow:
            assert list(uow.request_overview.of_item(item)) == requests
            assert list(uow.request_overview.of_item(a_time_entry(firm.activity))) == []
        with reading(store, other_firm) as uow:
            assert list(uow.request_overview.of_item(item)) == []

    def test_nothing_of_another_organization_is_listed_or_counted(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """The overview is of one organization."""
        self.stored(store, firm)
        with reading(store, other_firm) as uow:
            overview = uow.request_overview
            assert len(overview.page(PageRequest(), RequestFilter(), sort=RequestSort.DUE, today=TODAY)) == 0
            assert overview.counts(RequestFilter(), today=TODAY) == counted([])

    @pytest.mark.parametrize("key", [("due", 1, "y"), ("due",), (1, "2026-10-12", "y")])
    def test_a_key_that_no_request_has_is_refused(self, store: Store, firm: Firm, key: tuple[str | int, ...]) -> None:
        """Whoever makes up a cursor learns nothing."""
        self.stored(store, firm)
        request = PageRequest(10, key)
        with reading(store, firm) as uow, pytest.raises(InvalidInput) as caught:
            uow.request_overview.page(request, RequestFilter(), sort=RequestSort.DUE, today=TODAY)
        assert caught.value.code == "cursor_malformed"


def counted(requests: list[ApprovalRequest]) -> RequestCounts:
    """How many there are, computed plainly."""
    by_status = {status: sum(1 for each in requests if each.status is status) for status in RequestStatus}
    return RequestCounts(by_status, sum(1 for each in requests if overdue_days(each, TODAY) > 0))
