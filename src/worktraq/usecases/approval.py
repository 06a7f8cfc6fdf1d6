"""Submitting, and approving or rejecting inside the firm (W-09)."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from worktraq.core.approval import Command, Submission
from worktraq.core.calendar import Period
from worktraq.core.chains import ApprovalChain, chain_for
from worktraq.core.entries import Item, State
from worktraq.core.events import EventName
from worktraq.core.ids import ItemId, ProjectId, SubmissionId, UserId
from worktraq.core.notifications import Attachment
from worktraq.core.timesheets import Timesheet
from worktraq.errors import Refused
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.inbox import Inbox
from worktraq.usecases.moving import Move, Moving
from worktraq.usecases.remarks import Remarks
from worktraq.usecases.timesheets import Timesheets, language_of_reader


class Approval(Inbox, Remarks):
    """The way of items from draft to approved, apart from what the customer decides."""

    def submit(self, period: Period) -> Sequence[Item]:
        """Hand in all own drafts of a period; the chain of each is fixed now (B-02).

        A period without drafts may be handed in too: it tells that there is nothing more to come.

        Returns:
            The items that were handed in.

        Raises:
            Refused: For who is not a user.
        """
        context = self._context
        if context.user is None:
            raise Refused.because("not_a_user")
        owner_id = context.user.id
        submission_id = context.new_id(SubmissionId)
        submission = Submission(submission_id, context.actor.organization_id, owner_id, period, context.at)
        context.uow.submissions.add(submission)
        context.record(EventName.PERIOD_SUBMITTED, submission_id)
        drafts = ItemFilter(user_id=owner_id, period=period, states=frozenset({State.DRAFT}))
        return self._submit(list(context.uow.items.stream(drafts)), period)

    def submit_items(self, item_ids: Collection[ItemId]) -> Sequence[Item]:
        """Hand in single own drafts, such as corrected ones.

        Raises:
            NotFound: For an item that the actor does not see.
            Refused: For an item that is not an own draft.
        """
        return self._submit(self._context.items(item_ids), None)

    def withdraw(self, item_ids: Collection[ItemId], *, reason: str = "") -> Sequence[Item]:
        """Take own items back into draft, while no step has been passed.

        Raises:
            NotFound: For an item that the actor does not see.
            Refused: With every reason against it.
        """
        return self._make(item_ids, Command.WITHDRAW, reason)

    def approve(self, item_ids: Collection[ItemId], *, reason: str = "") -> Sequence[Item]:
        """Pass the step that items wait for.

        For the customer's step this decides on the customer's behalf, which only a manager may, with a reason; an open
        request about the item is superseded.

        Raises:
            NotFound: For an item that the actor does not see.
            Refused: With every reason against it; then no item is approved.
            Conflict: When somebody else moved an item.
        """
        return self._make(item_ids, Command.APPROVE, reason)

    def reject(self, item_ids: Collection[ItemId], *, reason: str) -> Sequence[Item]:
        """Send items back to their owners, who are told why (L-10).

        Raises:
            NotFound: For an item that the actor does not see.
            Refused: With every reason against it; then no item is rejected.
            Conflict: When somebody else moved an item.
        """
        return self._make(item_ids, Command.REJECT, reason)

    def waive(self, item_ids: Collection[ItemId], *, reason: str) -> Sequence[Item]:
        """Go on without the customer's approval; who, when and why is kept (L-14).

        Raises:
            NotFound: For an item that the actor does not see.
            Refused: With every reason against it; then no item is waived.
            Conflict: When somebody else moved an item.
        """
        return self._make(item_ids, Command.WAIVE, reason)

    def revise(self, item_ids: Collection[ItemId]) -> Sequence[Item]:
        """Make rejected own items drafts again, to correct them and hand them in once more (L-12).

        Raises:
            NotFound: For an item that the actor does not see.
            Refused: With every reason against it.
        """
        return self._make(item_ids, Command.REVISE, "")

    def reopen(self, item_ids: Collection[ItemId], *, reason: str) -> Sequence[Item]:
        """Make approved items drafts again; all decisions on them are void, and everybody concerned is told.

        Raises:
            NotFound: For an item that the actor does not see.
            Refused: With every reason against it; then no item is reopened.
            Conflict: When somebody else moved an item.
        """
        return self._make(item_ids, Command.REOPEN, reason)

    def timesheet(self, *, user_id: UserId, project_id: ProjectId, period: Period) -> Timesheet:
        """The approved, billable hours and expenses of an employee on a project, for whoever sees them (L-09).

        Raises:
            NotFound: When there are none that the actor sees.
            Refused: With ``timesheet_too_long``.
        """
        return Timesheets(self._context).approved(user_id, project_id, period)

    def timesheet_pdf(
        self, *, user_id: UserId, project_id: ProjectId, period: Period, language: str | None = None
    ) -> Attachment:
        """The same as PDF, in the actor's language unless another one is given.

        Raises:
            NotFound: When there are none that the actor sees.
            Refused: With ``timesheet_too_long``, or ``documents_missing`` when the engine has nothing that writes them.
            AdapterError: When it cannot be written.
        """
        timesheets = Timesheets(self._context)
        timesheet = timesheets.approved(user_id, project_id, period)
        return timesheets.pdf(timesheet, language_of_reader(self._context, language))

    def _make(self, item_ids: Collection[ItemId], command: Command, reason: str) -> Sequence[Item]:
        items = self._context.items(item_ids)
        return Moving(self._context).make([Move(item, command, reason) for item in items])

    def _submit(self, items: Sequence[Item], period: Period | None) -> Sequence[Item]:
        chains = self._chains(items)
        moves = [Move(item, Command.SUBMIT, chain=chains[item.id]) for item in items]
        return Moving(self._context).make(moves, handed_in=period)

    def _chains(self, items: Iterable[Item]) -> Mapping[ItemId, ApprovalChain]:
        context = self._context
        items = list(items)
        project_ids = {item.project_id for item in items if item.project_id is not None}
        projects = {project.id: project for project in context.uow.projects.find_many(project_ids)}
        customers = {each.id: each for each in context.uow.customers.find_many({item.customer_id for item in items})}
        chain = context.organization.settings.chain
        return {
            item.id: chain_for(
                chain,
                customers[item.customer_id].data.chain,
                customer_counts=(
                    item.is_billable and item.project_id is not None and projects[item.project_id].asks_customer
                ),
            )
            for item in items
        }
