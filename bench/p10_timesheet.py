"""P10: the PDF of a timesheet, against typst compiling the same template with the same data, ready to be read."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count as numbers

from typst import Compiler

from bench.measuring import Figure, Scale, medians
from worktraq import Money, Period, Step
from worktraq.adapters.pdf import TypstTimesheets
from worktraq.adapters.pdf.content import content_of
from worktraq.adapters.pdf.documents import source_of
from worktraq.core.approval import DecisionKind
from worktraq.core.timesheets import Timesheet, TimesheetDecision, TimesheetLine
from worktraq.i18n import translator

_LINES = 40
_MONTH = Period.month(2026, 10)
_DECIDED_AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def measure(scale: Scale) -> list[Figure]:
    """No two timesheets are alike: what a compiler remembers of one is of little use for the next."""
    count = scale.of(20, 3)
    writer, compiler, made = TypstTimesheets(), Compiler(ignore_system_fonts=True), numbers()

    def fresh() -> list[Timesheet]:
        return [_timesheet(next(made)) for _ in range(count)]

    def ready() -> list[str]:
        return [json.dumps({**content_of(sheet, translator("nl")), "logo": ""}) for sheet in fresh()]

    rounds = scale.repetitions + 1
    sheets, prepared = iter([fresh() for _ in range(rounds)]), iter([ready() for _ in range(rounds)])
    ways = {"ours": _ours(writer, sheets), "typst": _alone(compiler, prepared)}
    found = medians(ways, scale.repetitions)
    note = f"{found['ours'] / count * 1000:.1f} ms for each; the rest is putting texts, dates and amounts into words"
    work = f"timesheet of {_LINES} lines as PDF, {count} of them, all different"
    return [Figure("P10", work, "typst compiling alone", found["ours"], found["typst"], "<= 1.3", note)]


def _ours(writer: TypstTimesheets, rounds: Iterator[Sequence[Timesheet]]) -> Callable[[], None]:
    def work() -> None:
        for sheet in next(rounds):
            writer.render(sheet, "nl")

    return work


def _alone(compiler: Compiler, rounds: Iterator[Sequence[str]]) -> Callable[[], None]:
    source, at = source_of("timesheet"), int(_DECIDED_AT.timestamp())

    def work() -> None:
        for data in next(rounds):
            compiler.compile(source, format="pdf", sys_inputs={"data": data}, pdf_standards="ua-1", timestamp=at)

    return work


def _timesheet(number: int) -> Timesheet:
    lines = tuple(_line(number * _LINES + at, at) for at in range(_LINES))
    spent = [line.amount.minor for line in lines if line.amount is not None]
    return Timesheet(
        organization_name="Administratiekantoor De Linde",
        customer_name=f"Bakkerij Jansen {number} B.V.",
        project_name=f"Jaarrekening {number}",
        employee_name=f"Eva de Vries {number}",
        period=_MONTH,
        lines=lines,
        decisions=(
            TimesheetDecision(DecisionKind.APPROVED, Step.CUSTOMER, f"Jan {number}", _DECIDED_AT, False, "", _LINES),
        ),
        minutes=sum(line.minutes or 0 for line in lines),
        expenses=(Money.from_minor(sum(spent), "EUR"),),
        digest=f"1:{number:064x}",
        is_approved=True,
        time_zone="Europe/Amsterdam",
    )


def _line(number: int, at: int) -> TimesheetLine:
    is_expense = at % 10 == 9
    return TimesheetLine(
        on=_MONTH.first + timedelta(days=at * 31 // _LINES),
        activity="Advies" if at % 3 else "Controle",
        note=f"Werk aan dossier {number}, overleg met de klant en verwerking van de stukken",
        minutes=None if is_expense else 15 + number % 32 * 15,
        amount=Money.from_minor(1000 + number, "EUR") if is_expense else None,
    )
