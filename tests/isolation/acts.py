"""What meets in the tests: commands of people, each as a whole transaction that is repeated while another is in the way."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from tests.isolation.places import Place
from tests.isolation.turns import Act
from worktraq.core.actors import Actor
from worktraq.core.customers import Customer
from worktraq.core.entries import Item
from worktraq.core.ids import InstalmentId
from worktraq.core.invoices import Invoice
from worktraq.core.markups import MarkupSubject
from worktraq.core.money import Rate
from worktraq.core.projects import Activity, Project
from worktraq.core.proposals import InvoiceProposal, without_lines
from worktraq.core.rates import RateSubject
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.terms import LinesPer
from worktraq.core.users import User
from worktraq.engine import WorkTraq
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.testing.deeds import LINKS
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import Firm, stored_firm
from worktraq.usecases.transaction import Transaction

Deed = Callable[[Transaction], object]


def by(user: User, deed: Deed) -> Act:
    """A user does something."""
    return partial(_run, Actor.user(user.organization_id, user.id), deed)


def by_customer(request: ApprovalRequest, deed: Deed) -> Act:
    """Whoever holds the link of a request does something."""
    token = LINKS.token(request.organization_id, request.id, request.token_number, request.key_name)
    return partial(_run, Actor.contact(request.organization_id, token), deed)


def _run(actor: Actor, deed: Deed, engine: WorkTraq) -> object:
    return engine.run(actor, deed)


def engine_of(place: Place) -> WorkTraq:
    """An engine that nobody stops."""
    return WorkTraq(place.store, links=LINKS, clock=FixedClock())


def a_firm_in(place: Place, *prepare: Callable[[UnitOfWork, Firm], None]) -> Firm:
    """A new firm, with whatever a test adds to it."""
    firm = stored_firm(place.store)
    if prepare:
        with place.store.unit_of_work(firm.id, writes=True) as uow:
            for each in prepare:
                each(uow, firm)
    return firm


def submitted(place: Place, firm: Firm, *minutes: int) -> Sequence[Item]:
    """Time of the employee that waits for approval inside the firm."""

    def register(tx: Transaction) -> Sequence[Item]:
        entries = [tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=each) for each in minutes]
        return tx.approval.submit_items([entry.id for entry in entries])

    return engine_of(place).run(Actor.user(firm.id, firm.employee.id), register)


def handed_in(place: Place, firm: Firm, *minutes: int) -> Sequence[Item]:
    """Time of the employee that waits for approval inside the firm, with the month that it belongs to."""

    def register(tx: Transaction) -> Sequence[Item]:
        for each in minutes:
            tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=each)
        return tx.approval.submit(OCTOBER)

    return engine_of(place).run(Actor.user(firm.id, firm.employee.id), register)


def asked(place: Place, firm: Firm, asker: User | None = None) -> ApprovalRequest:
    """An open request about two time entries, for which the manager or somebody else asked."""
    items = submitted(place, firm, 60, 90)

    def ask(tx: Transaction) -> ApprovalRequest:
        tx.approval.approve([item.id for item in items])
        return tx.signoff.offer(user_id=firm.employee.id, project_id=firm.project.id, period=OCTOBER)

    return engine_of(place).run(Actor.user(firm.id, (asker or firm.manager).id), ask)


def proposed(place: Place, firm: Firm, *minutes: int) -> InvoiceProposal:
    """An invoice for approved time, with a line for each entry."""
    ids = [item.id for item in submitted(place, firm, *minutes)]

    def propose(tx: Transaction) -> InvoiceProposal:
        tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, Rate("95.00", "EUR"))
        tx.billing.change_terms(firm.customer.id, version=0, lines_per=LinesPer.ITEM)
        tx.approval.approve(ids)
        tx.approval.waive(ids, reason="Agreed")
        (proposal,) = tx.billing.propose()
        return proposal

    return engine_of(place).run(Actor.user(firm.id, firm.manager.id), propose)


def only(proposal: InvoiceProposal, *numbers: int) -> InvoiceProposal:
    """A proposal of which only some lines are left."""
    return without_lines(proposal, [line.number for line in proposal.lines if line.number not in numbers])


def registers(activity: Activity, minutes: int = 60, on: date = MONDAY) -> Deed:
    """Time on an activity."""
    return lambda tx: tx.entries.register_time(activity.id, on=on, minutes=minutes)


def removes_user(user: User) -> Deed:
    """Somebody who has left nothing behind goes."""
    return lambda tx: tx.users.remove(user.id, version=user.version)


def deletes_customer(customer: Customer) -> Deed:
    """A customer that nothing hangs on goes."""
    return lambda tx: tx.customers.delete(customer.id, version=customer.version)


def deletes_project(project: Project) -> Deed:
    """A project that nothing hangs on goes."""
    return lambda tx: tx.projects.delete(project.id, version=project.version)


def sets_rate(subject: RateSubject, subject_id: UUID) -> Deed:
    """An hour on a thing costs something."""
    return lambda tx: tx.rates.set(subject, subject_id, Rate("95.00", "EUR"))


def sets_markup(subject: MarkupSubject, subject_id: UUID) -> Deed:
    """Expenses on a thing cost more."""
    return lambda tx: tx.rates.set_markup(subject, subject_id, 1500)


def confirms(proposal: InvoiceProposal, *, issued_on: date | None = None) -> Deed:
    """A proposal becomes an invoice."""
    return lambda tx: tx.billing.confirm(proposal, issued_on=issued_on)


def removes_instalment(instalment_id: InstalmentId, version: int) -> Deed:
    """A part of a fixed price is not asked for."""
    return lambda tx: tx.rates.remove_instalment(instalment_id, version=version)


def cancels(invoice: Invoice) -> Deed:
    """An invoice is taken back."""
    return lambda tx: tx.billing.cancel(invoice.id, version=invoice.version, reason="Wrong address")
