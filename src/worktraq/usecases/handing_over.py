"""Handing invoices over to an accounting system, outside of transactions (L-11)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.core.entries import Item
from worktraq.core.events import EventName
from worktraq.core.ids import InvoiceId, OrganizationId, ProjectId, UserId
from worktraq.core.invoices import HandOver, Invoice, InvoiceKind
from worktraq.core.notifications import Attachment
from worktraq.core.signoff import in_order
from worktraq.core.timesheets import file_name
from worktraq.errors import Conflict
from worktraq.ports.invoice_sink import InvoiceSink
from worktraq.usecases.context import Context, found
from worktraq.usecases.patience import Patiently
from worktraq.usecases.timesheets import Timesheets

Begin = Callable[[OrganizationId], AbstractContextManager[Context]]


@frozen
class HandOverFailure:
    """An invoice that was not handed over.

    Attributes:
        organization_id: Whose invoice it is.
        invoice_id: Which one.
        number: Of the invoice.
        error: Why not.
    """

    organization_id: OrganizationId
    invoice_id: InvoiceId
    number: str
    error: Exception


@frozen
class HandOverReport:
    """What came of handing invoices over.

    Attributes:
        handed_over: How many were.
        failures: Those that were not; they are tried again the next time.
    """

    handed_over: int = 0
    failures: tuple[HandOverFailure, ...] = ()

    def __add__(self, other: "HandOverReport") -> "HandOverReport":
        return HandOverReport(self.handed_over + other.handed_over, self.failures + other.failures)


class HandingOver:
    """Hands over what waits; one invoice that fails does not hold up the others.

    Args:
        sink: Where the invoices go.
        viewing: Begins a view of an organization.
        writing: Begins a transaction of an organization.
        patiently: Notes again what could not be noted because another transaction was in the way.
    """

    def __init__(self, sink: InvoiceSink, viewing: Begin, writing: Begin, patiently: Patiently) -> None:
        self._patiently = patiently
        self._sink = sink
        self._viewing = viewing
        self._writing = writing

    def of_organization(self, organization_id: OrganizationId) -> HandOverReport:
        """Hand over the invoices of an organization that were not, the oldest first."""
        with self._viewing(organization_id) as context:
            waiting = context.uow.hand_overs.waiting()
        report = HandOverReport()
        for invoice_id in waiting:
            report += self._hand_over(organization_id, invoice_id)
        return report

    def _hand_over(self, organization_id: OrganizationId, invoice_id: InvoiceId) -> HandOverReport:
        with self._viewing(organization_id) as context:
            invoice = found(context.uow.invoices.find(invoice_id), "invoice")
        try:
            with self._viewing(organization_id) as context:
                attachments = attachments_of(context, invoice)
            external_id = self._sink.hand_over(invoice, attachments)
            self._patiently(partial(self._note, invoice, external_id))
        except Exception as error:  # noqa: BLE001  # whatever a sink does, the other invoices are handed over
            return HandOverReport(failures=(HandOverFailure(organization_id, invoice_id, invoice.number, error),))
        return HandOverReport(1)

    def _note(self, invoice: Invoice, external_id: str) -> None:
        try:
            with self._writing(invoice.organization_id) as context:
                context.uow.hand_overs.add(HandOver(invoice.id, invoice.organization_id, context.at, external_id))
                context.record(EventName.INVOICE_HANDED_OVER, invoice.id)
        except Conflict as conflict:
            # Somebody else handed the same invoice over at the same time; to the sink that is once.
            if conflict.code != "already_exists":
                raise


def attachments_of(context: Context, invoice: Invoice) -> Sequence[Attachment]:
    """The timesheets that go with an invoice, one per employee and project; none where nothing writes documents.

    What was taken back has none: its items were released, and may say something else by now.
    """
    if context.documents is None or invoice.kind is InvoiceKind.CREDIT_NOTE or invoice.is_cancelled:
        return ()
    timesheets = Timesheets(context)
    attachments: dict[str, Attachment] = {}
    for (user_id, project_id), items in _by_employee_and_project(context.uow.items.find_many(invoice.item_ids)).items():
        period = Period(min(item.on for item in items), Period.day(max(item.on for item in items)).until)
        timesheet = timesheets.of_items(in_order(items), user_id, project_id, period, is_approved=True)
        content = context.documents.render(timesheet, invoice.language)
        name = _free(file_name("timesheet", period, [timesheet.employee_name, timesheet.project_name]), attachments)
        attachments[name] = Attachment(name, "application/pdf", content)
    return tuple(attachments.values())


def _by_employee_and_project(items: Iterable[Item]) -> Mapping[tuple[UserId, ProjectId], Sequence[Item]]:
    found_items: dict[tuple[UserId, ProjectId], list[Item]] = {}
    for item in items:
        if item.project_id is not None:
            found_items.setdefault((item.user_id, item.project_id), []).append(item)
    return found_items


def _free(name: str, taken: Mapping[str, Attachment]) -> str:
    """A name that no other attachment has: two people, or two projects, may be called the same."""
    stem, number, free = name.removesuffix(".pdf"), 1, name
    while free in taken:
        number += 1
        free = f"{stem}-{number}.pdf"
    return free
