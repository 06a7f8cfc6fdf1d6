"""Mark-ups on expenses. For managers and administrators only (W-05)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.calendar import check_date
from worktraq.core.choices import chosen
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId, MarkupId, ProjectId
from worktraq.core.markups import MarkupRule, MarkupSubject, check_markup
from worktraq.errors import InvalidInput, NotFound
from worktraq.usecases.context import Context, check_version, found


class Markups:
    """What is charged on top of expenses: on projects, customers and the organization."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def set_markup(
        self, subject: MarkupSubject, subject_id: UUID, hundredths: int, *, valid_from: date | None = None
    ) -> MarkupRule:
        """Say what is charged on top of expenses from a date on; what is approved keeps its price.

        It counts on the amount without VAT. A mark-up on the same thing and from the same date is replaced.

        Args:
            subject: What kind of thing it is set on.
            subject_id: The project, customer or organization.
            hundredths: In hundredths of a percent: 1500 for 15 %; 0 for none, where a less particular one would count.
            valid_from: The first day of an expense it counts for; None for the beginning.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such thing.
            InvalidInput: Naming the field; ``internal_not_billable`` on internal work.
        """
        context = self._context
        context.require(Action.MANAGE_RATES)
        if valid_from is not None:
            check_date(valid_from, name="valid_from")
        subject = chosen("subject", MarkupSubject, subject)
        # Whoever deletes the thing removes its mark-ups first, and must not overlook this one.
        context.uow.organizations.lock()
        self._check_marked_up(subject, subject_id)
        check_markup(hundredths)
        same = [rule for rule in context.uow.markups.on_subjects([subject_id]) if rule.valid_from == valid_from]
        if same:
            new = evolve(same[0], hundredths=hundredths, version=same[0].version + 1)
            context.uow.markups.save(new)
        else:
            markup_id = context.new_id(MarkupId)
            organization_id = context.actor.organization_id
            new = MarkupRule(markup_id, organization_id, subject, subject_id, hundredths, valid_from)
            context.uow.markups.add(new)
        context.record(EventName.MARKUP_SET, new.id, subject=subject.value)
        return new

    def remove_markup(self, markup_id: MarkupId, *, version: int) -> None:
        """Take a mark-up away; what is approved keeps its price.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such mark-up.
            Conflict: When somebody else changed it.
        """
        context = self._context
        context.require(Action.MANAGE_RATES)
        rule = found(context.uow.markups.find(markup_id), "markup")
        check_version(rule.version, version)
        context.uow.markups.remove(rule)
        context.record(EventName.MARKUP_REMOVED, rule.id, subject=rule.subject.value)

    def markups_on(self, subject_id: UUID) -> Sequence[MarkupRule]:
        """The mark-ups on one thing, the earliest first.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_RATES)
        rules = self._context.uow.markups.on_subjects([subject_id])
        return sorted(rules, key=lambda rule: rule.valid_from or date.min)

    def _check_marked_up(self, subject: MarkupSubject, subject_id: UUID) -> None:
        context = self._context
        if subject is MarkupSubject.ORGANIZATION:
            if subject_id != context.actor.organization_id:
                raise NotFound("organization")
            return
        is_project = subject is MarkupSubject.PROJECT
        customer_id = context.project(ProjectId(subject_id)).customer_id if is_project else CustomerId(subject_id)
        if context.customer(customer_id).is_internal:
            raise InvalidInput.of("subject_id", "internal_not_billable")
