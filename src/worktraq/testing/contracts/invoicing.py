"""What must come of it when several people invoice at the same time, on any store."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest

from worktraq.core.actors import Actor
from worktraq.core.entries import Item, State
from worktraq.core.invoices import Invoice, InvoiceStatus
from worktraq.core.money import Money, Rate
from worktraq.core.proposals import InvoiceProposal, without_lines
from worktraq.core.rates import RateSubject
from worktraq.core.terms import LinesPer
from worktraq.core.users import User
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, Refused
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import MONDAY
from worktraq.testing.contracts.base import Abandoned, StoreContract
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction

T = TypeVar("T")
Command = Callable[[Transaction], object]
ROUNDS = 3
PATIENCE = 50


class InvoicingContract(StoreContract):
    """Whoever comes first invoices; the others are told so, and no number is lost or given twice."""

    @pytest.fixture
    def engine(self, store: Store, firm: Firm) -> WorkTraq:
        """An engine on the store, with a rate for the firm's customers."""
        engine = WorkTraq(store, clock=FixedClock())
        with engine.transaction(actor_of(firm.admin)) as tx:
            for customer in (firm.customer, firm.other_customer):
                tx.rates.set(RateSubject.CUSTOMER, customer.id, Rate("95.00", "EUR"))
        return engine

    @pytest.mark.requirement("L-11")
    def test_of_two_who_confirm_the_same_one_wins(self, engine: WorkTraq, firm: Firm) -> None:
        """Proposals that overlap in one item: it is billed once, and the numbers have no gap."""
        for _ in range(ROUNDS):
            shared, *others = _approved(engine, firm, 3)
            with engine.view(actor_of(firm.manager)) as tx:
                (whole,) = tx.billing.propose()
            one, other = _with_items(whole, shared, others[0]), _with_items(whole, shared, others[1])
            winners = _at_once(
                engine,
                (actor_of(firm.manager), partial(_confirm, one)),
                (actor_of(firm.admin), partial(_confirm, other)),
            )
            assert len(winners) == 1
            with engine.view(actor_of(firm.admin)) as tx:
                (invoice,) = tx.billing.of_item(shared.id)
                states = [tx.entries.get(item.id).state for item in others]
            assert states[winners[0]] is State.INVOICED
            assert states[1 - winners[0]] is State.APPROVED
            assert shared.id in invoice.item_ids
        _check_numbers(engine, firm, ROUNDS)

    @pytest.mark.requirement("L-11")
    def test_the_first_numbers_of_a_year_are_given_once(self, engine: WorkTraq, firm: Firm) -> None:
        """Several who begin the year at the same moment, each with an invoice of his own, all succeed."""
        items = _approved(engine, firm, 4)
        with engine.view(actor_of(firm.manager)) as tx:
            (whole,) = tx.billing.propose()
        commands = [(actor_of(firm.manager), partial(_confirm, _with_items(whole, item))) for item in items]
        assert _at_once(engine, *commands) == [0, 1, 2, 3]
        _check_numbers(engine, firm, 4)

    @pytest.mark.requirement("L-11")
    def test_a_number_that_is_not_kept_leaves_no_gap(self, engine: WorkTraq, firm: Firm) -> None:
        """A transaction that fails after confirming gives its number back."""
        items = _approved(engine, firm, 2)
        with engine.view(actor_of(firm.manager)) as tx:
            (whole,) = tx.billing.propose()
        with suppress(Abandoned), engine.transaction(actor_of(firm.manager)) as tx:
            _confirm(_with_items(whole, items[0]), tx)
            raise Abandoned
        with engine.transaction(actor_of(firm.manager)) as tx:
            assert tx.billing.confirm(_with_items(whole, items[1])).count == 1
        _check_numbers(engine, firm, 1)

    @pytest.mark.requirement("L-11")
    def test_an_item_is_invoiced_or_reopened(self, engine: WorkTraq, firm: Firm) -> None:
        """Never both: who comes second is told."""
        confirmed = 0
        for _ in range(ROUNDS):
            (item,) = _approved(engine, firm, 1)
            with engine.view(actor_of(firm.manager)) as tx:
                (proposal,) = tx.billing.propose()
            winners = _at_once(
                engine,
                (actor_of(firm.manager), partial(_confirm, proposal)),
                (actor_of(firm.admin), partial(_reopen, item)),
            )
            with engine.view(actor_of(firm.admin)) as tx:
                state, invoices = tx.entries.get(item.id).state, tx.billing.of_item(item.id)
            assert len(winners) == 1
            assert (state, len(invoices)) == ((State.INVOICED, 1) if winners == [0] else (State.DRAFT, 0))
            confirmed += len(invoices)
        _check_numbers(engine, firm, confirmed)

    @pytest.mark.requirement("L-11")
    def test_an_invoice_is_cancelled_once(self, engine: WorkTraq, firm: Firm) -> None:
        """Of two who cancel it one writes the credit note; the item is ready again, once."""
        for round_ in range(1, ROUNDS + 1):
            _approved(engine, firm, 1)
            with engine.transaction(actor_of(firm.manager)) as tx:
                (proposal,) = tx.billing.propose()
                invoice = tx.billing.confirm(proposal)
            cancel = partial(_cancel, invoice)
            winners = _at_once(engine, (actor_of(firm.manager), cancel), (actor_of(firm.admin), cancel))
            assert len(winners) == 1
            with engine.view(actor_of(firm.admin)) as tx:
                assert tx.billing.invoice(invoice.id).status is InvoiceStatus.CANCELLED
                assert [tx.entries.get(each).state for each in invoice.item_ids] == [State.APPROVED] * round_
        _check_numbers(engine, firm, 2 * ROUNDS)

    @pytest.mark.requirement("L-14")
    def test_what_is_waived_with_an_invoice_is_waived_once(self, engine: WorkTraq, firm: Firm) -> None:
        """Two who bill without the customer's approval at the same time: one waiver, one invoice."""
        for count in range(1, ROUNDS + 1):
            (item,) = _approved(engine, firm, 1, waive=False)
            with engine.view(actor_of(firm.manager)) as tx:
                (proposal,) = tx.billing.propose(waive_reason="Agreed by telephone")
            confirm = partial(_confirm, proposal)
            assert len(_at_once(engine, (actor_of(firm.manager), confirm), (actor_of(firm.admin), confirm))) == 1
            with engine.view(actor_of(firm.admin)) as tx:
                decisions = [each.kind.value for each in tx.approval.decisions(item.id)]
            assert decisions == ["approved", "waived"]
            _check_numbers(engine, firm, count)

    @pytest.mark.requirement("L-11")
    def test_an_instalment_is_billed_once(self, engine: WorkTraq, firm: Firm) -> None:
        """Of two who bill it, and one who changes it, one wins."""
        with engine.transaction(actor_of(firm.manager)) as tx:
            amount = Money("1500.00", "EUR")
            instalment = tx.rates.add_instalment(firm.fixed_project.id, due_on=MONDAY, amount=amount, description="1/2")
            (proposal,) = tx.billing.propose()
        winners = _at_once(
            engine,
            (actor_of(firm.manager), partial(_confirm, proposal)),
            (actor_of(firm.admin), partial(_confirm, proposal)),
            (
                actor_of(firm.admin),
                lambda tx: tx.rates.change_instalment(instalment.id, version=1, amount=Money("1.00", "EUR")),
            ),
        )
        assert len(winners) == 1
        _check_numbers(engine, firm, 0 if winners == [2] else 1)


def actor_of(user: User) -> Actor:
    """A user, as an actor."""
    return Actor.user(user.organization_id, user.id)


def _approved(engine: WorkTraq, firm: Firm, number: int, *, waive: bool = True) -> Sequence[Item]:
    """Time on the firm's project, an entry a line, approved inside and, unless told otherwise, waived."""
    with engine.transaction(actor_of(firm.employee)) as tx:
        entries = [tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=10) for _ in range(number)]
        ids = [entry.id for entry in entries]
        tx.approval.submit_items(ids)
    with engine.transaction(actor_of(firm.manager)) as tx:
        terms = tx.billing.terms(firm.customer.id)
        tx.billing.change_terms(firm.customer.id, version=terms.version, lines_per=LinesPer.ITEM)
        tx.approval.approve(ids)
        return tx.approval.waive(ids, reason="Agreed") if waive else [tx.entries.get(each) for each in ids]


def _with_items(proposal: InvoiceProposal, *items: Item) -> InvoiceProposal:
    """A proposal of which only the lines of these items are left."""
    wanted = {item.id for item in items}
    return without_lines(proposal, [line.number for line in proposal.lines if wanted.isdisjoint(line.item_ids)])


def _confirm(proposal: InvoiceProposal, tx: Transaction) -> object:
    return tx.billing.confirm(proposal)


def _cancel(invoice: Invoice, tx: Transaction) -> object:
    return tx.billing.cancel(invoice.id, version=invoice.version, reason="Wrong address")


def _reopen(item: Item, tx: Transaction) -> object:
    return tx.approval.reopen([item.id], reason="Wrong day")


def _check_numbers(engine: WorkTraq, firm: Firm, expected: int) -> None:
    """That so many invoices and credit notes are there, numbered from 1 without a gap."""
    with engine.view(actor_of(firm.admin)) as tx:
        counts = [invoice.count for invoice in tx.billing.invoices()]
    assert counts == list(range(expected, 0, -1))


def _at_once(engine: WorkTraq, *commands: tuple[Actor, Command]) -> list[int]:
    """Which of the commands succeeded, each in a transaction and thread of its own; the others met a refusal."""
    barrier = Barrier(len(commands))

    def attempt(actor: Actor, command: Command) -> bool:
        barrier.wait()
        for _ in range(PATIENCE):
            try:
                with engine.transaction(actor) as tx:
                    command(tx)
            except Refused:
                return False
            except Conflict as conflict:
                if not conflict.is_retryable:
                    return False
            else:
                return True
        raise AssertionError("somebody was in the way every time")

    with ThreadPoolExecutor(len(commands)) as pool:
        done = list(pool.map(lambda each: attempt(*each), commands))
    return [number for number, succeeded in enumerate(done) if succeeded]
