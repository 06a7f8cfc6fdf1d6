"""What the specification of an invoice shows, in words of its reader's language."""

from collections.abc import Mapping

from worktraq.adapters.pdf.content import WAIVED, Shown, colour_of, in_margin
from worktraq.core.branding import Brand
from worktraq.core.specifications import Specification, SpecifiedItem, SpecifiedLine
from worktraq.i18n import Translator


def content_of(specification: Specification, brand: Brand, speaker: Translator) -> Mapping[str, Shown]:
    """Everything that the template of a specification shows."""
    heading = speaker.text("Specification of invoice {number}", number=specification.number)
    period = specification.period
    return {
        "language": speaker.language,
        "title": f"{heading} – {specification.buyer_name}",
        "heading": heading,
        "running": heading,
        "organization": specification.seller_name,
        "short-name": in_margin(specification.seller_name),
        "colour": colour_of(brand.colour),
        "footer": f"{in_margin(specification.buyer_name)} – {specification.number}",
        "page": speaker.gettext("page {page} of {pages}"),
        "facts": [
            [speaker.text("Customer"), specification.buyer_name],
            [speaker.text("Date of the invoice"), speaker.date(specification.issued_on)],
            *([[speaker.text("Period"), speaker.period(period.first, period.until)]] if period is not None else []),
        ],
        "columns": _columns(specification),
        "labels": {
            "date": speaker.text("Date"),
            "employee": speaker.text("Employee"),
            "note": speaker.text("Description"),
            "hours": speaker.text("Hours"),
            "decimal": speaker.text("Decimal hours"),
            "amount": speaker.text("Expenses"),
        },
        "lines": [_line(line, speaker) for line in specification.lines],
        "totals": _totals(specification, speaker),
        "legend": _legend(specification, speaker),
    }


def _columns(specification: Specification) -> list[Shown]:
    """The columns, without those that would be empty on every line."""
    has_time = any(item.minutes is not None for item in specification.items)
    has_expenses = any(item.amount is not None for item in specification.items)
    is_filled = {"hours": has_time, "decimal": has_time, "amount": has_expenses}
    names = ("date", "employee", "note", "hours", "decimal", "amount")
    return [name for name in names if is_filled.get(name, True)]


def _line(line: SpecifiedLine, speaker: Translator) -> Shown:
    has_sum = len(line.items) > 1
    return {
        "label": speaker.text("Line {number}", number=line.number),
        "text": line.text,
        "project": line.project if line.project != line.text else "",
        "items": [_item(item, line.text, speaker) for item in line.items],
        "sum": _sum(speaker.text("Together"), line.minutes, speaker) if has_sum and line.minutes else {},
        "billed": (
            _sum(speaker.text("Billed, after rounding"), line.billed_minutes, speaker)
            if line.billed_minutes != line.minutes
            else {}
        ),
    }


def _item(item: SpecifiedItem, heading: str, speaker: Translator) -> Shown:
    day = speaker.day(item.on)
    return {
        "date": f"{day} {WAIVED}" if item.is_waived else day,
        "employee": item.employee,
        "activity": "" if item.activity in heading else item.activity,
        "note": item.note,
        "hours": "" if item.minutes is None else speaker.hours(item.minutes),
        "decimal": "" if item.minutes is None else speaker.decimal_hours(item.minutes),
        "amount": "" if item.amount is None else speaker.money(item.amount.minor, item.amount.currency),
    }


def _sum(label: str, minutes: int, speaker: Translator) -> Shown:
    return {"label": label, "hours": speaker.hours(minutes), "decimal": speaker.decimal_hours(minutes)}


def _totals(specification: Specification, speaker: Translator) -> list[Shown]:
    minutes, billed, expenses = specification.minutes, specification.billed_minutes, specification.expenses
    amount = "" if expenses is None else speaker.money(expenses.minor, expenses.currency)
    hours = {"hours": speaker.hours(minutes), "decimal": speaker.decimal_hours(minutes)} if minutes else {}
    total = {"label": speaker.text("Total"), "amount": amount, **hours}
    if billed == minutes:
        return [total]
    return [total, _sum(speaker.text("Total billed, after rounding"), billed, speaker)]


def _legend(specification: Specification, speaker: Translator) -> str:
    if not any(item.is_waived for item in specification.items):
        return ""
    sentence = speaker.text("Without the customer's approval: the firm decided to go on.")
    return f"{WAIVED} {sentence}"
