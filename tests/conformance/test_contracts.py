"""The contracts themselves: a store that breaks a promise does not pass."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pytest

from worktraq.adapters.memory import MemoryStore, notifications, users
from worktraq.adapters.memory.customers import MemoryCustomers
from worktraq.adapters.memory.repository import MemoryRepository
from worktraq.adapters.memory.tables import Delivery, Table, Tables
from worktraq.core.customers import Customer
from worktraq.core.ids import OrganizationId
from worktraq.core.notifications import ClaimedIntent
from worktraq.core.paging import Key, Page, PageRequest, write_cursor
from worktraq.core.text import fold
from worktraq.core.users import User
from worktraq.errors import WorktraqError
from worktraq.testing.contracts.access import GrantRepositoryContract
from worktraq.testing.contracts.base import StoreContract
from worktraq.testing.contracts.customers import CustomerRepositoryContract
from worktraq.testing.contracts.notifications import OutboxContract
from worktraq.testing.contracts.unit_of_work import TransactionContract
from worktraq.testing.contracts.users import UserRepositoryContract
from worktraq.testing.firms import Firm, stored_firm

FIXTURES = {"store", "firm", "other_firm"}
Break = Callable[[pytest.MonkeyPatch], None]


def failures(contract: type[StoreContract], make: Callable[[], MemoryStore]) -> set[str]:
    """The names of the tests that a store does not pass, out of those that need no other fixtures."""
    failed = set()
    for name, test in inspect.getmembers(contract, inspect.isfunction):
        wanted = set(inspect.signature(test).parameters) - {"self"}
        if name.startswith("test_") and wanted <= FIXTURES and not hasattr(test, "hypothesis"):
            store = make()
            given: dict[str, MemoryStore | Firm] = {"store": store}
            given |= {each: stored_firm(store) for each in sorted(wanted - {"store"})}
            try:
                test(contract(), **{each: given[each] for each in wanted})
            except (AssertionError, WorktraqError, pytest.fail.Exception):
                failed.add(name)
    return failed


class KeepsWhatFailed(MemoryStore):
    """Commits also what an error should have undone."""

    @contextmanager
    def _writing(self, organization_id: OrganizationId) -> Iterator[Tables]:
        error: BaseException | None = None
        with super()._writing(organization_id) as tables:
            try:
                yield tables
            except BaseException as raised:  # noqa: BLE001  # it is raised again below
                error = raised
        if error is not None:
            raise error


def save_ignores_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last one to save wins."""
    monkeypatch.setattr(MemoryRepository, "_check_versions", lambda _self, _entities, **_step: None)


def find_ignores_the_organization(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id is enough to find what somebody else owns."""
    everywhere: dict[object, object] = {}
    put, get = Table[object, object].put, Table[object, object].get

    def put_everywhere(self: Table[object, object], key: object, row: object) -> None:
        put(self, key, row)
        everywhere[key, type(row)] = row

    def get_from_everywhere(self: Table[object, object], key: object) -> object:
        kind = next((type(row) for row in self.rows()), None)
        return get(self, key) or everywhere.get((key, kind))

    monkeypatch.setattr(Table, "put", put_everywhere)
    monkeypatch.setattr(Table, "get", get_from_everywhere)


def views_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is refused."""
    monkeypatch.setattr(Table, "require_open", lambda _self: None)


def lists_come_as_they_were_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sorts."""
    monkeypatch.setattr(MemoryRepository, "_in_order", lambda self: list(self._table.rows()))


def pages_forget_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page begins behind everything that has the name of the last row before."""

    def page_by_name(rows: Iterable[User], request: PageRequest, _key: Callable[[User], Key]) -> Page[User]:
        found = sorted(rows, key=lambda user: fold(user.name))
        if request.after is not None:
            found = [user for user in found if fold(user.name) > str(request.after[0])]
        shown, rest = found[: request.limit], found[request.limit :]
        return Page(tuple(shown), write_cursor((fold(shown[-1].name),)) if rest else None)

    monkeypatch.setattr(users, "page_of", page_by_name)


def numbers_are_compared_without_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a database does that goes by a language."""

    def unique_keys(_self: MemoryCustomers, entity: Customer) -> tuple[str, ...]:
        return (fold(entity.data.number),) if entity.data.number else ()

    monkeypatch.setattr(MemoryCustomers, "unique_keys", unique_keys)


def fences_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever held an intent once may finish it."""

    def held(tables: Tables, claimed: ClaimedIntent) -> Delivery | None:
        return tables.outbox.get(claimed.intent.id)

    monkeypatch.setattr(notifications, "_held", held)


@pytest.mark.parametrize(
    ("breaking", "contract", "caught_by"),
    [
        (save_ignores_versions, UserRepositoryContract, "test_a_stale_entity_is_not_saved"),
        (save_ignores_versions, CustomerRepositoryContract, "test_one_stale_entity_keeps_all_from_being_removed"),
        (find_ignores_the_organization, UserRepositoryContract, "test_another_organization_does_not_see_it"),
        (views_can_write, CustomerRepositoryContract, "test_a_view_refuses_to_save"),
        (lists_come_as_they_were_stored, GrantRepositoryContract, "test_a_user_holds_own_grants_and_those_of_teams"),
        (pages_forget_the_id, UserRepositoryContract, "test_pages_of_any_size_give_everything_once"),
        (numbers_are_compared_without_case, CustomerRepositoryContract, "test_numbers_that_look_alike_are_different"),
        (fences_are_not_looked_at, OutboxContract, "test_who_lost_the_lease_can_do_nothing"),
    ],
)
def test_a_broken_store_is_caught(
    monkeypatch: pytest.MonkeyPatch, breaking: Break, contract: type[StoreContract], caught_by: str
) -> None:
    """The contract fails on a store with the defect, in the test that is about it."""
    breaking(monkeypatch)
    assert caught_by in failures(contract, MemoryStore)


@pytest.mark.parametrize("contract", [UserRepositoryContract, TransactionContract])
def test_a_store_that_does_not_roll_back_is_caught(contract: type[StoreContract]) -> None:
    """Whatever a rollback leaves behind, the contract sees it."""
    assert [name for name in failures(contract, KeepsWhatFailed) if "rolled_back" in name]


@pytest.mark.parametrize(
    "contract",
    [
        CustomerRepositoryContract,
        GrantRepositoryContract,
        OutboxContract,
        TransactionContract,
        UserRepositoryContract,
    ],
)
def test_a_sound_store_passes(contract: type[StoreContract]) -> None:
    """What catches the broken ones lets the sound one pass."""
    assert failures(contract, MemoryStore) == set()
