"""What every store must do with approval requests."""

from collections.abc import Callable, Hashable
from datetime import date
from uuid import UUID

from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.calendar import Period
from worktraq.core.ids import RequestId
from worktraq.core.links import token_hash
from worktraq.core.paging import Key, Page, PageRequest
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.ports.signoff import RequestFilter, RequestRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import a_project, a_request, a_time_entry, an_expense
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.contracts.changes import SavingContract
from worktraq.testing.contracts.paging import PagingContract
from worktraq.testing.firms import Firm


class RequestRepositoryContract(SavingContract[ApprovalRequest, RequestId], PagingContract[ApprovalRequest, RequestId]):
    """Requests: found by the hash of their link, listed with the newest first, never removed."""

    is_descending = True

    def repository(self, uow: UnitOfWork) -> RequestRepository:
        """The requests."""
        return uow.requests

    def id_of(self, entity: ApprovalRequest) -> RequestId:
        """Of a request."""
        return entity.id

    def as_id(self, value: UUID) -> RequestId:
        """Of a request."""
        return RequestId(value)

    def new_ones(self, uow: UnitOfWork, firm: Firm, number: int) -> list[ApprovalRequest]:
        """Requests about the same three items."""
        items = [a_time_entry(firm.activity), an_expense(firm.activity), a_time_entry(firm.activity)]
        uow.items.add(*items)
        return [a_request(firm.project, firm.employee, *items[: 1 + at % 3]) for at in range(number)]

    def drawn(self, uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[ApprovalRequest]:
        """Requests of all kinds."""
        items = [a_time_entry(firm.activity), an_expense(firm.activity), a_time_entry(firm.activity)]
        uow.items.add(*items)
        return strategies.requests(firm, *items)

    def unique_keys(self) -> tuple[Callable[[ApprovalRequest], Hashable], ...]:
        """Id and hash."""
        return (self.id_of, lambda request: request.token_hash)

    def changed(self, entity: ApprovalRequest) -> ApprovalRequest:
        """Renewed: with another link."""
        number = entity.token_number + 1
        return evolve(
            entity,
            status=RequestStatus.EXPIRED,
            token_number=number,
            token_hash=token_hash(f"{entity.id}:{number}"),
            previous_token_hash=entity.token_hash,
            version=entity.version + 1,
        )

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[ApprovalRequest]:
        """All requests."""
        return uow.requests.page(request, RequestFilter())

    def key_of(self, entity: ApprovalRequest) -> Key:
        """The id."""
        return (entity.id.hex,)

    def test_a_request_is_found_by_its_current_link(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Only by that: neither by the link before, which is known as replaced, nor from another organization."""
        request, _ = self.stored(store, firm, 2)
        renewed = self.changed(request)
        with writing(store, firm) as uow:
            assert uow.requests.find_by_token(request.token_hash) == request
            assert not uow.requests.is_replaced(request.token_hash)
            uow.requests.save(renewed)
        with reading(store, firm) as uow:
            assert uow.requests.find_by_token(renewed.token_hash) == renewed
            assert uow.requests.find_by_token(request.token_hash) is None
            assert uow.requests.is_replaced(request.token_hash)
            assert not uow.requests.is_replaced(renewed.token_hash)
            assert not uow.requests.is_replaced(token_hash("guessed"))
            assert uow.requests.find_by_token(token_hash("guessed")) is None
            assert uow.requests.find_by_token(b"") is None
        with reading(store, other_firm) as uow:
            assert uow.requests.find_by_token(renewed.token_hash) is None
            assert not uow.requests.is_replaced(request.token_hash)

    def test_lines_keep_their_order(self, store: Store, firm: Firm) -> None:
        """Items come back in the order in which they are shown, which need not be that of their ids."""
        items = [a_time_entry(firm.activity) for _ in range(12)]
        shuffled = tuple(item.id for item in (*items[6:], *reversed(items[:6])))
        request = evolve(a_request(firm.project, firm.employee, *items), item_ids=shuffled)
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.requests.add(request)
        assert self.found(store, firm, request) == [request]

    def test_a_list_is_narrowed_down_by_what_is_given(self, store: Store, firm: Firm) -> None:
        """By status, employee, customer, project and days, each alone and together."""
        other_project = a_project(firm.other_customer)
        plain = a_request(firm.project, firm.employee)
        decided = a_request(firm.project, firm.employee, status=RequestStatus.DECIDED)
        of_coen = a_request(firm.project, firm.colleague, period=Period.month(2026, 11))
        elsewhere = a_request(other_project, firm.employee, period=Period.week(date(2026, 11, 1)))
        with writing(store, firm) as uow:
            uow.projects.add(other_project)
            uow.requests.add(plain, decided, of_coen, elsewhere)
        expected = {
            RequestFilter(statuses=frozenset({RequestStatus.DECIDED})): [decided],
            RequestFilter(statuses=frozenset({RequestStatus.EXPIRED})): [],
            RequestFilter(user_id=firm.colleague.id): [of_coen],
            RequestFilter(customer_id=firm.customer.id): [of_coen, decided, plain],
            RequestFilter(project_id=other_project.id): [elsewhere],
            RequestFilter(period=Period.day(date(2026, 10, 31))): [elsewhere, decided, plain],
            RequestFilter(period=Period.day(date(2026, 11, 1))): [elsewhere, of_coen],
            RequestFilter(user_id=firm.employee.id, statuses=frozenset({RequestStatus.OPEN})): [elsewhere, plain],
        }
        with reading(store, firm) as uow:
            found = {wanted: list(uow.requests.page(PageRequest(100), wanted)) for wanted in expected}
        assert found == expected

    def test_open_requests_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Those that are open, in order of their ids."""
        requests = [
            a_request(firm.project, firm.employee, status=status) for status in (*RequestStatus, *RequestStatus)
        ]
        with writing(store, firm) as uow:
            uow.requests.add(*reversed(requests))
        with reading(store, firm) as uow:
            expected = [request for request in requests if request.status is RequestStatus.OPEN]
            assert list(uow.requests.open_ones()) == expected
        with reading(store, other_firm) as uow:
            assert list(uow.requests.open_ones()) == []
