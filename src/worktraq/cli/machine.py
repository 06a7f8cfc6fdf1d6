"""What the demo prints for machines: the same figures as JSON.

    customers      imported; refused, each with sheet, row, column, field, value and code
    entries        registered and minutes: the working sessions of the file; internal: registered and minutes beside
                   these; expenses: registered, amount
    requests       by_status: how many; reminders: of all of them; list: employee, customer, project, first and last
                   day, minutes, expenses, status, due_on, is_overdue, reminders, decided_by
    unbilled       total and by_reason: items, minutes, value, items_without_rate, minutes_without_rate; the sums per
                   reason add up to the total
    employee_view  employee; total and by_reason: items and minutes, never an amount; refused: codes of the answer to
                   asking for a rate
    mails          sent, by_kind, folder
    database       the address, without its password
    organization_id, seen_on
    link           of the request that is open today; with --serve only

An amount is {"amount": "12.50", "currency": "EUR"}, exact and never a float; minutes and counts are whole numbers;
a date is in ISO form.
"""

import json
from collections import Counter
from collections.abc import Mapping

from worktraq.cli.report import Whereabouts
from worktraq.core.money import Money
from worktraq.core.unbilled import Sum, UnbilledTotals
from worktraq.demo.founding import Imported
from worktraq.demo.outcome import Asked, Outcome, Registered
from worktraq.serialization import converter

Json = str | int | bool | list["Json"] | dict[str, "Json"] | None


def as_json(outcome: Outcome, places: Whereabouts, link: str = "") -> str:
    """The figures as one JSON object, in ASCII whatever the terminal knows, and indented for people."""
    figures: dict[str, Json] = {
        "organization_id": str(outcome.organization_id),
        "seen_on": outcome.seen_on.isoformat(),
        "customers": _customers(outcome.imported),
        "entries": _entries(outcome),
        "requests": _requests(outcome.requests),
        "unbilled": {
            "total": _with_amount(outcome.unbilled.total),
            "by_reason": {reason.value: _with_amount(each) for reason, each in outcome.unbilled.by_reason.items()},
        },
        "employee_view": _employee_view(outcome),
        "mails": {
            "sent": sum(outcome.mails.values()),
            "by_kind": {kind.value: count for kind, count in sorted(outcome.mails.items())},
            "folder": str(places.mails),
        },
        "database": places.database,
    }
    if link:
        figures["link"] = link
    return json.dumps(figures, indent=2)


def _customers(imported: Imported) -> dict[str, Json]:
    refused: list[Json] = [
        {
            "sheet": cell.sheet,
            "row": cell.row,
            "column": cell.column,
            "field": cell.field,
            "value": cell.value,
            "code": cell.code,
        }
        for cell in imported.refused
    ]
    return {"imported": imported.customers, "refused": refused}


def _entries(outcome: Outcome) -> dict[str, Json]:
    return {
        **_registered(outcome.worked),
        "internal": _registered(outcome.internal),
        "expenses": {"registered": outcome.expenses, "amount": _money(outcome.spent)},
    }


def _registered(registered: Registered) -> dict[str, Json]:
    return {"registered": registered.entries, "minutes": registered.minutes}


def _requests(requests: tuple[Asked, ...]) -> dict[str, Json]:
    return {
        "by_status": dict(sorted(Counter(each.status.value for each in requests).items())),
        "reminders": sum(each.reminders for each in requests),
        "list": [_request(each) for each in requests],
    }


def _request(asked: Asked) -> Json:
    return {
        "employee": asked.employee,
        "customer": asked.customer,
        "project": asked.project,
        "first": asked.period.first.isoformat(),
        "last": asked.period.last.isoformat(),
        "minutes": asked.minutes,
        "expenses": _money(asked.expenses) if asked.expenses is not None else None,
        "status": asked.status.value,
        "due_on": asked.due_on.isoformat(),
        "is_overdue": asked.is_overdue,
        "reminders": asked.reminders,
        "decided_by": asked.decided_by or None,
    }


def _employee_view(outcome: Outcome) -> dict[str, Json]:
    views = outcome.side_by_side
    seen: UnbilledTotals = views.to_employee
    return {
        "employee": views.employee,
        "total": _without_amount(seen.total),
        "by_reason": {reason.value: _without_amount(each) for reason, each in seen.by_reason.items()},
        "refused": [reason.code for reason in views.refusal.reasons],
    }


def _with_amount(each: Sum) -> dict[str, Json]:
    return {
        "items": each.items,
        "minutes": each.minutes,
        "value": _money(each.value) if each.value is not None else None,
        "items_without_rate": each.items_without_rate,
        "minutes_without_rate": each.minutes_without_rate,
    }


def _without_amount(each: Sum) -> dict[str, Json]:
    """As the employee's view has it; a value that stood there by mistake would show, and the tests would find it."""
    shown: dict[str, Json] = {"items": each.items, "minutes": each.minutes}
    return shown if each.value is None else {**shown, "value": _money(each.value)}


def _money(money: Money) -> Json:
    amount: Mapping[str, Json] = converter().unstructure(money)
    return dict(amount)
