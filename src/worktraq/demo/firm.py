"""The firm of the demo: who works there, for whom, and what an hour costs. Names are invented."""

from collections.abc import Mapping
from datetime import date

from attrs import frozen

from worktraq.core.calendar import Cadence
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Address
from worktraq.core.projects import Billing, FixedPrice, Hourly


def _(sentence: str) -> str:
    """Marks a sentence for the catalogs; it is translated where it is used."""
    return sentence


NAME = "Waterlinie Advies"
DOMAIN = "waterlinie.example"
LEGAL_NAME = "Waterlinie Advies B.V."
ADDRESS = Address("Vestingstraat 12", "3511 AB", "Utrecht", "NL")
VAT_NUMBER = "NL820246633B01"
ADMINISTRATOR = "Olga Brand"
MANAGER = "Pieter Kok"

PEOPLE: Mapping[str, str] = {
    "person-01": "Anna de Wit",
    "person-02": "Bram Visser",
    "person-03": "Chloé Dubois",
    "person-04": "Daan Mulder",
    "person-05": "Elif Kaya",
    "person-06": "Finn Bakker",
    "person-07": "Greta Hofmann",
    "person-08": "Hugo Peeters",
    "person-09": "Iris van Dam",
    "person-10": "Jonas Weber",
    "person-11": "Karim Benali",
    "person-12": "Lotte Smit",
    "person-13": "Milan Novak",
    "person-14": "Nora Jansen",
}
"""Employees, by what the list of hours calls them."""


def mail_address(name: str) -> str:
    """Where somebody of the firm is mailed; the domain is one that never exists."""
    return f"{name.partition(' ')[0].lower().replace('é', 'e')}@{DOMAIN}"


@frozen
class PlannedProject:
    """A project of the list of hours.

    Attributes:
        name: As the list of hours calls it.
        customer: The customer number.
        billing: How it is billed.
        activity: What people do on it, an English sentence of the catalogs.
    """

    name: str
    customer: str
    billing: Billing
    activity: str


_ASKED_MONTHLY = Hourly(Cadence.MONTHLY, customer_approval=True)
_ASKED_WEEKLY = Hourly(Cadence.WEEKLY, customer_approval=True)

PROJECTS = (
    PlannedProject("kimai", "kimai", _ASKED_MONTHLY, _("Development")),
    PlannedProject("solidtime", "solidtime-io", Hourly(Cadence.MONTHLY), _("Development")),
    PlannedProject("apscheduler", "agronholm", _ASKED_MONTHLY, _("Maintenance")),
    PlannedProject("httpx", "encode", _ASKED_WEEKLY, _("Maintenance")),
    PlannedProject("attrs", "python-attrs", Hourly(Cadence.MONTHLY), _("Maintenance")),
    PlannedProject("cattrs", "python-attrs", Hourly(Cadence.WEEKLY), _("Maintenance")),
    PlannedProject("structlog", "hynek", Hourly(Cadence.MONTHLY), _("Advice")),
    PlannedProject("svcs", "hynek", FixedPrice(), _("Development")),
    PlannedProject("timesheet", "OCA", Hourly(Cadence.MONTHLY), _("Review")),
    PlannedProject("tock", "18F", Hourly(Cadence.WEEKLY), _("Review")),
)

INTERNAL_PROJECT = _("Training")
"""The project for the own organization, which nobody is billed for."""

TRAINED = tuple(PEOPLE)[:6]
TRAINING_DAYS = (date(2024, 4, 10), date(2024, 5, 8), date(2024, 6, 12))
TRAINING_MINUTES = 120

CUSTOMER_RATES: Mapping[str, Rate] = {
    "kimai": Rate("92.50", "EUR"),
    "agronholm": Rate("88.75", "EUR"),
    "python-attrs": Rate("95.00", "EUR"),
    "hynek": Rate("90.00", "EUR"),
    "18F": Rate("110.00", "EUR"),
}
"""What an hour costs by customer number. OCA has none, and there is no rate for all: somebody forgot it."""

PROJECT_RATES: Mapping[str, tuple[tuple[date | None, Rate], ...]] = {
    "solidtime": ((None, Rate("98.00", "EUR")), (date(2024, 6, 1), Rate("101.50", "EUR"))),
    "httpx": ((None, Rate("105.00", "EUR")),),
}
"""What an hour costs on a project, from a date on."""

ACTIVITY_RATES: Mapping[tuple[str, str], Rate] = {("person-02", "solidtime"): Rate("118.75", "EUR")}
"""What an hour of one person on one project costs."""


@frozen
class PlannedExpense:
    """Money that somebody spends.

    Attributes:
        person: Who.
        project: On which project; empty for internal work.
        on: When.
        amount: How much.
        description: For what, an English sentence of the catalogs.
    """

    person: str
    project: str
    on: date
    amount: Money
    description: str


EXPENSES = (
    PlannedExpense("person-01", "kimai", date(2024, 4, 16), Money("48.60", "EUR"), _("Train to Eindhoven")),
    PlannedExpense("person-02", "solidtime", date(2024, 4, 18), Money("71.20", "EUR"), _("Train to Maastricht")),
    PlannedExpense("person-06", "svcs", date(2024, 4, 23), Money("12.50", "EUR"), _("Parking")),
    PlannedExpense("person-03", "", date(2024, 5, 8), Money("39.95", "EUR"), _("Textbook")),
    PlannedExpense("person-07", "apscheduler", date(2024, 5, 15), Money("129.00", "EUR"), _("Hotel in Delft")),
    PlannedExpense("person-09", "kimai", date(2024, 5, 22), Money("48.60", "EUR"), _("Train to Eindhoven")),
    PlannedExpense("person-05", "structlog", date(2024, 6, 19), Money("9.80", "EUR"), _("Parking")),
    PlannedExpense("person-02", "solidtime", date(2024, 6, 20), Money("71.20", "EUR"), _("Train to Maastricht")),
)
