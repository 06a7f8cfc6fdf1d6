"""Instalments: the parts in which a fixed price is billed. For managers and administrators only (W-05)."""

from collections.abc import Sequence
from datetime import date

from worktraq.core.access import Action
from worktraq.core.events import EventName
from worktraq.core.ids import InstalmentId, ProjectId
from worktraq.core.instalments import Instalment, changed_instalment, check_not_billed, new_instalment
from worktraq.core.money import Money
from worktraq.core.unset import UNSET, Unset
from worktraq.usecases.context import Context, check_version, found


class Instalments:
    """The instalments of projects at a fixed price."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add_instalment(self, project_id: ProjectId, *, due_on: date, amount: Money, description: str) -> Instalment:
        """Add an instalment; from the day on which it is due it is proposed for an invoice.

        Args:
            project_id: A project at a fixed price.
            due_on: From which day on it is billed.
            amount: Without tax, in the currency of the customer.
            description: What the customer reads.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such project.
            InvalidInput: Naming the field; ``instalment_needs_fixed_price`` for a project that is billed by the hour.
        """
        context = self._context
        context.require(Action.MANAGE_RATES)
        project = context.project(project_id)
        instalment = new_instalment(
            context.new_id(InstalmentId),
            project,
            due_on=due_on,
            amount=amount,
            description=description,
            currency=context.currency_of(context.customer(project.customer_id)),
        )
        context.uow.instalments.add(instalment)
        context.record(EventName.INSTALMENT_ADDED, instalment.id)
        return instalment

    def change_instalment(
        self,
        instalment_id: InstalmentId,
        *,
        version: int,
        due_on: date | Unset = UNSET,
        amount: Money | Unset = UNSET,
        description: str | Unset = UNSET,
    ) -> Instalment:
        """Change those values of an instalment that are given, while it stands on no invoice.

        Raises:
            Refused: For who is not a manager or an administrator; ``instalment_invoiced``.
            NotFound: When there is no such instalment.
            InvalidInput: Naming the field.
            Conflict: When somebody else changed it.
        """
        context = self._context
        instalment = changed_instalment(
            self._for_change(instalment_id, version), due_on=due_on, amount=amount, description=description
        )
        context.uow.instalments.save(instalment)
        context.record(EventName.INSTALMENT_CHANGED, instalment.id)
        return instalment

    def remove_instalment(self, instalment_id: InstalmentId, *, version: int) -> None:
        """Take an instalment away that stands on no invoice.

        Raises:
            Refused: For who is not a manager or an administrator; ``instalment_invoiced``.
            NotFound: When there is no such instalment.
            Conflict: When somebody else changed it.
        """
        context = self._context
        instalment = self._for_change(instalment_id, version)
        check_not_billed(instalment)
        context.uow.instalments.remove(instalment)
        context.record(EventName.INSTALMENT_REMOVED, instalment.id)

    def instalments(self, project_id: ProjectId) -> Sequence[Instalment]:
        """All instalments of a project, in order of the days on which they are due.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such project.
        """
        context = self._context
        context.require(Action.SEE_RATES)
        return context.uow.instalments.of_project(context.project(project_id).id)

    def _for_change(self, instalment_id: InstalmentId, version: int) -> Instalment:
        context = self._context
        context.require(Action.MANAGE_RATES)
        instalment = found(context.uow.instalments.find(instalment_id), "instalment")
        check_version(instalment.version, version)
        return instalment
