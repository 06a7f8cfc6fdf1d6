"""Which rows refer to which, so that nothing refers to what is not there.

What is kept for the record refers to nothing: a decision, an event and an intent outlive what they are about.
"""

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from worktraq.adapters.memory.tables import Tables
from worktraq.core.access import Grant
from worktraq.core.approval import Submission
from worktraq.core.customers import ContactPerson
from worktraq.core.entries import Item
from worktraq.core.projects import Activity, Project
from worktraq.core.rates import ItemPrice
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.users import Team
from worktraq.errors import Conflict

Reference = tuple[str, UUID | None]

REFERRING = {
    "users": ("teams", "grants", "activities", "items", "submissions", "requests"),
    "teams": ("grants",),
    "customers": ("contacts", "projects", "activities", "grants", "items", "requests"),
    "contacts": ("projects", "items", "requests"),
    "projects": ("activities", "grants", "items", "requests"),
    "activities": ("items",),
    "items": ("prices",),
}
"""The tables whose rows can refer to rows of a table; what is not in it is not referred to."""


def references_of(row: object) -> Iterator[Reference]:
    """What a row refers to: the name of a table, and an id in it."""
    match row:
        case Team():
            yield from (("users", user_id) for user_id in row.member_ids)
        case Grant():
            yield from (("customers", row.customer_id), ("projects", row.project_id))
            yield from (("users", row.user_id), ("teams", row.team_id))
        case ContactPerson():
            yield from (("customers", customer_id) for customer_id in row.customer_ids)
        case Project():
            yield from (("customers", row.customer_id), ("contacts", row.contact_id))
        case Activity():
            yield from (("users", row.user_id), ("customers", row.customer_id), ("projects", row.project_id))
        case Item():
            yield from (("users", row.user_id), ("customers", row.customer_id), ("projects", row.project_id))
            yield from (("activities", row.activity_id), ("contacts", row.contact_id))
        case ApprovalRequest():
            yield from (("users", row.user_id), ("customers", row.customer_id), ("projects", row.project_id))
            yield ("contacts", row.recipient.contact_id)
        case Submission():
            yield ("users", row.user_id)
        case ItemPrice():
            yield ("items", row.item_id)


def require_referred(tables: Tables, rows: Iterable[object]) -> None:
    """Go on only when everything that rows refer to is there.

    Raises:
        Conflict: With ``changed_meanwhile``, retryable.
    """
    for row in rows:
        for name, row_id in references_of(row):
            if row_id is not None and tables.named(name).get(row_id) is None:
                raise Conflict("changed_meanwhile", is_retryable=True)


def require_unreferred(tables: Tables, name: str, removed: Collection[UUID]) -> None:
    """Go on only when no row refers to those of a table that are being removed.

    Raises:
        Conflict: With ``changed_meanwhile``, retryable.
    """
    gone = {(name, row_id) for row_id in removed}
    for referring in REFERRING.get(name, ()):
        for row in tables.named(referring).rows():
            if not gone.isdisjoint(references_of(row)):
                raise Conflict("changed_meanwhile", is_retryable=True)
