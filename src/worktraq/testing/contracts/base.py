"""What all contracts lean on: firms to work with, transactions that are kept or rolled back, errors with their code."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import pytest
from hypothesis import HealthCheck, settings

from worktraq.errors import Conflict, Refused
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.firms import Firm, stored_firm

_FEWEST_EXAMPLES = 10

many_examples = settings(
    max_examples=max(settings().max_examples // 2, _FEWEST_EXAMPLES),  # each of them is a transaction
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # every example is rolled back, so that they can share a store
        HealthCheck.differing_executors,  # a contract is run by every class that inherits it
        HealthCheck.too_slow,  # how fast a store answers is not what is tested
    ],
)
"""Settings of contracts that are checked for many drawn values: half as many as the profile has."""


class StoreContract:
    """Two firms in an empty store."""

    @pytest.fixture
    def firm(self, store: Store) -> Firm:
        """The firm that the tests work with."""
        return stored_firm(store)

    @pytest.fixture
    def other_firm(self, store: Store) -> Firm:
        """A firm whose things must not show."""
        return stored_firm(store, "Elsewhere")


def writing(store: Store, firm: Firm) -> AbstractContextManager[UnitOfWork]:
    """A transaction of the firm."""
    return store.unit_of_work(firm.id, writes=True)


def reading(store: Store, firm: Firm) -> AbstractContextManager[UnitOfWork]:
    """A view of the firm."""
    return store.unit_of_work(firm.id, writes=False)


class Abandoned(Exception):
    """Ends a transaction that is to leave nothing."""


@contextmanager
def rolled_back(store: Store, firm: Firm) -> Iterator[UnitOfWork]:
    """A transaction of the firm of which nothing is kept."""
    with suppress(Abandoned), writing(store, firm) as uow:
        yield uow
        raise Abandoned


@contextmanager
def conflict(code: str) -> Iterator[None]:
    """The block raises Conflict with this code."""
    with pytest.raises(Conflict) as caught:
        yield
    assert caught.value.code == code


@contextmanager
def read_only() -> Iterator[None]:
    """The block is refused because nothing may change."""
    with pytest.raises(Refused) as caught:
        yield
    assert [reason.code for reason in caught.value.reasons] == ["read_only"]
