"""Legal holds: what `tx.privacy` offers about them."""

from uuid import UUID

from worktraq.core.access import Action
from worktraq.core.events import EventName
from worktraq.core.holds import HoldSubject, LegalHold, changed_hold, lifted, new_hold
from worktraq.core.ids import ContactId, CustomerId, HoldId, ProjectId, UserId
from worktraq.core.paging import Page, PageRequest
from worktraq.errors import InvalidInput
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.retaining import apply_again


class Holding:
    """The part of `worktraq.usecases.privacy.Privacy` that is about legal holds."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def place_hold(
        self,
        *,
        reason: str,
        user_id: UserId | None = None,
        contact_id: ContactId | None = None,
        customer_id: CustomerId | None = None,
        project_id: ProjectId | None = None,
        is_on_everything: bool = False,
    ) -> LegalHold:
        """Have nothing erased or deleted about a person, a customer, a project or the whole organization (B-07).

        Args:
            reason: Why; at most 4,000 characters.
            user_id: What it is on; exactly one of these is given.
            contact_id: Likewise.
            customer_id: Likewise.
            project_id: Likewise.
            is_on_everything: Whether it is on the whole organization instead.

        Raises:
            Refused: For who is not an administrator.
            NotFound: When there is no such thing.
            InvalidInput: With ``hold_unclear`` when nothing, or more than one thing, is named; without a reason.
        """
        context, uow = self._context, self._context.uow
        context.require(Action.MANAGE_HOLDS)
        uow.organizations.lock()  # so that nothing is being erased any more when it is in force
        named: list[tuple[HoldSubject, UUID, str, object]] = []
        if user_id is not None:
            named.append((HoldSubject.USER, user_id, "user", uow.users.find(user_id)))
        if contact_id is not None:
            named.append((HoldSubject.CONTACT, contact_id, "contact", uow.contacts.find(contact_id)))
        if customer_id is not None:
            named.append((HoldSubject.CUSTOMER, customer_id, "customer", uow.customers.find(customer_id)))
        if project_id is not None:
            named.append((HoldSubject.PROJECT, project_id, "project", uow.projects.find(project_id)))
        if is_on_everything:
            named.append((HoldSubject.ORGANIZATION, context.organization.id, "organization", context.organization))
        if len(named) != 1:
            raise InvalidInput.of("user_id", "hold_unclear")
        ((subject, subject_id, kind, thing),) = named
        found(thing, kind)
        by, organization_id = context.actor.user_id, context.actor.organization_id
        hold = new_hold(context.new_id(HoldId), organization_id, subject, subject_id, reason, by=by, at=context.at)
        uow.holds.add(hold)
        context.record(EventName.HOLD_PLACED, hold.id, subject=subject.value, on=str(subject_id))
        return hold

    def change_hold(self, hold_id: HoldId, *, version: int, reason: str) -> LegalHold:
        """Give a hold that is in force another reason; what it is on stays.

        Args:
            hold_id: Which one.
            version: Of the hold that was seen.
            reason: Why; at most 4,000 characters.

        Raises:
            Refused: For who is not an administrator; with ``hold_lifted``.
            NotFound: When there is no such hold.
            InvalidInput: Without a reason.
            Conflict: When somebody else changed it.
        """
        context = self._context
        context.require(Action.MANAGE_HOLDS)
        before = found(context.uow.holds.find(hold_id), "hold")
        check_version(before.version, version)
        after = changed_hold(before, reason)
        context.uow.holds.save(after)
        context.record(EventName.HOLD_CHANGED, hold_id)
        return after

    def lift_hold(self, hold_id: HoldId) -> LegalHold:
        """Let go what a hold is on; what is past its time is erased from then on.

        Raises:
            Refused: For who is not an administrator; with ``hold_lifted``.
            NotFound: When there is no such hold.
        """
        context = self._context
        context.require(Action.MANAGE_HOLDS)
        context.keep_user()
        hold = found(context.uow.holds.find(hold_id), "hold")
        after = lifted(hold, by=context.actor.user_id, at=context.at)
        context.uow.holds.save(after)
        apply_again(context)
        context.record(EventName.HOLD_LIFTED, hold.id)
        return after

    def holds(self, *, is_in_force: bool | None = None, after: str | None = None, limit: int = 100) -> Page[LegalHold]:
        """Legal holds, the newest first.

        Args:
            is_in_force: Only those that are in force, or only those that were lifted.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not an administrator.
        """
        self._context.require(Action.MANAGE_HOLDS)
        return self._context.uow.holds.page(PageRequest.of(after, limit), is_in_force=is_in_force)
