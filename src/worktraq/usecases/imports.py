"""Importing customers from a sheet: a plan to look at, then applying it (T-02, B-10)."""

from collections.abc import Mapping, Sequence
from typing import Literal

from worktraq.core.access import Action
from worktraq.core.events import EventName
from worktraq.core.headings import CUSTOMER_HEADINGS
from worktraq.core.imports import Decisions, ImportPlan
from worktraq.core.sheets import Sheet, find_table
from worktraq.errors import InvalidInput, Reason, Refused
from worktraq.usecases.applying import CustomerApplying
from worktraq.usecases.context import Context
from worktraq.usecases.planning import CustomerPlanning, Progress

_PARTS = ("valid", "all")


class Imports:
    """Bringing in what stands elsewhere."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def plan_customers(
        self,
        sheets: Sequence[Sheet],
        *,
        mapping: Mapping[str, str] | None = None,
        source: str = "excel",
        progress: Progress | None = None,
    ) -> ImportPlan:
        """What importing these sheets would do; nothing is changed.

        Args:
            sheets: As a `worktraq.ports.sheets.SheetReader` gives them; the first with headings counts.
            mapping: Headings of the file that are not recognised by themselves, to fields.
            source: Under which name the rows are known again next time.
            progress: Told now and then how many rows of how many were looked at, and at the end that all were.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: When no headings are found, or one stands there twice.
        """
        context = self._context
        context.require(Action.IMPORT_CUSTOMERS)
        sheet, headings = find_table(sheets, CUSTOMER_HEADINGS, mapping)
        return CustomerPlanning(context, source, sheet, headings).plan(progress)

    def apply(
        self,
        plan: ImportPlan,
        *,
        decisions: Decisions = Decisions(),
        only: Literal["valid", "all"] = "all",
        progress: Progress | None = None,
    ) -> ImportPlan:
        """Do what a plan says, in one piece.

        Args:
            plan: From `plan_customers`.
            decisions: What counts where customers were changed here and in the file, and which suggestions are right.
            only: With ``all`` nothing is imported while a row is refused or undecided; with ``valid`` the other rows
                are.
            progress: Told now and then how many rows of how many are done, and that all are before anything is
                stored: an error in it leaves everything as it was.

        Returns:
            The plan that was applied.

        Raises:
            Refused: For who is not a manager or an administrator; under ``all`` with ``plan_has_refused_rows`` and
                ``plan_has_undecided_rows``.
            InvalidInput: For a decision that is not asked for (``decision_not_asked``), and when a customer cannot be
                as decided; its place is the number of the row.
            Conflict: With ``plan_stale`` when customers were changed since it was made; make a new one.
        """
        context = self._context
        context.require(Action.IMPORT_CUSTOMERS)
        if only not in _PARTS:
            raise InvalidInput.of("only", "choice_unknown", known=", ".join(_PARTS))
        decisions.require_asked(plan)
        rows = [row for row in plan.planned if decisions.is_complete_for(row)]
        if only == "all":
            _require_whole(plan, undecided=len(plan.planned) - len(rows))
        applying = CustomerApplying(context, plan, decisions)
        applying.decide(rows, progress)
        applying.store()
        context.record(EventName.IMPORT_APPLIED, context.actor.organization_id, **applying.counts)
        return plan


def _require_whole(plan: ImportPlan, undecided: int) -> None:
    reasons = []
    if plan.refused_rows:
        reasons.append(Reason.of("plan_has_refused_rows", count=plan.refused_rows))
    if undecided:
        reasons.append(Reason.of("plan_has_undecided_rows", count=undecided))
    if reasons:
        raise Refused(reasons)
