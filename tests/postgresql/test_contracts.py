"""The contracts of all ports, on tables in partitions and behind policies; a few of them in every run."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

from tests.budgets import chosen
from worktraq.testing import contracts
from worktraq.testing.contracts.base import StoreContract

FEW = frozenset({"TransactionContract", "OutboxContract"})
pytestmark = pytest.mark.requirement("B-08")


def all_contracts() -> Iterator[type[StoreContract]]:
    """Every contract that a store can be held to."""
    for module in pkgutil.iter_modules(contracts.__path__):
        found = vars(importlib.import_module(f"{contracts.__name__}.{module.name}"))
        for thing in found.values():
            if inspect.isclass(thing) and issubclass(thing, StoreContract) and thing.__module__.endswith(module.name):
                yield thing


# What others build upon asks for things that only they can make.
BUILT_UPON = {base for each in all_contracts() for base in each.__bases__}
CONTRACTS = {each.__name__: each for each in all_contracts() if each not in BUILT_UPON}
for name in chosen(modest=sorted(FEW), large=sorted(CONTRACTS)):
    globals()[f"Test{name}"] = type(f"Test{name}", (CONTRACTS[name],), {"__doc__": CONTRACTS[name].__doc__})


def test_the_contracts_were_found() -> None:
    """There is something to run."""
    assert len(CONTRACTS) > 25
    assert set(CONTRACTS) >= FEW
