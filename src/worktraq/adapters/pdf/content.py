"""What a document shows, in words of the reader's language: texts only, so that a template has nothing to compute."""

from collections.abc import Mapping, Sequence
from itertools import groupby, zip_longest
from typing import TypeAlias

from worktraq.core.approval import DecisionKind
from worktraq.core.branding import WHITE, clean_colour, readable
from worktraq.core.chains import Step
from worktraq.core.timesheets import Timesheet, TimesheetDecision, TimesheetLine
from worktraq.i18n import Translator

Shown: TypeAlias = str | Sequence["Shown"] | Mapping[str, "Shown"]

USUAL_COLOUR = "#1d4f91"
WAIVED = "†"
_LONGEST_IN_MARGIN = 50


def content_of(timesheet: Timesheet, speaker: Translator) -> Mapping[str, Shown]:
    """Everything that the template of a timesheet shows."""
    period = capital(speaker.period(timesheet.period.first, timesheet.period.until))
    heading = speaker.text("Timesheet")
    subject = " – ".join(filter(None, (heading, timesheet.employee_name, period)))
    return {
        "language": speaker.language,
        "title": subject,
        "heading": heading,
        "running": " – ".join(filter(None, (heading, in_margin(timesheet.employee_name), period))),
        "organization": timesheet.organization_name,
        "short-name": in_margin(timesheet.organization_name),
        "colour": colour_of(timesheet.colour),
        "footer": " – ".join(map(in_margin, filter(None, (timesheet.customer_name, timesheet.project_name)))),
        "page": speaker.gettext("page {page} of {pages}"),
        "banner": "" if timesheet.is_approved else speaker.text("Not decided yet: the customer has not approved this."),
        "facts": [
            [speaker.text("Employee"), timesheet.employee_name],
            [speaker.text("Customer"), timesheet.customer_name],
            [speaker.text("Period"), period],
            [speaker.text("Project"), timesheet.project_name],
        ],
        "columns": _columns(timesheet.lines),
        "labels": {
            "date": speaker.text("Date"),
            "activity": speaker.text("Activity"),
            "note": speaker.text("Description"),
            "hours": speaker.text("Hours"),
            "amount": speaker.text("Expenses"),
            "total": speaker.text("Total"),
            "decisions": speaker.text("Decisions"),
            "digest": speaker.text("Fingerprint of the lines above (SHA-256)"),
        },
        "weeks": _weeks(timesheet.lines, speaker),
        "totals": _totals(timesheet, speaker),
        "legend": _legend(timesheet.lines, speaker),
        "decisions": [_decision(each, timesheet.time_zone, speaker) for each in timesheet.decisions],
        "digest": timesheet.digest.rpartition(":")[2],
    }


def colour_of(colour: str) -> str:
    """The organization's colour, dark enough to be seen on paper; the usual one where it has none."""
    return readable(clean_colour(colour) or USUAL_COLOUR, WHITE)


def _columns(lines: Sequence[TimesheetLine]) -> list[Shown]:
    """The columns, without those that would be empty on every line."""
    is_filled = {
        "activity": any(line.activity for line in lines),
        "hours": any(line.minutes is not None for line in lines),
        "amount": any(line.amount is not None for line in lines),
    }
    return [name for name in ("date", "activity", "note", "hours", "amount") if is_filled.get(name, True)]


def _weeks(lines: Sequence[TimesheetLine], speaker: Translator) -> list[Shown]:
    """The lines by ISO week, each with its hours where there are several weeks."""
    weeks = [(week, list(found)) for week, found in groupby(lines, key=lambda line: line.on.isocalendar()[:2])]
    has_subtotals = 1 < len(weeks) < len(lines)
    return [
        {
            "label": speaker.text("Week {week}", week=week) if has_subtotals else "",
            "hours": _hours(sum(line.minutes or 0 for line in found), speaker),
            "lines": [_line(line, speaker) for line in found],
        }
        for (_, week), found in weeks
    ]


def _line(line: TimesheetLine, speaker: Translator) -> Shown:
    day = speaker.day(line.on)
    return {
        "date": f"{day} {WAIVED}" if line.is_waived else day,
        "activity": line.activity,
        "note": line.note,
        "hours": "" if line.minutes is None else speaker.hours(line.minutes),
        "amount": "" if line.amount is None else speaker.money(line.amount.minor, line.amount.currency),
    }


def _hours(minutes: int, speaker: Translator) -> str:
    return speaker.hours(minutes) if minutes else ""


def _totals(timesheet: Timesheet, speaker: Translator) -> list[Shown]:
    """One row, or one for each currency of the expenses."""
    has_time = any(line.minutes is not None for line in timesheet.lines)
    hours = [speaker.hours(timesheet.minutes)] if has_time else []
    amounts = [speaker.money(amount.minor, amount.currency) for amount in timesheet.expenses]
    rows = zip_longest(hours, amounts, fillvalue="")
    return [{"hours": first, "amount": second} for first, second in rows]


def _legend(lines: Sequence[TimesheetLine], speaker: Translator) -> str:
    if not any(line.is_waived for line in lines):
        return ""
    sentence = speaker.text("Without the customer's approval: the firm decided to go on.")
    return f"{WAIVED} {sentence}"


def _decision(decision: TimesheetDecision, time_zone: str, speaker: Translator) -> Shown:
    return {
        "what": _what(decision, speaker),
        "by": decision.by,
        "at": speaker.instant(decision.at, time_zone),
        "lines": speaker.plural("{count} line", "{count} lines", decision.lines),
        "comment": decision.comment,
    }


def _what(decision: TimesheetDecision, speaker: Translator) -> str:
    if decision.kind is DecisionKind.WAIVED:
        return f"{WAIVED} " + speaker.text("Gone on without the customer's approval")
    if decision.step is Step.INTERNAL:
        return speaker.text("Approved inside the firm")
    if decision.on_behalf:
        return speaker.text("Approved on behalf of the customer")
    return speaker.text("Approved by the customer")


def capital(text: str) -> str:
    """The text with a capital to begin with."""
    return text[:1].upper() + text[1:]


def in_margin(name: str) -> str:
    """The name, short enough for the margin of a page."""
    return name if len(name) <= _LONGEST_IN_MARGIN else name[: _LONGEST_IN_MARGIN - 1].rstrip() + "…"
