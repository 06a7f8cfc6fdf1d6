"""Timesheets to be written, and what stands in the PDF."""

import struct
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import BooleanObject, DictionaryObject

from worktraq.core.approval import DecisionKind
from worktraq.core.chains import Step
from worktraq.core.money import Money
from worktraq.core.timesheets import Timesheet, TimesheetDecision, TimesheetLine
from worktraq.testing.builders import OCTOBER

AT = datetime(2026, 11, 2, 13, 5, tzinfo=UTC)
INSIDE = TimesheetDecision(DecisionKind.APPROVED, Step.INTERNAL, "Mo Bakker", AT, False, "", 3)
APPROVED = TimesheetDecision(DecisionKind.APPROVED, Step.CUSTOMER, "Jan Jansen", AT + timedelta(days=2), False, "", 2)
WAIVED = TimesheetDecision(
    DecisionKind.WAIVED, Step.CUSTOMER, "Mo Bakker", AT + timedelta(days=9), False, "Customer is away", 1
)
_BREAKS = dict.fromkeys(map(ord, "\u200b\u00ad"))
TEXTS = ("Jaarrekening afgerond", "Overleg over de btw-aangifte", "Controle van de loonadministratie")


def a_line(number: int, note: str = "", *, is_waived: bool = False) -> TimesheetLine:
    """Time, or every seventh time an expense, on a day of October."""
    is_expense = number % 7 == 6
    return TimesheetLine(
        on=OCTOBER.first + timedelta(days=number % 31),
        activity="Advies",
        note=note or f"{TEXTS[number % len(TEXTS)]} ({number})",
        minutes=None if is_expense else 15 + number % 32 * 15,
        amount=Money.from_minor(1250 + number, "EUR") if is_expense else None,
        is_waived=is_waived,
    )


def a_sheet(*lines: TimesheetLine, **other: object) -> Timesheet:
    """A timesheet of these lines."""
    lines = tuple(sorted(lines, key=lambda line: line.on))
    spent = sum(line.amount.minor for line in lines if line.amount is not None)
    values: dict[str, object] = {
        "organization_name": "De Linde",
        "customer_name": "Bakkerij Jansen B.V.",
        "project_name": "Jaarrekening 2026",
        "employee_name": "Eva de Vries",
        "period": OCTOBER,
        "lines": lines,
        "decisions": (INSIDE, APPROVED),
        "minutes": sum(line.minutes or 0 for line in lines),
        "expenses": (Money.from_minor(spent, "EUR"),) if spent else (),
        "digest": "1:" + "ab12" * 16,
        "is_approved": True,
        "time_zone": "Europe/Amsterdam",
        **other,
    }
    return Timesheet(**values)  # type: ignore[arg-type]  # the names come from a test


def of_many(count: int) -> Timesheet:
    """A timesheet of so many lines."""
    return a_sheet(*map(a_line, range(count)))


def opened(pdf: bytes) -> PdfReader:
    """A PDF to look into."""
    return PdfReader(BytesIO(pdf))


def root_of(pdf: bytes) -> DictionaryObject:
    """What a PDF says about itself."""
    root = opened(pdf).trailer["/Root"]
    assert isinstance(root, DictionaryObject)
    return root


def is_tagged(pdf: bytes) -> bool:
    """Whether a PDF can be read aloud in order."""
    marked = root_of(pdf)["/MarkInfo"]
    assert isinstance(marked, DictionaryObject)
    return marked["/Marked"] == BooleanObject(True) and "/StructTreeRoot" in root_of(pdf)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page; blanks and places where a word may be broken do not count."""
    return [" ".join(page.extract_text().translate(_BREAKS).split()) for page in opened(pdf).pages]


def text_of(pdf: bytes) -> str:
    """The text of all pages."""
    return " ".join(pages_of(pdf))


def a_png(width: int = 4, height: int = 2) -> bytes:
    """A picture in one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\xaa\x33\x00" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
