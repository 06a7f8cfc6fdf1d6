"""Which rows refer to which, so that nothing refers to what is not there.

What is kept for the record refers to nothing: a decision, an event and an intent outlive what they are about.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from uuid import UUID

from worktraq.adapters.memory.tables import Tables
from worktraq.core.access import Grant
from worktraq.core.approval import Submission
from worktraq.core.comments import Comment
from worktraq.core.contacts import ContactPerson
from worktraq.core.entries import Expense, TimeEntry
from worktraq.core.instalments import Instalment
from worktraq.core.invitations import Invitation
from worktraq.core.invoices import HandOver, Invoice
from worktraq.core.pins import CustomerPin
from worktraq.core.projects import Activity, Project
from worktraq.core.rates import ItemPrice, MoneyBudget
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.terms import BillingTerms, ProjectRounding
from worktraq.core.users import Team
from worktraq.errors import Conflict

Reference = tuple[str, UUID | None]

_BILLED = ("instalments", "invoices")
REFERRING = {
    "users": ("invitations", "teams", "grants", "activities", "items", "submissions", "requests"),
    "teams": ("grants",),
    "customers": ("pins", "contacts", "projects", "activities", "grants", "items", "requests", *_BILLED, "terms"),
    "contacts": ("projects", "items", "requests"),
    "projects": ("activities", "grants", "items", "requests", "budgets", *_BILLED, "roundings"),
    "activities": ("items",),
    "items": ("prices", "comments"),
    "invoices": ("hand_overs",),
}
"""The tables whose rows can refer to rows of a table; what is not in it is not referred to."""


_FIELDS: Mapping[type, tuple[tuple[str, str], ...]] = {
    Invitation: (("users", "user_id"),),
    Grant: (("customers", "customer_id"), ("projects", "project_id"), ("users", "user_id"), ("teams", "team_id")),
    CustomerPin: (("customers", "customer_id"),),
    Project: (("customers", "customer_id"), ("contacts", "contact_id")),
    Activity: (("users", "user_id"), ("customers", "customer_id"), ("projects", "project_id")),
    **dict.fromkeys(
        (TimeEntry, Expense),
        (
            *(("users", "user_id"), ("customers", "customer_id"), ("projects", "project_id")),
            *(("activities", "activity_id"), ("contacts", "contact_id")),
        ),
    ),
    ApprovalRequest: (("users", "user_id"), ("customers", "customer_id"), ("projects", "project_id")),
    Submission: (("users", "user_id"),),
    ItemPrice: (("items", "item_id"),),
    Comment: (("items", "item_id"),),
    MoneyBudget: (("projects", "project_id"),),
    ProjectRounding: (("projects", "project_id"),),
    BillingTerms: (("customers", "customer_id"),),
    Instalment: (("customers", "customer_id"), ("projects", "project_id")),
    HandOver: (("invoices", "invoice_id"),),
}
"""The fields that refer to a row of a table, by the class of the row."""


def references_of(row: object) -> Iterator[Reference]:
    """What a row refers to: the name of a table, and an id in it."""
    for name, field in _FIELDS.get(type(row), ()):
        yield name, getattr(row, field)
    match row:
        case Team():
            yield from (("users", user_id) for user_id in row.member_ids)
        case ContactPerson():
            yield from (("customers", customer_id) for customer_id in row.customer_ids)
        case ApprovalRequest():
            yield ("contacts", row.recipient.contact_id)
        case Invoice():
            yield ("customers", row.customer_id)
            yield from (("projects", line.project_id) for line in row.lines)


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
