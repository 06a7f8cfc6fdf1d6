"""A source that names what has not changed: it stays, with the contacts at it, and what is not named is gone."""

import pytest
from attrs import define, evolve

from tests.accounting.books import Books
from tests.accounting.offices import Bookkeeping, bookkeeping
from worktraq.adapters.memory.imports import MemoryImportLinks
from worktraq.core.accounting import Deletions, SourcePage, Upsert
from worktraq.core.customers import CustomerStatus
from worktraq.core.imports import Change, ImportKind

CUSTOMER = ImportKind.CUSTOMER


@define
class NamingBooks(Books):
    """Tell what was changed since, and name the other customers."""

    def page(self, cursor: str) -> SourcePage:
        """All of it, in one page."""
        changed = {(row.kind, row.external_id) for row in self.log[int(cursor or 0) :]}
        told = [row for key, row in self.rows.items() if isinstance(row, Upsert) and key in changed]
        unchanged = [key for kind, key in self.rows if kind is CUSTOMER and (kind, key) not in changed]
        page = super().page(str(len(self.log)))
        told.sort(key=lambda row: row.kind is not CUSTOMER)
        return evolve(page, upserts=tuple(told), deletes=(), unchanged=tuple(unchanged))


def filled() -> tuple[Bookkeeping, Books]:
    """Three customers, two of them with a contact, all read in."""
    naming = NamingBooks(deletions=Deletions.ABSENT)
    made = bookkeeping(books=naming)
    for key in ("1", "2", "3"):
        naming.customer(key)
    naming.contact("a", "Ann", "1")
    naming.contact("b", "Bo", "3")
    made.run()
    return made, naming


def test_what_is_not_named_is_gone_and_the_rest_stays() -> None:
    """A contact stays with its customer, and ends when it is not told of any that is there."""
    made, naming = filled()
    naming.customer("2", "Renamed B.V.")
    naming.delete(CUSTOMER, "3")
    naming.rows.pop((ImportKind.CONTACT, "b"))
    done = made.run()
    counts = dict(done.counts)
    assert (counts["customer.unchanged"], counts["customer.update"], counts["customer.archive"]) == (1, 1, 1)
    customers, contacts = made.customers(), made.contacts()
    assert customers["Customer 1"].is_active
    assert customers["Renamed B.V."].is_active
    assert customers["Customer 3"].status is CustomerStatus.ARCHIVED
    assert (contacts["Ann"].is_ended, contacts["Bo"].is_ended) == (False, True)


def test_plan_says_the_same() -> None:
    """As the run then counts."""
    made, naming = filled()
    naming.customer("2", "Renamed B.V.")
    naming.delete(CUSTOMER, "3")
    naming.rows.pop((ImportKind.CONTACT, "b"))
    plan = made.engine.plan_accounting(made.office.manager)
    counts = {name: count for name, count in plan.counts if count}
    assert counts == {name: count for name, count in made.run().counts if count}
    assert counts[f"customer.{Change.ARCHIVE.value}"] == 1


def test_whether_customers_came_from_elsewhere_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a run, and not by each of its pages: looking takes the longer the more was taken."""
    firm = bookkeeping(page_size=1)
    asked: list[str] = []
    has_unlinked = MemoryImportLinks.has_unlinked_customers

    def counted(links: MemoryImportLinks, source: str) -> bool:
        asked.append(source)
        return has_unlinked(links, source)

    monkeypatch.setattr(MemoryImportLinks, "has_unlinked_customers", counted)
    for key in ("1", "2", "3"):
        firm.books.customer(key)
    firm.run()
    assert asked == ["books"]
