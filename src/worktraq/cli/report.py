"""What the demo prints for people: what came in, what was asked, what is not billed and why, who sees what."""

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen
from rich.console import Console, Group, RenderableType
from rich.text import Text

from worktraq.cli import tables
from worktraq.core.customers import CustomerKind
from worktraq.core.notifications import NotificationKind
from worktraq.demo import firm
from worktraq.demo.files import CUSTOMERS, HOURS
from worktraq.demo.founding import Imported
from worktraq.demo.outcome import Outcome
from worktraq.demo.plan import Answer
from worktraq.i18n import Translator, localize


@frozen
class Whereabouts:
    """Where the demo left its things.

    Attributes:
        mails: The folder of mails.
        database: The address of the database, without its password.
        file: The database file, where it is one that the demo made.
    """

    mails: Path
    database: str
    file: Path | None


def print_report(console: Console, outcome: Outcome, places: Whereabouts, speaker: Translator) -> None:
    """Print everything there is to see."""
    title = speaker.text("{firm}, as it stands on {day}", firm=firm.NAME, day=speaker.date(outcome.seen_on))
    console.print(Text(title, style="bold"), highlight=False)
    for number, (heading, body) in enumerate(_sections(outcome, places, speaker, console.width), start=1):
        console.print()
        console.print(Text(f"{number}. {heading}", style="bold cyan"))
        console.print(body, highlight=False)


def print_overview(console: Console, outcome: Outcome, speaker: Translator) -> None:
    """Print what is not billed yet and why, and the same as an employee sees it."""
    for heading, body in _overview(outcome, speaker):
        console.print(Text(heading, style="bold cyan"))
        console.print(body, highlight=False)
        console.print()


def _sections(
    outcome: Outcome, places: Whereabouts, speaker: Translator, width: int
) -> Iterator[tuple[str, RenderableType]]:
    yield speaker.text("Customers"), _customers(outcome.imported, speaker)
    yield speaker.text("Hours per customer and employee"), _hours(outcome, speaker)
    yield speaker.text("What customers are asked"), _requests(outcome, speaker, width)
    yield from _overview(outcome, speaker)
    yield speaker.text("Where it all is"), _places(outcome, places, speaker)


def _overview(outcome: Outcome, speaker: Translator) -> Iterator[tuple[str, RenderableType]]:
    yield speaker.text("What is not billed yet, and why"), _unbilled(outcome, speaker)
    yield speaker.text("The same for an employee: no rate, no amount"), _side_by_side(outcome, speaker)


def _customers(imported: Imported, speaker: Translator) -> RenderableType:
    kinds = ", ".join(_kinds(imported, speaker))
    read = speaker.plural(
        "{count} customer imported from {file}: {kinds}.",
        "{count} customers imported from {file}: {kinds}.",
        imported.customers,
        file=CUSTOMERS,
        kinds=kinds,
    )
    rows = ", ".join(str(row) for row in imported.totals)
    left_out = speaker.text("Row {rows} holds totals, and is no customer.", rows=rows) if rows else ""
    count = len({(cell.sheet, cell.row) for cell in imported.refused})
    refused = speaker.plural("{count} row is refused:", "{count} rows are refused:", count)
    table = tables.refused_rows(imported.refused, speaker)
    return Group(Text(f"{read} {left_out}".rstrip()), Text(refused), Text(), table)


def _kinds(imported: Imported, speaker: Translator) -> Iterator[str]:
    for (kind, country), count in sorted(imported.by_kind.items(), key=lambda item: (item[0][0], -item[1])):
        if kind is CustomerKind.BUSINESS:
            yield speaker.plural(
                "{count} business in {country}", "{count} businesses in {country}", count, country=country
            )
        else:
            yield speaker.plural("{count} private person", "{count} private persons", count)


def _hours(outcome: Outcome, speaker: Translator) -> RenderableType:
    sentences = [
        speaker.plural(
            "{count} working session from {file}: {hours} hours.",
            "{count} working sessions from {file}: {hours} hours.",
            outcome.worked.entries,
            file=HOURS,
            hours=speaker.hours(outcome.worked.minutes),
        ),
        speaker.plural(
            "Besides {count} internal one: {hours} hours.",
            "Besides {count} internal ones: {hours} hours.",
            outcome.internal.entries,
            hours=speaker.hours(outcome.internal.minutes),
        ),
        speaker.plural(
            "{count} expense: {amount}.",
            "{count} expenses: {amount}.",
            outcome.expenses,
            amount=speaker.money(outcome.spent.minor, outcome.spent.currency),
        ),
    ]
    return Group(Text(" ".join(sentences)), Text(), tables.hours(outcome.hours, speaker))


def _requests(outcome: Outcome, speaker: Translator, width: int) -> RenderableType:
    answered = speaker.text(
        "Through the link in their mail, customers approved everything {all}×, some lines {some}× and nothing {nothing}×.",
        all=outcome.answers[Answer.ALL],
        some=outcome.answers[Answer.SOME],
        nothing=outcome.answers[Answer.NOTHING],
    )
    return Group(Text(answered), Text(), *tables.requests(outcome.requests, speaker, width))


def _unbilled(outcome: Outcome, speaker: Translator) -> RenderableType:
    without = outcome.unbilled.total
    sentence = speaker.plural(
        "{count} item has no rate: {hours} hours that are in no amount.",
        "{count} items have no rate: {hours} hours that are in no amount.",
        without.items_without_rate,
        hours=speaker.hours(without.minutes_without_rate),
    )
    return Group(tables.unbilled(outcome.unbilled, speaker), Text(), Text(sentence, style="dim"))


def _side_by_side(outcome: Outcome, speaker: Translator) -> RenderableType:
    views = outcome.side_by_side
    asked = speaker.text("{employee} asks for a rate, and is told:", employee=views.employee)
    told = localize(views.refusal, speaker.language)
    table = tables.side_by_side(views, firm.MANAGER, speaker)
    return Group(table, Text(), Text(f"{asked} {told}", style="dim"))


def _places(outcome: Outcome, places: Whereabouts, speaker: Translator) -> RenderableType:
    sent = outcome.mails
    requests = sent.get(NotificationKind.APPROVAL_REQUESTED, 0)
    reminders = sent.get(NotificationKind.APPROVAL_REMINDER, 0)
    confirmed = sent.get(NotificationKind.TIMESHEET_APPROVED, 0)
    total = sum(sent.values())
    kinds = [
        speaker.plural("{count} request", "{count} requests", requests),
        speaker.plural("{count} reminder", "{count} reminders", reminders),
        speaker.plural("{count} confirmation", "{count} confirmations", confirmed),
        speaker.plural("{count} to an employee", "{count} to employees", total - requests - reminders - confirmed),
    ]
    mails = speaker.plural("{count} mail ({kinds}):", "{count} mails ({kinds}):", total, kinds=", ".join(kinds))
    where = str(places.file) if places.file is not None else places.database
    return Group(
        Text(mails),
        Text(f"   {places.mails}", overflow="fold"),
        Text(speaker.text("Database:")),
        Text(f"   {where}", overflow="fold"),
        Text(),
        Text(speaker.text("To see the page behind the links in the mails: {command}", command="worktraq demo --serve")),
    )
