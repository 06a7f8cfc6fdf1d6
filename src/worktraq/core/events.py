"""Facts in the past tense: the history of a thing, the audit trail, and the feed for the host.

An event holds ids, codes and counts. It never holds a name, a text that somebody wrote, a rate, an amount
or a secret: those stand in tables that can be erased or that only managers read.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from attrs import frozen

from worktraq.core.actors import ActorKind
from worktraq.core.ids import EventId, OrganizationId
from worktraq.core.replacing import maker

Detail = str | int
Details = tuple[tuple[str, Detail], ...]


class EventName(StrEnum):
    """Everything that can have happened, by area."""

    ORGANIZATION_FOUNDED = "organization.founded"
    ORGANIZATION_CHANGED = "organization.changed"
    BRAND_CHANGED = "organization.brand_changed"
    BILLING_DETAILS_CHANGED = "organization.billing_details_changed"
    USER_ADDED = "user.added"
    USER_CHANGED = "user.changed"
    USER_DEACTIVATED = "user.deactivated"
    USER_REACTIVATED = "user.reactivated"
    USER_INVITED = "user.invited"
    USER_INVITATION_RENEWED = "user.invitation_renewed"
    USER_INVITATION_WITHDRAWN = "user.invitation_withdrawn"
    USER_INVITATION_ACCEPTED = "user.invitation_accepted"
    USER_REMOVED = "user.removed"
    TEAM_ADDED = "team.added"
    TEAM_CHANGED = "team.changed"
    TEAM_REMOVED = "team.removed"
    GRANT_GIVEN = "grant.given"
    GRANT_WITHDRAWN = "grant.withdrawn"
    CUSTOMER_ADDED = "customer.added"
    CUSTOMER_IMPORTED = "customer.imported"
    CUSTOMER_CHANGED = "customer.changed"
    CUSTOMER_ARCHIVED = "customer.archived"
    CUSTOMER_RESTORED = "customer.restored"
    CUSTOMER_PIN_SET = "customer.pin_set"
    CUSTOMER_PIN_WRONG = "customer.pin_wrong"
    CUSTOMER_PIN_REMOVED = "customer.pin_removed"
    CUSTOMER_DELETED = "customer.deleted"
    CONTACT_ADDED = "contact.added"
    CONTACT_CHANGED = "contact.changed"
    CONTACT_ENDED = "contact.ended"
    CONTACT_RESUMED = "contact.resumed"
    CONTACT_DELETED = "contact.deleted"
    PROJECT_ADDED = "project.added"
    PROJECT_CHANGED = "project.changed"
    PROJECT_DELETED = "project.deleted"
    ACTIVITY_ADDED = "activity.added"
    ACTIVITY_CHANGED = "activity.changed"
    ACTIVITY_ENDED = "activity.ended"
    ACTIVITY_ACTIVATED = "activity.activated"
    RATE_SET = "rate.set"
    RATE_REMOVED = "rate.removed"
    MARKUP_SET = "markup.set"
    MARKUP_REMOVED = "markup.removed"
    MONEY_BUDGET_SET = "budget.money_set"
    MONEY_BUDGET_REMOVED = "budget.money_removed"
    ITEM_REGISTERED = "item.registered"
    ITEM_EDITED = "item.edited"
    ITEM_DELETED = "item.deleted"
    ITEM_SUBMITTED = "item.submitted"
    ITEM_WITHDRAWN = "item.withdrawn"
    ITEM_APPROVED = "item.approved"
    ITEM_REJECTED = "item.rejected"
    ITEM_WAIVED = "item.waived"
    ITEM_REVISED = "item.revised"
    ITEM_REOPENED = "item.reopened"
    ITEM_INVOICED = "item.invoiced"
    ITEM_RELEASED = "item.released"
    ITEM_PRICED = "item.priced"
    ITEM_COMMENTED = "item.commented"
    ITEM_COMMENT_REMOVED = "item.comment_removed"
    INSTALMENT_ADDED = "instalment.added"
    INSTALMENT_CHANGED = "instalment.changed"
    INSTALMENT_REMOVED = "instalment.removed"
    BILLING_TERMS_CHANGED = "billing.terms_changed"
    PROJECT_ROUNDING_SET = "billing.rounding_set"
    SELLER_PROFILE_CHANGED = "billing.seller_profile_changed"
    INVOICE_CONFIRMED = "invoice.confirmed"
    INVOICE_CANCELLED = "invoice.cancelled"
    INVOICE_HANDED_OVER = "invoice.handed_over"
    PERIOD_SUBMITTED = "period.submitted"
    REQUEST_OPENED = "request.opened"
    REQUEST_REMINDED = "request.reminded"
    REQUEST_RENEWED = "request.renewed"
    REQUEST_REDIRECTED = "request.redirected"
    REQUEST_ESCALATED = "request.escalated"
    REQUEST_DECIDED = "request.decided"
    REQUEST_EXPIRED = "request.expired"
    REQUEST_SUPERSEDED = "request.superseded"
    REQUEST_WITHDRAWN = "request.withdrawn"
    IMPORT_APPLIED = "import.applied"
    ACCOUNTING_CONNECTED = "accounting.connected"
    ACCOUNTING_CHANGED = "accounting.changed"
    ACCOUNTING_DISCONNECTED = "accounting.disconnected"
    ACCOUNTING_RUN_STARTED = "accounting.run_started"
    ACCOUNTING_RUN_ENDED = "accounting.run_ended"
    ACCOUNTING_DECIDED = "accounting.decided"
    ACCOUNTING_DISMISSED = "accounting.dismissed"
    NOTIFICATION_RETRIED = "notification.retried"
    NOTIFICATION_DROPPED = "notification.dropped"
    TEMPLATE_ADDED = "template.added"
    TEMPLATE_CHANGED = "template.changed"
    TEMPLATE_REMOVED = "template.removed"
    PERSON_ERASED = "privacy.person_erased"
    REQUEST_ERASED = "privacy.request_erased"
    HOLD_PLACED = "privacy.hold_placed"
    HOLD_CHANGED = "privacy.hold_changed"
    HOLD_LIFTED = "privacy.hold_lifted"
    RETENTION_CHANGED = "privacy.retention_changed"
    RETENTION_APPLIED = "privacy.retention_applied"


OF_PRICES = frozenset(
    {
        EventName.RATE_SET,
        EventName.RATE_REMOVED,
        EventName.MARKUP_SET,
        EventName.MARKUP_REMOVED,
        EventName.MONEY_BUDGET_SET,
        EventName.MONEY_BUDGET_REMOVED,
        EventName.ITEM_PRICED,
    }
)
"""Facts that tell there is a rate, a price or a money budget, which only managers may know (W-05)."""


@frozen(weakref_slot=False)
class Event:
    """One fact.

    Attributes:
        id: Of the event; version 7, so that ids sort by moment.
        organization_id: Whose fact it is.
        at: When it happened, in UTC.
        actor_kind: Who did it: a user, a contact, or the system.
        actor_id: The user, or the contact where one is known.
        name: What happened.
        subject_id: The thing it happened to.
        details: Ids, codes and counts, by name.
    """

    id: EventId
    organization_id: OrganizationId
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    name: EventName
    subject_id: UUID
    details: Details = ()


make_event = maker(Event)
"""An event from all of its values, in order, for making many at once."""
