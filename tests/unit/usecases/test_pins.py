"""The PIN that a customer wants before a request is shown."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from attrs import evolve

from tests.unit.usecases.firm import KEYS, Office, codes
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.core.actors import Actor
from worktraq.core.entries import State
from worktraq.core.events import Event, EventName
from worktraq.core.links import Links, token_hash
from worktraq.core.pins import LOCKED_FOR, MOST_FAILURES, new_pin
from worktraq.core.signoff import RequestStatus
from worktraq.engine import WorkTraq
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.testing.builders import a_request, a_time_entry, in_state
from worktraq.testing.firms import stored_firm
from worktraq.usecases.transaction import Transaction

pytestmark = pytest.mark.requirement("B-05")

PIN = "047113"


@pytest.fixture
def contact(office: Office) -> Actor:
    """Somebody at a customer with a PIN, who holds the link of an open request."""
    found = office.contact(office.asked(office.time()))
    with office.acting(office.manager) as tx:
        tx.customers.set_pin(office.firm.customer.id, PIN)
    return found


def give(office: Office, contact: Actor, pin: str) -> str:
    """What came of giving a PIN: a proof, or the code of the reason."""
    entry = office.engine.run(contact, lambda tx: tx.signoff.enter_pin(pin))
    return entry.proof or (entry.reason.code if entry.reason else "")


def show(proof: str, tx: Transaction) -> object:
    """Look at the request."""
    return tx.signoff.shown(pin_proof=proof)


def decide(proof: str, tx: Transaction) -> object:
    """Decide on the request."""
    return tx.signoff.decide(digest="", pin_proof=proof)


def events(office: Office) -> Sequence[Event]:
    """Those about PINs."""
    with office.store.unit_of_work(office.firm.id, writes=False) as uow:
        return [each for each in uow.events.unsealed(1_000) if "pin" in each.name]


def test_managers_set_it_and_nobody_reads_it(office: Office) -> None:
    """Only whether there is one; employees do neither."""
    customer_id = office.firm.customer.id
    with office.acting(office.manager) as tx:
        assert not tx.customers.has_pin(customer_id)
        tx.customers.set_pin(customer_id, PIN)
        assert tx.customers.has_pin(customer_id)
        tx.customers.set_pin(customer_id, None)
        tx.customers.set_pin(customer_id, None)
        assert not tx.customers.has_pin(customer_id)
    assert [each.name for each in events(office)] == [EventName.CUSTOMER_PIN_SET, EventName.CUSTOMER_PIN_REMOVED]
    assert [each.details for each in events(office)] == [(), ()]
    office.refuses(office.eva, lambda tx: tx.customers.set_pin(customer_id, PIN), Refused)
    office.refuses(office.eva, lambda tx: tx.customers.has_pin(customer_id), Refused)
    office.refuses(office.manager, lambda tx: tx.customers.set_pin(customer_id, "12"), InvalidInput)
    office.refuses(office.manager, lambda tx: tx.customers.set_pin(office.other.customer.id, PIN), NotFound)


def test_nothing_is_shown_or_decided_without_it(office: Office, contact: Actor) -> None:
    """Neither while the request is open, nor after it is closed; no proof but the right one helps."""
    for proof in ("", PIN, "0" * 64):
        shown = office.refuses(contact, partial(show, proof), Refused)
        decided = office.refuses(contact, partial(decide, proof), Refused)
        assert (codes(shown), codes(decided)) == (["pin_needed"], ["pin_needed"])
    with office.acting(office.manager) as tx:
        (request,) = tx.signoff.list().items
        tx.signoff.withdraw(request.id, version=request.version)
    assert codes(office.refuses(contact, lambda tx: tx.signoff.shown(), Refused)) == ["pin_needed"]


def test_the_right_pin_opens(office: Office, contact: Actor) -> None:
    """What it gives shows the request, and takes the decision."""
    proof = give(office, contact, PIN)
    with office.acting(contact) as tx:
        shown = tx.signoff.shown(pin_proof=proof)
        accept = [line.item_id for line in shown.lines]
        decided = tx.signoff.decide(digest=shown.digest, accept=accept, pin_proof=proof)
    assert decided.status is RequestStatus.DECIDED


def test_a_new_pin_makes_older_proofs_void(office: Office, contact: Actor) -> None:
    """Also one of the same digits; without a PIN nothing is needed."""
    proof = give(office, contact, PIN)
    with office.acting(office.manager) as tx:
        tx.customers.set_pin(office.firm.customer.id, PIN)
    office.refuses(contact, lambda tx: tx.signoff.shown(pin_proof=proof), Refused)
    with office.acting(office.manager) as tx:
        tx.customers.set_pin(office.firm.customer.id, None)
    assert give(office, contact, "whatever") == ""
    with office.viewing(contact) as tx:
        assert tx.signoff.shown().lines


def test_after_five_wrong_ones_none_is_looked_at(office: Office, contact: Actor) -> None:
    """For a quarter of an hour, not even the right one; then there are five tries again."""
    given = [give(office, contact, f"{wrong:04}") for wrong in range(MOST_FAILURES + 2)]
    assert given == ["pin_wrong"] * (MOST_FAILURES - 1) + ["pin_locked"] * 3
    assert give(office, contact, PIN) == "pin_locked"
    assert [each.name for each in events(office)].count(EventName.CUSTOMER_PIN_WRONG) == MOST_FAILURES
    office.clock.tick(LOCKED_FOR + timedelta(seconds=1))
    assert give(office, contact, "0000") == "pin_wrong"
    assert len(give(office, contact, PIN)) == 64
    assert give(office, contact, "0000") == "pin_wrong"


def test_nobody_without_a_link_tries(office: Office, contact: Actor) -> None:
    """Another customer's token does not count as one either."""
    office.refuses(office.admin, lambda tx: tx.signoff.enter_pin(PIN), NotFound)
    office.refuses(Actor.contact(office.firm.id, "x" * 43), lambda tx: tx.signoff.enter_pin(PIN), NotFound)


@pytest.mark.requirement("T-06")
def test_a_customer_with_a_pin_can_be_deleted(office: Office) -> None:
    """The PIN goes with it."""
    with office.acting(office.manager) as tx:
        customer = tx.customers.add_business(company_name="Nova")
        tx.customers.set_pin(customer.id, PIN)
        tx.customers.delete(customer.id, version=customer.version)
    office.refuses(office.manager, lambda tx: tx.customers.has_pin(customer.id), NotFound)


def test_guesses_at_the_same_time_do_not_slip_through(tmp_path: Path) -> None:
    """Of twenty guesses at once, five are counted, and the right one is refused like the rest once it is locked."""
    store = SqlStore.from_url(f"sqlite:///{tmp_path}/hours.db")
    store.migrate()
    firm = stored_firm(store)
    item = in_state(a_time_entry(firm.activity), State.AWAITING_CUSTOMER)
    request = evolve(a_request(firm.project, firm.employee, item), token_hash=token_hash("x" * 43))
    with store.unit_of_work(firm.id, writes=True) as uow:
        uow.items.add(item)
        uow.requests.add(request)
        uow.pins.put(new_pin(firm.id, firm.customer.id, PIN, b"s" * 32, 1))
    engine = WorkTraq(store, links=Links("https://hours.example", KEYS))
    contact = Actor.contact(firm.id, "x" * 43)

    def guess(number: int) -> str:
        entry = engine.run(contact, lambda tx: tx.signoff.enter_pin(f"{number:06}"))
        assert entry.reason is not None
        return entry.reason.code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, range(20)))
    assert (answers.count("pin_wrong"), answers.count("pin_locked")) == (MOST_FAILURES - 1, 20 - MOST_FAILURES + 1)
