"""The kit for writers of adapters: books on paper pass it, whatever they can do; flawed sources are each caught."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product

import pytest
from attrs import evolve

from tests.unit.testing import flawed_sources
from tests.unit.testing.flawed_sources import Flawed
from worktraq.core.accounting import Deletions, SourceInfo
from worktraq.ports.accounting import AccountingSource
from worktraq.testing.contracts.accounting import AccountingSourceContract
from worktraq.testing.paper import PAPER, PaperBooks
from worktraq.testing.sources import Books, Endless

WAYS = [
    evolve(PAPER, deletions=deletions, is_incremental=is_incremental)
    for deletions, is_incremental in (
        (Deletions.REPORTED, True),
        (Deletions.UNKNOWN, True),
        (Deletions.ABSENT, False),
        (Deletions.UNKNOWN, False),
    )
]


@pytest.fixture(params=WAYS, ids=lambda info: f"{info.deletions.value}-{info.is_incremental}")
def info(request: pytest.FixtureRequest) -> SourceInfo:
    """What the books can do."""
    found: SourceInfo = request.param
    return found


class TestBooksOnPaper(AccountingSourceContract):
    """They are what a source should be."""

    @pytest.fixture(autouse=True)
    def _info(self, info: SourceInfo) -> None:
        self.info = info

    def books(self) -> Books:
        """Empty books."""
        return PaperBooks(self.info)


def flaws() -> list[type[Flawed]]:
    """All sources that are wrong in one way."""
    found = [each for each in vars(flawed_sources).values() if isinstance(each, type) and issubclass(each, Flawed)]
    return [each for each in found if each is not Flawed]


@pytest.mark.parametrize("flawed", flaws(), ids=lambda flawed: flawed.__name__)
def test_a_flawed_source_is_caught(flawed: type[Flawed]) -> None:
    """By at least one of its tests."""

    class Kit(AccountingSourceContract):
        def books(self) -> Books:
            return _FlawedBooks(flawed)

    assert not all(passes(test) for test in each_test_of(Kit)), "the kit lets it pass"


def test_there_are_a_dozen_flaws() -> None:
    """And each is another one."""
    assert len({flawed.__doc__ for flawed in flaws()}) == len(flaws()) >= 12


class _FlawedBooks(PaperBooks):
    def __init__(self, flawed: type[Flawed]) -> None:
        super().__init__(flawed.of)
        self._flawed = flawed

    def source(self) -> AccountingSource:
        return self._flawed(self)


def each_test_of(kit: type[AccountingSourceContract]) -> Iterator[Callable[[], None]]:
    """The tests of the kit with each of their parameters, as pytest would call them."""
    for name in dir(kit):
        if name.startswith("test_"):
            test = getattr(kit(), name)
            marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
            for values in product(*(mark.args[1] for mark in marks)):
                given = {mark.args[0]: value for mark, value in zip(marks, values, strict=True)}
                yield partial(test, **given)


def passes(test: Callable[[], None]) -> bool:
    """Whether a test passes or is skipped."""
    try:
        test()
    except pytest.skip.Exception:
        return True
    except (Exception, Endless, pytest.fail.Exception):  # noqa: BLE001  # whatever it is, the source does not pass
        return False
    return True
