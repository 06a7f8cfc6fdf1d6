"""A walk over every state, command and party, against the table of the design written out by hand."""

from collections.abc import Iterator
from itertools import chain, combinations
from uuid import UUID

import pytest
from attrs import evolve, frozen

from worktraq.core.actors import ActorKind
from worktraq.core.approval import TRANSITIONS, Command, Deed, Party, refusals, step
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State, TimeEntry
from worktraq.core.ids import EventId
from worktraq.errors import Refused
from worktraq.testing.builders import a_time_entry
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import a_firm

pytestmark = pytest.mark.requirement("W-09", "L-12", "L-14", "B-06")

# The table of the design, not derived from the code: state, command, party, and what has to hold. "first",
# "next" are places in the chain. Beyond the table, nobody decides on own work on a customer's behalf or
# waives it, because that would approve it (W-02).
TABLE = """
draft             | edit     | owner    |                            | draft
draft             | delete   | owner    |                            | draft
draft             | submit   | owner    |                            | first
awaiting_internal | withdraw | owner    | nothing passed             | draft
awaiting_customer | withdraw | owner    | nothing passed             | draft
awaiting_internal | approve  | approver | not own                    | next
awaiting_internal | reject   | approver | not own, reason            | rejected
awaiting_customer | approve  | customer |                            | next
awaiting_customer | approve  | manager  | not own, reason            | next
awaiting_customer | reject   | customer | comment if wanted          | rejected
awaiting_customer | reject   | manager  | not own, reason            | rejected
awaiting_customer | waive    | manager  | not own, reason            | next, waived
rejected          | waive    | manager  | not own, reason, customer's | next, waived
rejected          | revise   | owner    |                            | draft
approved          | reopen   | manager  | reason                     | draft
approved          | invoice  | manager  |                            | invoiced
invoiced          | release  | manager  |                            | approved
"""
STEPS = {
    "internal": ["internal"],
    "customer": ["customer"],
    "internal-customer": ["internal", "customer"],
    "customer-internal": ["customer", "internal"],
}
PARTIES = ["owner", "approver", "manager", "customer"]
FIRM = a_firm()


@frozen
class Row:
    """A row of the table."""

    party: str
    conditions: frozenset[str]
    next: str


def rows() -> dict[tuple[str, str], list[Row]]:
    """The table by state and command; of several rows the first whose party somebody is, counts."""
    found: dict[tuple[str, str], list[Row]] = {}
    for line in TABLE.strip().splitlines():
        state, command, party, conditions, leads_to = (cell.strip() for cell in line.split("|"))
        named = frozenset(each.strip() for each in conditions.split(",") if each.strip())
        found.setdefault((state, command), []).append(Row(party, named, leads_to))
    return found


EXPECTED = rows()


def places() -> Iterator[tuple[str, str | None, int]]:
    """Every place an item can stand at: its state, its chain, and how many steps lie behind."""
    yield "draft", None, 0
    for name, steps in STEPS.items():
        for passed, waits_for in enumerate(steps):
            yield f"awaiting_{waits_for}", name, passed
            yield "rejected", name, passed
        yield "approved", name, len(steps)
        yield "invoiced", name, len(steps)


def an_item(state: str, chain_name: str | None, passed: int) -> TimeEntry:
    """An item at a place."""
    chosen = ApprovalChain(chain_name) if chain_name else None
    return evolve(a_time_entry(FIRM.activity), state=State(state), chain=chosen, passed=passed)


def a_deed(parties: tuple[str, ...], *, reason: str, allows_own: bool, wants_comment: bool) -> Deed:
    """Somebody does something."""
    return Deed(
        ActorKind.USER,
        UUID(int=5),
        frozenset(Party(party) for party in parties),
        BEGINNING,
        reason,
        allows_own,
        wants_comment,
        ApprovalChain.INTERNAL_CUSTOMER,
    )


def holds(condition: str, item: Item, deed: Deed) -> bool:
    """Whether what the table asks for is so."""
    match condition:
        case "nothing passed":
            return item.passed == 0
        case "not own":
            return Party.OWNER not in deed.parties or deed.allows_self_approval
        case "reason":
            return bool(deed.reason)
        case "comment if wanted":
            return bool(deed.reason) or not deed.requires_comment
        case "customer's":
            assert item.chain is not None
            return STEPS[item.chain.value][item.passed] == "customer"
        case _:
            raise AssertionError(condition)


def expected(item: Item, command: str, deed: Deed) -> tuple[str, bool] | None:
    """The state that the table leads to and whether it is marked as waived, or None where it refuses."""
    for row in EXPECTED.get((item.state.value, command), []):
        if Party(row.party) in deed.parties:
            if not all(holds(each, item, deed) for each in row.conditions):
                return None
            return after(item, row), "waived" in row.next
    return None


def after(item: Item, row: Row) -> str:
    """The state after a move."""
    if row.next == "first":
        return "awaiting_internal"
    if row.next.startswith("next"):
        assert item.chain is not None
        steps = STEPS[item.chain.value][item.passed + 1 :]
        return f"awaiting_{steps[0]}" if steps else "approved"
    return row.next


def moved(item: Item, command: str, deed: Deed) -> tuple[str, bool] | None:
    """The state that the code leads to and whether it is marked as waived, or None where it refuses."""
    try:
        result, _ = step(item, Command(command), deed, EventId(UUID(int=9)))
    except Refused:
        return None
    return result.state.value, result.is_waived


def test_table_has_the_same_pairs() -> None:
    """Nothing more, nothing less."""
    assert {(state.value, command.value) for state, command in TRANSITIONS} == set(EXPECTED)


@pytest.mark.parametrize("command", [command.value for command in Command])
@pytest.mark.parametrize(("state", "chain_name", "passed"), list(places()))
def test_every_state_command_and_party_does_what_the_table_says(
    state: str, chain_name: str | None, passed: int, command: str
) -> None:
    """For every set of parties, with and without a reason, under both settings that count."""
    item = an_item(state, chain_name, passed)
    sets = chain.from_iterable(combinations(PARTIES, size) for size in range(len(PARTIES) + 1))
    for parties in sets:
        for reason in ("", "because"):
            for allows_own in (True, False):
                for wants_comment in (True, False):
                    deed = a_deed(parties, reason=reason, allows_own=allows_own, wants_comment=wants_comment)
                    context = (parties, reason, allows_own, wants_comment)
                    assert moved(item, command, deed) == expected(item, command, deed), context


OUTSIDE = [(state, command) for state in State for command in Command if (state.value, command.value) not in EXPECTED]


@pytest.mark.parametrize(("state", "command"), OUTSIDE)
def test_pair_outside_the_table_says_in_which_state_it_is(state: State, command: Command) -> None:
    """Whoever asks, the reason names the state and the command."""
    item = an_item(state.value, None if state is State.DRAFT else "internal", 0)
    deed = a_deed(tuple(PARTIES), reason="because", allows_own=True, wants_comment=False)
    (reason,) = refusals(item, command, deed)
    assert reason.code == "command_not_in_state"
    assert dict(reason.parameters)["state"] == state.value
