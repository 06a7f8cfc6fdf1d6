"""Whatever happens in the books, here, and in between: broken off anywhere, the outcome is that of one run."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.accounting.books import Books
from tests.accounting.offices import Bookkeeping, bookkeeping
from tests.budgets import chosen
from worktraq.core.accounting import Deletions, RejectedRow
from worktraq.core.import_runs import LEASE
from worktraq.core.imports import ConflictDecision, Decisions, ImportKind, MatchDecision
from worktraq.errors import SourceLimited, SourceUnavailable

CUSTOMERS, CONTACTS, USERS = ("1", "2", "3", "4"), ("a", "b"), ("x", "y")
NAMES = ("Bakkerij", "Slager", "Kapper", "")
Deed = tuple[str, ...]


class Killed(BaseException):
    """The process is gone, and does nothing any more."""


_deeds = st.one_of(
    st.tuples(
        st.just("customer"), st.sampled_from(CUSTOMERS), st.sampled_from(NAMES), st.sampled_from(("", "10", "11"))
    ),
    st.tuples(st.just("archived"), st.sampled_from(CUSTOMERS), st.sampled_from(NAMES)),
    st.tuples(st.just("contact"), st.sampled_from(CONTACTS), st.sampled_from(NAMES), st.sampled_from(CUSTOMERS)),
    st.tuples(st.just("user"), st.sampled_from(USERS), st.sampled_from(("u1@x.example", "u2@x.example", ""))),
    st.tuples(st.just("bad"), st.just("9")),
    st.tuples(st.just("gone"), st.sampled_from(CUSTOMERS)),
    st.tuples(st.just("left"), st.sampled_from(CONTACTS)),
    st.tuples(st.just("fired"), st.sampled_from(USERS)),
    st.tuples(st.just("rename"), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("archive"), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("restore"), st.sampled_from(NAMES[:3])),
    st.tuples(st.just("run"), st.sampled_from(("admin", "manager"))),
)


def do(firm: Bookkeeping, deed: Deed) -> None:
    """Something happens in the books, or here."""
    books, (what, which, *more) = firm.books, deed
    if what == "customer":
        books.customer(which, more[0] or "?", number=more[1])
    elif what == "archived":
        books.customer(which, more[0] or "?", is_archived=True)
    elif what == "contact":
        books.contact(which, more[0], more[1])
    elif what == "user":
        books.user(which, f"User {which}", more[0])
    elif what == "bad":
        books.put(RejectedRow(ImportKind.CUSTOMER, which, "email", "row_malformed"))
    elif what in {"gone", "left", "fired"}:
        kind = {"gone": ImportKind.CUSTOMER, "left": ImportKind.CONTACT, "fired": ImportKind.USER}[what]
        books.delete(kind, which)
    else:
        here(firm, what, which)


def here(firm: Bookkeeping, what: str, name: str) -> None:
    """Somebody changes a customer here."""
    customer = firm.customers().get(name)
    if customer is None:
        return
    with firm.engine.transaction(firm.office.manager) as tx:
        if what == "rename":
            tx.customers.change(customer.id, version=customer.version, buyer_reference="ours", company_name=f"{name}!")
        elif what == "archive":
            tx.customers.archive(customer.id, version=customer.version)
        else:
            tx.customers.restore(customer.id, version=customer.version)


def state(firm: Bookkeeping) -> Mapping[str, object]:
    """Everything that an import decides about, without ids and versions."""
    with firm.engine.view(firm.office.admin) as tx:
        names = {each.id: each.name for each in tx.customers.list(limit=1000)}
        return {
            "customers": sorted(
                (each.data.company_name, each.data.number, each.status) for each in tx.customers.list(limit=1000)
            ),
            "contacts": sorted(
                (each.name, each.is_ended, tuple(sorted(names[key] for key in each.customer_ids)))
                for each in tx.contacts.list(limit=1000)
            ),
            "users": sorted((each.name, each.role, each.is_active) for each in tx.users.list(limit=1000)),
            "questions": sorted(
                (each.kind, each.external_id, each.reason, [(c.field, c.here, c.there) for c in each.conflicts])
                for each in tx.accounting.questions(limit=1000)
            ),
        }


def broken_off(firm: Bookkeeping, steps: list[int], trouble: Callable[[Books], None]) -> None:
    """Run the import, with the process killed after so many transactions each time."""
    real = firm.office.store._writing
    for allowed in steps:
        left = [allowed]

        def counted(*args: object, left: list[int] = left) -> object:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return real(*args)  # type: ignore[arg-type]  # whatever the store is given

        firm.office.store._writing = counted  # type: ignore[assignment,method-assign]  # a process that dies
        try:
            trouble(firm.books)
            firm.run(firm.office.admin)
        except Killed:
            pass
        finally:
            firm.office.store._writing = real  # type: ignore[method-assign]  # as it was
        firm.office.clock.tick(LEASE + timedelta(seconds=1))


@pytest.mark.requirement("T-01", "B-10")
@settings(deadline=None, max_examples=chosen(modest=40, large=2_000))
@given(
    deeds=st.lists(_deeds, max_size=25),
    deletions=st.sampled_from([Deletions.REPORTED, Deletions.ABSENT]),
    pages=st.tuples(st.integers(1, 4), st.integers(1, 7)),
    steps=st.lists(st.integers(0, 6), max_size=4),
    trouble=st.lists(st.sampled_from(["limited", "unavailable", ""]), max_size=3),
)
def test_broken_off_anywhere_it_ends_as_one_run(
    deeds: list[Deed], deletions: Deletions, pages: tuple[int, int], steps: list[int], trouble: list[str]
) -> None:
    """Killed between any two transactions, limited and in pages of another size: the same customers, contacts and questions."""
    is_incremental = deletions is Deletions.REPORTED
    one, other = (bookkeeping(deletions, is_incremental=is_incremental, page_size=size) for size in pages)

    def spoil(books: Books) -> None:
        until = other.office.clock.now + timedelta(hours=1)
        found = {"limited": SourceLimited(until), "unavailable": SourceUnavailable(), "": None}
        books.trouble = [found[each] for each in trouble]

    for deed in [*deeds, ("run", "admin")]:
        for firm in (one, other):
            if deed[0] != "run":
                do(firm, deed)
            elif firm is other and deed[1] == "admin":
                broken_off(firm, steps, spoil)
            if deed[0] == "run":
                firm.books.trouble = []
                actor = firm.office.admin if deed[1] == "admin" else firm.office.manager
                assert firm.run(actor).is_done
    assert state(other) == state(one)
    before = state(one)
    run = one.run(one.office.admin)
    assert run.is_done
    assert state(one) == before
    everything = Decisions(ConflictDecision.TAKE_THEIRS, MatchDecision.CREATE)
    assert one.run(one.office.admin, everything).is_done
    assert not [each for each in one.questions() if each.is_decidable]
