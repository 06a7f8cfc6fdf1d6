"""Registering hours and expenses, having them approved inside and by the customer, and knowing what is not billed yet.

Everything that a host needs is here; importing it loads the standard library and attrs only, and each area when it
is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worktraq.core.access import Action, Grant, Right, Verdict
    from worktraq.core.accounting import SourceCheck, SourceInfo
    from worktraq.core.actors import Actor
    from worktraq.core.approval import Command
    from worktraq.core.billing import UnbilledReason, Waiting
    from worktraq.core.branding import Brand
    from worktraq.core.calendar import Cadence, Period
    from worktraq.core.chains import ApprovalChain, Step
    from worktraq.core.comments import Comment, HistoryEntry
    from worktraq.core.connections import AccountingConnection
    from worktraq.core.contacts import ContactPerson
    from worktraq.core.customers import Customer, CustomerData, CustomerKind, CustomerSort, CustomerStatus
    from worktraq.core.entries import Expense, Item, ItemKind, NewTime, State, TimeEntry
    from worktraq.core.evidence import Evidence, Verification
    from worktraq.core.holds import LegalHold
    from worktraq.core.import_runs import AccountingPlan, ImportRun
    from worktraq.core.imports import (
        Change,
        ConflictDecision,
        Decisions,
        FieldConflict,
        FieldDecision,
        ImportKind,
        ImportPlan,
        MatchDecision,
        MatchedBy,
        PlannedCustomer,
        RefusedCell,
        RowDecision,
    )
    from worktraq.core.inbox import WaitingGroup
    from worktraq.core.instalments import Instalment
    from worktraq.core.invitations import Invitation, InvitationStatus
    from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus
    from worktraq.core.links import Links, SigningKey
    from worktraq.core.markups import MarkupSubject
    from worktraq.core.money import Money, Rate
    from worktraq.core.notifications import Attachment, DeliveryReport, NotificationKind, Wording
    from worktraq.core.organizations import (
        Address,
        BillingDetails,
        Organization,
        RegistrationAccess,
        Settings,
        SetupStep,
    )
    from worktraq.core.overviews import GroupBy
    from worktraq.core.paging import Page
    from worktraq.core.privacy import DataCategory, ErasureCause, ErasurePlan, Texts
    from worktraq.core.projects import Activity, FixedPrice, Hourly, Project, ProjectStatus
    from worktraq.core.proposals import InvoiceProposal, with_texts, without_lines
    from worktraq.core.questions import Question
    from worktraq.core.rates import RateSubject
    from worktraq.core.requests import RequestCounts, RequestSort, RequestSummary
    from worktraq.core.retention import Retention, RetentionPlan
    from worktraq.core.rounding import RoundedPer, RoundingPolicy, RoundingWay
    from worktraq.core.signoff import ApprovalRequest, RequestStatus
    from worktraq.core.terms import BillingTerms, InvoicePer, LinesPer, SellerProfile
    from worktraq.core.timesheets import Timesheet
    from worktraq.core.unbilled import AgeBand, UnbilledBy
    from worktraq.core.unset import UNSET
    from worktraq.core.users import Role, Team, User
    from worktraq.core.vat import Vat, VatCategory
    from worktraq.engine import WorkTraq
    from worktraq.errors import (
        AdapterError,
        Conflict,
        InvalidInput,
        NotFound,
        Reason,
        Refused,
        SourceBroken,
        SourceDenied,
        SourceLimited,
        SourceUnavailable,
        WorktraqError,
    )
    from worktraq.usecases.founding import Founded
    from worktraq.usecases.transaction import Transaction

__version__ = "0.1.0"

_HOMES = {
    "worktraq.core.access": ("Action", "Grant", "Right", "Verdict"),
    "worktraq.core.accounting": ("SourceCheck", "SourceInfo"),
    "worktraq.core.actors": ("Actor",),
    "worktraq.core.approval": ("Command",),
    "worktraq.core.billing": ("UnbilledReason", "Waiting"),
    "worktraq.core.branding": ("Brand",),
    "worktraq.core.calendar": ("Cadence", "Period"),
    "worktraq.core.chains": ("ApprovalChain", "Step"),
    "worktraq.core.comments": ("Comment", "HistoryEntry"),
    "worktraq.core.connections": ("AccountingConnection",),
    "worktraq.core.contacts": ("ContactPerson",),
    "worktraq.core.customers": (
        "Customer",
        "CustomerData",
        "CustomerKind",
        "CustomerSort",
        "CustomerStatus",
    ),
    "worktraq.core.entries": ("Expense", "Item", "ItemKind", "NewTime", "State", "TimeEntry"),
    "worktraq.core.evidence": ("Evidence", "Verification"),
    "worktraq.core.holds": ("LegalHold",),
    "worktraq.core.import_runs": ("AccountingPlan", "ImportRun"),
    "worktraq.core.imports": (
        "Change",
        "ConflictDecision",
        "Decisions",
        "FieldConflict",
        "FieldDecision",
        "ImportKind",
        "ImportPlan",
        "MatchDecision",
        "MatchedBy",
        "PlannedCustomer",
        "RefusedCell",
        "RowDecision",
    ),
    "worktraq.core.inbox": ("WaitingGroup",),
    "worktraq.core.instalments": ("Instalment",),
    "worktraq.core.invitations": ("Invitation", "InvitationStatus"),
    "worktraq.core.invoices": ("Invoice", "InvoiceKind", "InvoiceLine", "InvoiceStatus"),
    "worktraq.core.links": ("Links", "SigningKey"),
    "worktraq.core.markups": ("MarkupSubject",),
    "worktraq.core.money": ("Money", "Rate"),
    "worktraq.core.notifications": ("Attachment", "DeliveryReport", "NotificationKind", "Wording"),
    "worktraq.core.organizations": (
        "Address",
        "BillingDetails",
        "Organization",
        "RegistrationAccess",
        "Settings",
        "SetupStep",
    ),
    "worktraq.core.overviews": ("GroupBy",),
    "worktraq.core.paging": ("Page",),
    "worktraq.core.privacy": ("DataCategory", "ErasureCause", "ErasurePlan", "Texts"),
    "worktraq.core.projects": ("Activity", "FixedPrice", "Hourly", "Project", "ProjectStatus"),
    "worktraq.core.proposals": ("InvoiceProposal", "with_texts", "without_lines"),
    "worktraq.core.questions": ("Question",),
    "worktraq.core.rates": ("RateSubject",),
    "worktraq.core.requests": ("RequestCounts", "RequestSort", "RequestSummary"),
    "worktraq.core.retention": ("Retention", "RetentionPlan"),
    "worktraq.core.rounding": ("RoundedPer", "RoundingPolicy", "RoundingWay"),
    "worktraq.core.signoff": ("ApprovalRequest", "RequestStatus"),
    "worktraq.core.terms": ("BillingTerms", "InvoicePer", "LinesPer", "SellerProfile"),
    "worktraq.core.timesheets": ("Timesheet",),
    "worktraq.core.unbilled": ("AgeBand", "UnbilledBy"),
    "worktraq.core.unset": ("UNSET",),
    "worktraq.core.users": ("Role", "Team", "User"),
    "worktraq.core.vat": ("Vat", "VatCategory"),
    "worktraq.engine": ("WorkTraq",),
    "worktraq.errors": (
        "AdapterError",
        "Conflict",
        "InvalidInput",
        "NotFound",
        "Reason",
        "Refused",
        "SourceBroken",
        "SourceDenied",
        "SourceLimited",
        "SourceUnavailable",
        "WorktraqError",
    ),
    "worktraq.usecases.founding": ("Founded",),
    "worktraq.usecases.transaction": ("Transaction",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    try:
        home = _HOME_OF[name]
    except KeyError:
        raise AttributeError(f"module 'worktraq' has no attribute {name!r}") from None
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


__all__ = [  # noqa: RUF022  # in plain order, as the architecture test wants it
    "AccountingConnection",
    "AccountingPlan",
    "Action",
    "Activity",
    "Actor",
    "AdapterError",
    "Address",
    "AgeBand",
    "ApprovalChain",
    "ApprovalRequest",
    "Attachment",
    "BillingDetails",
    "BillingTerms",
    "Brand",
    "Cadence",
    "Change",
    "Command",
    "Comment",
    "Conflict",
    "ConflictDecision",
    "ContactPerson",
    "Customer",
    "CustomerData",
    "CustomerKind",
    "CustomerSort",
    "CustomerStatus",
    "DataCategory",
    "Decisions",
    "DeliveryReport",
    "ErasureCause",
    "ErasurePlan",
    "Evidence",
    "Expense",
    "FieldConflict",
    "FieldDecision",
    "FixedPrice",
    "Founded",
    "Grant",
    "GroupBy",
    "HistoryEntry",
    "Hourly",
    "ImportKind",
    "ImportPlan",
    "ImportRun",
    "Instalment",
    "InvalidInput",
    "Invitation",
    "InvitationStatus",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoicePer",
    "InvoiceProposal",
    "InvoiceStatus",
    "Item",
    "ItemKind",
    "LegalHold",
    "LinesPer",
    "Links",
    "MarkupSubject",
    "MatchDecision",
    "MatchedBy",
    "Money",
    "NewTime",
    "NotFound",
    "NotificationKind",
    "Organization",
    "Page",
    "Period",
    "PlannedCustomer",
    "Project",
    "ProjectStatus",
    "Question",
    "Rate",
    "RateSubject",
    "Reason",
    "Refused",
    "RefusedCell",
    "RegistrationAccess",
    "RequestCounts",
    "RequestSort",
    "RequestStatus",
    "RequestSummary",
    "Retention",
    "RetentionPlan",
    "Right",
    "Role",
    "RoundedPer",
    "RoundingPolicy",
    "RoundingWay",
    "RowDecision",
    "SellerProfile",
    "Settings",
    "SetupStep",
    "SigningKey",
    "SourceBroken",
    "SourceCheck",
    "SourceDenied",
    "SourceInfo",
    "SourceLimited",
    "SourceUnavailable",
    "State",
    "Step",
    "Team",
    "Texts",
    "TimeEntry",
    "Timesheet",
    "Transaction",
    "UNSET",
    "UnbilledBy",
    "UnbilledReason",
    "User",
    "Vat",
    "VatCategory",
    "Verdict",
    "Verification",
    "Waiting",
    "WaitingGroup",
    "Wording",
    "WorkTraq",
    "WorktraqError",
    "__version__",
    "with_texts",
    "without_lines",
]
