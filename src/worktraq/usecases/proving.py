"""Proving what was decided: evidence for who asks later, and timesheets of requests (B-04, B-07)."""

from worktraq.core.access import Action
from worktraq.core.audit import head_of
from worktraq.core.evidence import Evidence, Verification, mails_of, verified
from worktraq.core.ids import RequestId
from worktraq.core.notifications import Attachment
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.timesheets import file_name
from worktraq.usecases.context import found
from worktraq.usecases.deciding import Deciding
from worktraq.usecases.timesheets import Timesheets, documents_of, language_of_reader


class Proving(Deciding):
    """Evidence of decisions, on top of the decisions themselves."""

    def verify(self, request_id: RequestId) -> Verification:
        """Whether what was decided on a request is still what it was (B-04).

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator.
        """
        return self._verification(self._for_proof(request_id))

    def evidence(self, request_id: RequestId) -> Evidence:
        """Everything that tells how a request came to its decision (B-04, B-07).

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator.
        """
        request = self._for_proof(request_id)
        context = self._context
        shown = self._show(request)
        subjects = (request.id, *request.item_ids)
        records = context.uow.events.records_of(subjects)
        events = context.uow.events.history(request.id)
        known = sum(len(context.uow.events.history(subject_id)) for subject_id in subjects)
        return Evidence(
            made_at=context.at,
            time_zone=context.organization.settings.time_zone,
            organization_id=request.organization_id,
            organization_name=shown.organization_name,
            request_id=request.id,
            status=request.status,
            since=request.since,
            employee_name=shown.employee_name,
            customer_name=shown.customer_name,
            project_name=shown.project_name,
            period=request.period,
            recipient=request.recipient,
            minutes=request.minutes,
            digest=request.digest,
            attestation=context.uow.attestations.find(request.id),
            verification=self._verification(request),
            mails=mails_of(events),
            decisions=tuple(context.uow.decisions.of_items(request.item_ids)),
            records=tuple(records),
            unsealed=known - len(records),
            head=head_of(context.uow.events.head()),
        )

    def evidence_pdf(self, request_id: RequestId, *, language: str | None = None) -> Attachment:
        """The evidence of a request as PDF, in the reader's language unless another one is given.

        Raises:
            NotFound: When there is no such request.
            Refused: For who is not a manager or an administrator; with ``documents_missing``.
            AdapterError: When it cannot be written.
        """
        evidence = self.evidence(request_id)
        reader = language_of_reader(self._context, language)
        content = documents_of(self._context).render_evidence(evidence, reader)
        names = [evidence.employee_name, evidence.customer_name]
        return Attachment(file_name("evidence", evidence.period, names), "application/pdf", content)

    def request_timesheet_pdf(self, request_id: RequestId, *, language: str | None = None) -> Attachment:
        """The timesheet of a request as PDF: its approved lines once it is decided, before that all of them, marked.

        Raises:
            NotFound: When there is no such request, or no line of it is left.
            Refused: For who is not a manager or an administrator; with ``documents_missing``.
            AdapterError: When it cannot be written.
        """
        self._context.require(Action.SEE_REQUESTS)
        request = found(self._context.uow.requests.find(request_id), "request")
        timesheets = Timesheets(self._context)
        return timesheets.pdf(timesheets.of_request(request), language or request.recipient.language)

    def _for_proof(self, request_id: RequestId) -> ApprovalRequest:
        context = self._context
        context.require(Action.SEE_REQUESTS)
        context.require(Action.SEE_AUDIT)
        context.flush()
        return found(context.uow.requests.find(request_id), "request")

    def _verification(self, request: ApprovalRequest) -> Verification:
        context = self._context
        return verified(
            request,
            context.uow.attestations.find(request.id),
            today=self._lines(request),
            items=self._items(request),
            decisions=context.uow.decisions.of_items(request.item_ids),
            events=context.uow.events.history(request.id),
        )
