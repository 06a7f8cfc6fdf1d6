"""The page about tokens, changes and deletions: its code is an adapter that passes the kit."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from worktraq.testing.contracts.accounting import AccountingSourceContract
from worktraq.testing.sources import Books

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "adapter-with-tokens-and-changes.md"
_SHOWN = re.compile(r"In `(?P<name>\w+)\.py`:\n\n```python\n(?P<code>.*?)\n```", re.DOTALL)


def shown() -> dict[str, ModuleType]:
    """The modules of the page, put together from its pieces."""
    codes: dict[str, list[str]] = {}
    for piece in _SHOWN.finditer(PAGE.read_text(encoding="utf-8")):
        codes.setdefault(piece["name"], []).append(piece["code"])
    modules = {}
    for name, pieces in codes.items():
        modules[name] = sys.modules[name] = ModuleType(name)
        exec(compile("\n\n\n".join(pieces), name, "exec"), vars(modules[name]))  # as its reader would run it
    return modules


@pytest.mark.requirement("B-09")
class TestWolk(AccountingSourceContract):
    """As its author runs it."""

    @pytest.fixture(autouse=True)
    def _modules(self) -> Iterator[None]:
        self.modules = shown()
        yield
        for name in self.modules:
            del sys.modules[name]

    def books(self) -> Books:
        """An empty account."""
        books: Books = self.modules["pretend_wolk"].PretendWolk()
        return books


def test_the_page_runs_the_kit() -> None:
    """In the test that it shows, on the pretend system that it shows."""
    modules = shown()
    assert issubclass(modules["test_wolk"].TestWolk, AccountingSourceContract)
    assert type(modules["test_wolk"].TestWolk().books()) is modules["pretend_wolk"].PretendWolk
    for name in modules:
        del sys.modules[name]
