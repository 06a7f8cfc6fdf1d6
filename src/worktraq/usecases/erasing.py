"""Erasing a person: what it would do, and doing it."""

from collections.abc import Iterator

from attrs import evolve, frozen

from worktraq.core.access import Action
from worktraq.core.choices import chosen
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer, CustomerKind
from worktraq.core.entries import Item
from worktraq.core.erasing import erased_contact, erased_customer, erased_user
from worktraq.core.events import EventName
from worktraq.core.ids import ContactId, CustomerId, UserId
from worktraq.core.import_runs import RunState, stopped
from worktraq.core.paging import Page, PageRequest
from worktraq.core.privacy import (
    DataCategory,
    ErasedCount,
    Erasure,
    ErasureCause,
    ErasurePlan,
    Kept,
    Person,
    PersonKind,
    Texts,
    erased_again,
    person_of,
    pseudonym_of,
    reasons_against_erasing,
)
from worktraq.core.retention import kept_until
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.text import fold
from worktraq.core.users import Role, User
from worktraq.errors import Reason, Refused
from worktraq.usecases.context import Context, found
from worktraq.usecases.retaining import retention_of
from worktraq.usecases.tracing import Traced, traced

Profile = User | ContactPerson | Customer


@frozen
class _Prepared:
    """An erasure before it is written."""

    plan: ErasurePlan
    profile: Profile
    traced: Traced
    before: Erasure | None


class Erasing:
    """The part of `worktraq.usecases.privacy.Privacy` that is about erasing people."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def plan_erasure(
        self,
        *,
        user_id: UserId | None = None,
        contact_id: ContactId | None = None,
        customer_id: CustomerId | None = None,
        texts: Texts = Texts.KEEP,
    ) -> ErasurePlan:
        """What erasing a person would do: what is erased, what stays and why, and what stands in the way.

        Args:
            user_id: Who is to be erased; exactly one of these three is given.
            contact_id: Likewise.
            customer_id: Likewise, a private customer.
            texts: Whether the notes, reasons and comments about the work of the person go too.

        Raises:
            Refused: For who is not an administrator.
            NotFound: When there is no such person.
            InvalidInput: With ``person_unclear`` when nobody, or more than one person, is named.
        """
        self._context.require(Action.ERASE_PERSON)
        person, texts = person_of(user_id, contact_id, customer_id), chosen("texts", Texts, texts)
        prepared = self._prepared(person, texts)
        # What is drawn here stands for nobody: another one is drawn when the person is erased.
        return evolve(prepared.plan, pseudonym=prepared.before.pseudonym if prepared.before is not None else "")

    def erase_person(
        self,
        *,
        user_id: UserId | None = None,
        contact_id: ContactId | None = None,
        customer_id: CustomerId | None = None,
        cause: ErasureCause = ErasureCause.REQUESTED,
        texts: Texts = Texts.KEEP,
    ) -> ErasurePlan:
        """Erase a person: a pseudonym takes the place of the name wherever it is stored, for good.

        Minutes, amounts, states, versions and the audit trail stay as they are. Doing it again erases what has come
        since, or the texts too. An import that is running is interrupted, and can be gone on with; none takes the rows
        any more that were this person.

        Args:
            user_id: Who is erased; exactly one of these three is given. A user is deactivated before.
            contact_id: Likewise.
            customer_id: Likewise, a private customer.
            cause: Why.
            texts: Whether the notes, reasons and comments about the work of the person go too.

        Returns:
            What was erased, what stays, why, and until when.

        Raises:
            Refused: For who is not an administrator; with everything that stands in the way: ``erasing_active_user``,
                ``last_administrator``, ``erasing_open_requests``, ``erasing_business``, ``customer_is_internal``,
                ``legally_held``.
            NotFound: When there is no such person.
            InvalidInput: With ``person_unclear`` when nobody, or more than one person, is named.
            Conflict: When somebody changed something of it meanwhile.
        """
        context = self._context
        context.require(Action.ERASE_PERSON)
        person = person_of(user_id, contact_id, customer_id)
        cause, texts = chosen("cause", ErasureCause, cause), chosen("texts", Texts, texts)
        context.flush()
        context.uow.organizations.lock()
        _hold(context, person)
        _interrupt_import(context)
        prepared = self._prepared(person, texts)
        plan = prepared.plan
        if plan.refusals:
            raise Refused(plan.refusals)
        if not plan.erased:
            return plan
        prepared.traced.write()
        self._write_profile(prepared.profile, plan.pseudonym)
        self._note(prepared, cause)
        return plan

    def erasures(self, *, after: str | None = None, limit: int = 100) -> Page[Erasure]:
        """Who was erased, under which pseudonym, when, why and by whom, in order of the ids of the persons.

        Raises:
            Refused: For who is not an administrator.
        """
        self._context.require(Action.ERASE_PERSON)
        return self._context.uow.erasures.page(PageRequest.of(after, limit))

    def _prepared(self, person: Person, texts: Texts) -> _Prepared:
        context = self._context
        profile = _profile_of(context, person)
        before = context.uow.erasures.find(person.id)
        pseudonym = before.pseudonym if before is not None else pseudonym_of(context.new_id(UserId))
        texts = Texts.ERASE if before is not None and before.texts is Texts.ERASE else texts
        trace = traced(context, person, pseudonym, texts)
        is_new = _erased(profile, pseudonym) != profile
        plan = ErasurePlan(
            person=person,
            texts=texts,
            pseudonym=pseudonym,
            erased=(*([ErasedCount(DataCategory.PROFILE, 1)] if is_new else []), *trace.counts()),
            kept=tuple(self._kept(profile, trace, texts)),
            refusals=(*self._reasons_against(profile, trace), *self._held(profile, trace)),
        )
        return _Prepared(plan, profile, trace, before)

    def _reasons_against(self, profile: Profile, trace: Traced) -> tuple[Reason, ...]:
        user = profile if isinstance(profile, User) else None
        customer = profile if isinstance(profile, Customer) else None
        is_administrator = user is not None and user.is_active and user.role is Role.ADMIN
        return reasons_against_erasing(
            user=user,
            is_last_administrator=is_administrator and self._context.uow.users.count_active(Role.ADMIN) <= 1,
            open_requests=trace.open_requests,
            is_internal=customer is not None and customer.is_internal,
            is_business=customer is not None and customer.data.kind is CustomerKind.BUSINESS,
        )

    def _held(self, profile: Profile, trace: Traced) -> tuple[Reason, ...]:
        """The holds on the person, and on whatever he or she worked on, decided on or was asked about."""
        held, uow = self._context.held(), self._context.uow
        if not held.holds:
            return ()
        concerned: list[Item | ApprovalRequest] = [*trace.concerned_items, *trace.requests_of]
        user_ids = {each.user_id for each in concerned}
        customer_ids = {each.customer_id for each in concerned}
        project_ids = {each.project_id for each in concerned}
        match profile:
            case User():
                user_ids.add(profile.id)
                activities = uow.activities.of_user(profile.id)
                customer_ids.update(activity.customer_id for activity in activities)
                project_ids.update(activity.project_id for activity in activities)
            case ContactPerson():
                customer_ids.update(profile.customer_ids)
            case Customer():
                customer_ids.add(profile.id)
                project_ids.update(project.id for project in uow.projects.of_customer(profile.id))
        contact_ids = {profile.id} if isinstance(profile, ContactPerson) else set()
        return held.reasons_against(
            user_ids=user_ids, contact_ids=contact_ids, customer_ids=customer_ids, project_ids=project_ids
        )

    def _kept(self, profile: Profile, trace: Traced, texts: Texts) -> Iterator[Kept]:
        context = self._context
        retention = retention_of(context)
        if trace.kept_notes and texts is Texts.ERASE:
            yield Kept(DataCategory.NOTES, trace.kept_notes, Reason.of("kept_under_way"))
        elif trace.kept_notes:
            until = kept_until(trace.last_kept_on, retention.notes)
            yield Kept(DataCategory.NOTES, trace.kept_notes, Reason.of("kept_notes"), until)
        invoices = context.uow.traces.invoices_naming(trace.person)
        if invoices.count:
            until = kept_until(invoices.last_on, retention.invoices)
            yield Kept(DataCategory.INVOICES, invoices.count, Reason.of("kept_invoices"), until)
        seller = context.uow.seller_profiles.find()
        if seller is not None and fold(seller.contact_name) == fold(profile.name):
            yield Kept(DataCategory.PROFILE, 1, Reason.of("kept_seller_profile"))

    def _write_profile(self, profile: Profile, pseudonym: str) -> None:
        uow, after = self._context.uow, _erased(profile, pseudonym)
        if after is profile:
            return
        match after:
            case User():
                uow.users.save(after)
            case ContactPerson():
                uow.contacts.save(after)
            case Customer():
                uow.customers.save(after)

    def _note(self, prepared: _Prepared, cause: ErasureCause) -> None:
        context, plan = self._context, prepared.plan
        by, at = context.actor.user_id, context.at
        if prepared.before is not None:
            erasure = erased_again(prepared.before, cause=cause, texts=plan.texts, at=at, by=by)
        else:
            erasure = Erasure(
                subject_id=plan.person.id,
                organization_id=context.actor.organization_id,
                kind=plan.person.kind,
                pseudonym=plan.pseudonym,
                cause=cause,
                texts=plan.texts,
                at=at,
                by=by,
            )
        context.uow.erasures.put(erasure)
        said = {each.category.value: each.count for each in plan.erased}
        kind = plan.person.kind.value
        context.record(EventName.PERSON_ERASED, plan.person.id, kind=kind, cause=cause.value, **said)


def _interrupt_import(context: Context) -> None:
    """Take the import out of the hands of whoever runs it, so that it does not store now what it read before."""
    for run in context.uow.import_runs.latest(1):
        if run.state is RunState.RUNNING:
            context.uow.import_runs.save(stopped(run, "import_interrupted", context.at))


def _hold(context: Context, person: Person) -> None:
    """Hold the person's row, so that nobody who holds it too stores meanwhile what names him or her."""
    match person.kind:
        case PersonKind.USER:
            context.uow.users.lock(UserId(person.id))
        case PersonKind.CONTACT:
            context.uow.contacts.lock(ContactId(person.id))
        case PersonKind.CUSTOMER:
            context.uow.customers.lock(CustomerId(person.id))


def _profile_of(context: Context, person: Person) -> Profile:
    match person.kind:
        case PersonKind.USER:
            return found(context.uow.users.find(UserId(person.id)), "user")
        case PersonKind.CONTACT:
            return found(context.uow.contacts.find(ContactId(person.id)), "contact")
        case PersonKind.CUSTOMER:
            return context.customer(CustomerId(person.id))


def _erased(profile: Profile, pseudonym: str) -> Profile:
    match profile:
        case User():
            return erased_user(profile, pseudonym)
        case ContactPerson():
            return erased_contact(profile, pseudonym)
        case Customer():
            return erased_customer(profile, pseudonym)
