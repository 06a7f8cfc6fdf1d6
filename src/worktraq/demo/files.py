"""The two files of the demo: a customer list and the working sessions of a quarter."""

from collections.abc import Sequence
from datetime import date, time
from importlib.resources import files
from importlib.resources.abc import Traversable

from attrs import frozen

from worktraq.core.headings import HOURS_HEADINGS
from worktraq.core.sheets import Record, Sheet, find_table, records
from worktraq.ports.sheets import SheetReader

CUSTOMERS = "customers.xlsx"
HOURS = "hours-2024-q2.csv"


@frozen
class Session:
    """One working session, as the file has it.

    Attributes:
        person: Who worked.
        on: The local day.
        starts_at: The wall clock time at which it began.
        utc_offset: Minutes east of UTC of that clock.
        minutes: Whole minutes.
        customer: The customer number.
        project: The name of the project.
    """

    person: str
    on: date
    starts_at: time
    utc_offset: int
    minutes: int
    customer: str
    project: str


def file_of(name: str) -> Traversable:
    """A file of the demo, wherever the package is installed."""
    return files("worktraq.demo") / "data" / name


def read_customers(reader: SheetReader) -> Sequence[Sheet]:
    """The sheets of the customer list."""
    return reader.read(file_of(CUSTOMERS).read_bytes(), name=CUSTOMERS)


def read_sessions(reader: SheetReader) -> tuple[Session, ...]:
    """All working sessions, in the order of the file."""
    sheet, headings = find_table(reader.read(file_of(HOURS).read_bytes(), name=HOURS), HOURS_HEADINGS)
    return tuple(_session(record) for record in records(sheet, headings))


def _session(record: Record) -> Session:
    start = time.fromisoformat(record.text("start"))
    offset = start.utcoffset()
    assert offset is not None
    return Session(
        record.text("person"),
        date.fromisoformat(record.text("date")),
        start.replace(tzinfo=None),
        int(offset.total_seconds()) // 60,
        int(record.text("minutes")),
        record.text("customer"),
        record.text("project"),
    )
