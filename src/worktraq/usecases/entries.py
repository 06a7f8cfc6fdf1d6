"""Registering hours and expenses, and correcting them while they are drafts (W-11, W-12)."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import TypeVar

from worktraq.core.approval import Command
from worktraq.core.calendar import Period, check_date
from worktraq.core.choices import chosen, chosen_if_any
from worktraq.core.entries import (
    Expense,
    Item,
    ItemKind,
    NewTime,
    State,
    TimeEntry,
    Workplace,
    check_day_totals,
    edited_time,
    new_time_entry,
)
from worktraq.core.events import EventName
from worktraq.core.expenses import edited_expense, new_expense
from worktraq.core.ids import ActivityId, ContactId, CustomerId, ItemId, ProjectId, UserId
from worktraq.core.money import Money
from worktraq.core.paging import Page, PageRequest
from worktraq.core.unset import UNSET, Unset
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.ports.entries import ItemFilter
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.moving import Moving
from worktraq.usecases.offering import Offering
from worktraq.usecases.registering import Registering

T = TypeVar("T", TimeEntry, Expense)


class Entries:
    """Time entries and expenses."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._workplaces: dict[ActivityId, Workplace] = {}

    def register_time(
        self,
        activity_id: ActivityId,
        *,
        on: date,
        minutes: int,
        note: str = "",
        starts_at: time | None = None,
        utc_offset: int | None = None,
        contact_id: ContactId | None = None,
    ) -> TimeEntry:
        """Register worked time on an own activity; see `register_times`."""
        (entry,) = self.register_times([NewTime(activity_id, on, minutes, note, starts_at, utc_offset, contact_id)])
        return entry

    def register_times(self, times: Iterable[NewTime]) -> Sequence[TimeEntry]:
        """Register worked time on own activities, all of it or none.

        Args:
            times: On which activity, on which local day, how many whole minutes.

        Raises:
            InvalidInput: Naming the field.
            Refused: With every reason: the activity is not active on that day or now, the customer is archived, the
                project has not begun or is finished, registering is not granted, or a day gets more than 1,440 minutes.
            NotFound: For an activity of somebody else, or a contact who is not at the customer.
        """
        context = self._context
        owner_id = self._lock_own_days()
        entries = []
        added: dict[date, int] = {}
        for new in times:
            workplace = self._workplace(new.activity_id, owner_id)
            if new.contact_id is not None:
                self._check_contact(new.contact_id, workplace)
            entry = new_time_entry(context.new_id(ItemId), new, workplace, context.at)
            entries.append(entry)
            added[entry.on] = added.get(entry.on, 0) + entry.minutes
        self._check_days(owner_id, added)
        context.uow.items.add(*entries)
        context.record_each(EventName.ITEM_REGISTERED, (entry.id for entry in entries))
        return entries

    def register_expense(
        self,
        activity_id: ActivityId,
        *,
        on: date,
        amount: Money,
        description: str,
        is_billable: bool | None = None,
        contact_id: ContactId | None = None,
        receipt_reference: str = "",
        vat_hundredths: int | None = None,
        is_reimbursable: bool = True,
    ) -> Expense:
        """Register money spent on an own activity.

        Args:
            activity_id: On which activity.
            on: The local day.
            amount: What was paid, VAT included, in the currency of the customer.
            description: What was bought.
            is_billable: By default yes on hourly projects, no at a fixed price; never for internal work.
            contact_id: Who was responsible for it at the customer.
            receipt_reference: By which the receipt is found.
            vat_hundredths: The VAT rate on the receipt in hundredths of a percent: 2100 for 21 %. The customer is billed
                for what was paid without it.
            is_reimbursable: Whether the employee gets it back; not for what the firm paid itself.

        Raises:
            InvalidInput: Naming the field; ``currency_not_customers`` for another currency.
            Refused: With every reason, as for time.
            NotFound: For an activity of somebody else, or a contact who is not at the customer.
        """
        context = self._context
        workplace = self._workplace(activity_id, self._own_id())
        if contact_id is not None:
            self._check_contact(contact_id, workplace)
        expense = new_expense(
            context.new_id(ItemId),
            workplace,
            on=on,
            amount=amount,
            description=description,
            is_billable=is_billable,
            contact_id=contact_id,
            at=context.at,
            receipt_reference=receipt_reference,
            vat_hundredths=vat_hundredths,
            is_reimbursable=is_reimbursable,
        )
        context.uow.items.add(expense)
        context.record(EventName.ITEM_REGISTERED, expense.id)
        return expense

    def edit_time(
        self,
        item_id: ItemId,
        *,
        version: int,
        on: date | Unset = UNSET,
        minutes: int | Unset = UNSET,
        note: str | Unset = UNSET,
        starts_at: time | Unset | None = UNSET,
        utc_offset: int | Unset | None = UNSET,
        contact_id: ContactId | Unset | None = UNSET,
    ) -> TimeEntry:
        """Change an own time entry that is a draft.

        Raises:
            Refused: When it is no draft any more, is not the actor's own, or a day gets too full.
            InvalidInput: Naming the field.
            NotFound: When there is no such time entry for this actor.
            Conflict: When it was changed meanwhile.
        """
        owner_id = self._lock_own_days()
        before = self._draft(item_id, version, Command.EDIT)
        if not isinstance(before, TimeEntry):
            raise NotFound("item")
        entry = edited_time(
            before,
            on=on,
            minutes=minutes,
            note=note,
            starts_at=starts_at,
            utc_offset=utc_offset,
            contact_id=contact_id,
        )
        self._check_edited(before, entry)
        added = {entry.on: entry.minutes}
        if before.on == entry.on:
            added[entry.on] -= before.minutes
        self._check_days(owner_id, added)
        return self._save(before, entry)

    def edit_expense(
        self,
        item_id: ItemId,
        *,
        version: int,
        on: date | Unset = UNSET,
        amount: Money | Unset = UNSET,
        description: str | Unset = UNSET,
        is_billable: bool | Unset = UNSET,
        contact_id: ContactId | Unset | None = UNSET,
        receipt_reference: str | Unset = UNSET,
        vat_hundredths: int | Unset | None = UNSET,
        is_reimbursable: bool | Unset = UNSET,
    ) -> Expense:
        """Change an own expense that is a draft.

        Raises:
            Refused: When it is no draft any more, or is not the actor's own.
            InvalidInput: Naming the field.
            NotFound: When there is no such expense for this actor.
            Conflict: When it was changed meanwhile.
        """
        context = self._context
        before = self._draft(item_id, version, Command.EDIT)
        if not isinstance(before, Expense):
            raise NotFound("item")
        currency = context.currency_of(context.customer(before.customer_id))
        expense = edited_expense(
            before,
            currency,
            on=on,
            amount=amount,
            description=description,
            is_billable=is_billable,
            contact_id=contact_id,
            receipt_reference=receipt_reference,
            vat_hundredths=vat_hundredths,
            is_reimbursable=is_reimbursable,
        )
        self._check_edited(before, expense)
        return self._save(before, expense)

    def delete(self, item_id: ItemId, *, version: int) -> None:
        """Delete an own item that is a draft.

        Raises:
            Refused: When it is no draft any more, or is not the actor's own; with ``legally_held``.
            NotFound: When there is no such item for this actor.
            Conflict: When it was changed meanwhile.
        """
        context = self._context
        context.uow.organizations.lock()  # so that nobody places a hold meanwhile
        item = self._draft(item_id, version, Command.DELETE)
        context.require_item_not_held(item)
        context.uow.comments.clear([item.id])
        context.uow.items.remove(item)
        context.record(EventName.ITEM_DELETED, item.id)
        Offering(context).settle([item])

    def get(self, item_id: ItemId) -> Item:
        """An item that the actor sees: an own one, or one that a grant opens; a manager sees all.

        Raises:
            NotFound: When there is none for this actor.
        """
        (item,) = self._context.items([item_id])
        return item

    def list(
        self,
        *,
        user_id: UserId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        period: Period | None = None,
        states: Iterable[State] = (),
        kind: ItemKind | None = None,
        is_billable: bool | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[Item]:
        """The items that the actor sees, in order of day.

        Args:
            user_id: Of this employee.
            customer_id: For this customer.
            project_id: On this project.
            period: On these days.
            states: In one of these states; all by default.
            kind: Only time, or only expenses.
            is_billable: Only what is, or is not, billable.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            InvalidInput: For a state or kind that is none.
        """
        wanted = ItemFilter(
            scope=self._context.scope(),
            user_id=user_id,
            customer_id=customer_id,
            project_id=project_id,
            period=period,
            states=frozenset(chosen("states", State, each) for each in states),
            kind=chosen_if_any("kind", ItemKind, kind),
            is_billable=is_billable,
        )
        return self._context.uow.items.page(PageRequest.of(after, limit), wanted)

    def _own_id(self) -> UserId:
        user = self._context.user
        if user is None:
            raise Refused.because("not_a_user")
        return user.id

    def _lock_own_days(self) -> UserId:
        # The minutes of a day are a rule over a set, so nobody else may add to it at the same time.
        owner_id = self._own_id()
        self._context.uow.users.lock(owner_id)
        return owner_id

    def _workplace(self, activity_id: ActivityId, owner_id: UserId) -> Workplace:
        known = self._workplaces.get(activity_id)
        if known is not None:
            return known
        activity = found(self._context.uow.activities.find(activity_id), "activity")
        if activity.user_id != owner_id:
            raise NotFound("activity")
        workplace = self._workplaces[activity_id] = Registering(self._context).workplace(activity)
        return workplace

    def _check_contact(self, contact_id: ContactId, workplace: Workplace) -> None:
        contact = found(self._context.uow.contacts.find(contact_id), "contact")
        if workplace.activity.customer_id not in contact.customer_ids or contact.is_ended:
            raise NotFound("contact")

    def _check_days(self, owner_id: UserId, added: dict[date, int]) -> None:
        already = self._context.uow.items.minutes_on(owner_id, added.keys())
        check_day_totals({day: minutes + already.get(day, 0) for day, minutes in added.items()})

    def _draft(self, item_id: ItemId, version: int, command: Command) -> Item:
        (item,) = self._context.items([item_id])
        Moving(self._context).verdict(item, command).require()
        check_version(item.version, version)
        return item

    def _check_edited(self, before: Item, after: Item) -> None:
        """That an item is moved only to a day on which its activity and project allow work."""
        workplace = None
        if after.on != before.on:
            check_date(after.on)
            workplace = self._workplace(after.activity_id, after.user_id)
            reasons = [r for r in workplace.reasons_against(after.on) if r not in workplace.reasons_against(before.on)]
            if reasons:
                raise Refused(reasons)
        if after.contact_id is not None and after.contact_id != before.contact_id:
            self._check_contact(after.contact_id, workplace or self._workplace(after.activity_id, after.user_id))
        becomes_billable = after.is_billable and not before.is_billable
        if becomes_billable and not self._workplace(after.activity_id, after.user_id).activity.is_billable:
            raise InvalidInput.of("is_billable", "internal_not_billable")

    def _save(self, before: T, after: T) -> T:
        context = self._context
        context.uow.items.save(after)
        context.record(EventName.ITEM_EDITED, after.id)
        if after.on != before.on or after.is_billable != before.is_billable:
            # What an item leaves behind may be complete without it.
            Offering(context).settle([before])
        return after
