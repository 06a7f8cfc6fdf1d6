"""Registering hours and expenses, having them approved inside and by the customer, and knowing what is not billed yet.

Everything that a host needs is here; importing it loads the standard library and attrs only, and each area when it
is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worktraq.core.access import Action, Grant, Right, Verdict
    from worktraq.core.actors import Actor
    from worktraq.core.approval import Command
    from worktraq.core.billing import UnbilledReason
    from worktraq.core.calendar import Cadence, Period
    from worktraq.core.chains import ApprovalChain, Step
    from worktraq.core.customers import ContactPerson, Customer, CustomerData, CustomerKind, CustomerStatus
    from worktraq.core.entries import Expense, Item, ItemKind, NewTime, State, TimeEntry
    from worktraq.core.links import Links, SigningKey
    from worktraq.core.money import Money, Rate
    from worktraq.core.organizations import Address, BillingDetails, Organization, RegistrationAccess, Settings
    from worktraq.core.overviews import GroupBy
    from worktraq.core.paging import Page
    from worktraq.core.projects import Activity, FixedPrice, Hourly, Project
    from worktraq.core.rates import RateSubject
    from worktraq.core.signoff import ApprovalRequest, RequestStatus
    from worktraq.core.unset import UNSET
    from worktraq.core.users import Role, Team, User
    from worktraq.engine import Founded, WorkTraq
    from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Reason, Refused, WorktraqError
    from worktraq.usecases.transaction import Transaction

__version__ = "0.1.0"

_HOMES = {
    "worktraq.core.access": ("Action", "Grant", "Right", "Verdict"),
    "worktraq.core.actors": ("Actor",),
    "worktraq.core.approval": ("Command",),
    "worktraq.core.billing": ("UnbilledReason",),
    "worktraq.core.calendar": ("Cadence", "Period"),
    "worktraq.core.chains": ("ApprovalChain", "Step"),
    "worktraq.core.customers": ("ContactPerson", "Customer", "CustomerData", "CustomerKind", "CustomerStatus"),
    "worktraq.core.entries": ("Expense", "Item", "ItemKind", "NewTime", "State", "TimeEntry"),
    "worktraq.core.links": ("Links", "SigningKey"),
    "worktraq.core.money": ("Money", "Rate"),
    "worktraq.core.organizations": ("Address", "BillingDetails", "Organization", "RegistrationAccess", "Settings"),
    "worktraq.core.overviews": ("GroupBy",),
    "worktraq.core.paging": ("Page",),
    "worktraq.core.projects": ("Activity", "FixedPrice", "Hourly", "Project"),
    "worktraq.core.rates": ("RateSubject",),
    "worktraq.core.signoff": ("ApprovalRequest", "RequestStatus"),
    "worktraq.core.unset": ("UNSET",),
    "worktraq.core.users": ("Role", "Team", "User"),
    "worktraq.engine": ("Founded", "WorkTraq"),
    "worktraq.errors": ("AdapterError", "Conflict", "InvalidInput", "NotFound", "Reason", "Refused", "WorktraqError"),
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
    "Action",
    "Activity",
    "Actor",
    "AdapterError",
    "Address",
    "ApprovalChain",
    "ApprovalRequest",
    "BillingDetails",
    "Cadence",
    "Command",
    "Conflict",
    "ContactPerson",
    "Customer",
    "CustomerData",
    "CustomerKind",
    "CustomerStatus",
    "Expense",
    "FixedPrice",
    "Founded",
    "Grant",
    "GroupBy",
    "Hourly",
    "InvalidInput",
    "Item",
    "ItemKind",
    "Links",
    "Money",
    "NewTime",
    "NotFound",
    "Organization",
    "Page",
    "Period",
    "Project",
    "Rate",
    "RateSubject",
    "Reason",
    "Refused",
    "RegistrationAccess",
    "RequestStatus",
    "Right",
    "Role",
    "Settings",
    "SigningKey",
    "State",
    "Step",
    "Team",
    "TimeEntry",
    "Transaction",
    "UNSET",
    "UnbilledReason",
    "User",
    "Verdict",
    "WorkTraq",
    "WorktraqError",
    "__version__",
]
