"""What is not billed yet and why, of a database of one's own: printed, as a picture, and as a table in a file."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from rich.console import Console, Group, RenderableType
from rich.text import Text

from worktraq.cli import tables
from worktraq.core.actors import Actor
from worktraq.core.ids import OrganizationId
from worktraq.core.unbilled import UnbilledBy, UnbilledOverview, UnbilledTotals
from worktraq.core.users import Role, User
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, InvalidInput, NotFound
from worktraq.i18n import Translator, translator
from worktraq.ports.sheets import SheetWriter
from worktraq.usecases.transaction import Transaction

_LEAST_WIDTH = 80
_SUFFIXES = (".xlsx", ".csv")


def report(
    *, url: str, organization: UUID | None, email: str, chart: Path | None, export: Path | None, language: str
) -> None:
    """Print what is not billed yet, as one user sees it, and write what is asked for besides.

    Args:
        url: Of the database, whose schema is up to date.
        organization: Whose figures; may be left out where there is one.
        email: Of the user as whom to look; empty for an administrator.
        chart: Where the picture goes.
        export: Where the table goes.
        language: Of the reader.

    Raises:
        InvalidInput: For a file of another kind; when it is not said which organization.
        NotFound: When there is no such organization or user.
        AdapterError: When the database or a file does not do.
    """
    from worktraq.adapters.sqlalchemy import SqlStore

    _check_suffixes(chart, export)
    store = SqlStore.from_url(url)
    try:
        engine, speaker = WorkTraq(store), translator(language)
        organization_id = chosen_organization(engine, organization)
        with engine.view(user_as(engine, organization_id, email)) as tx:
            overview = tx.billing.unbilled(by=(UnbilledBy.REASON, UnbilledBy.AGE))
            _print(tx, overview, speaker)
            if chart is not None:
                _draw(overview, chart, speaker)
            if export is not None:
                _writer(export).write(tx.exports.unbilled(), export, language=language)
    finally:
        store.close()
    for file in (chart, export):
        if file is not None:
            print(speaker.text("Written: {file}", file=str(file)))


def _check_suffixes(chart: Path | None, export: Path | None) -> None:
    if chart is not None and chart.suffix.lower() != ".svg":
        raise InvalidInput.of("file", "chart_kind_unknown")
    if export is not None and export.suffix.lower() not in _SUFFIXES:
        raise InvalidInput.of("file", "export_kind_unknown")


def chosen_organization(engine: WorkTraq, organization: UUID | None) -> OrganizationId:
    """The organization that is meant: the one named, or the only one.

    Raises:
        InvalidInput: With ``organization_needed`` where there are several.
        NotFound: When there is no such organization.
    """
    known = engine.store.directory.organization_ids()
    if organization is None and len(known) > 1:
        shown = ", ".join(map(str, known[:10]))
        raise InvalidInput.of("organization", "organization_needed", known=shown)
    found = [each for each in known if organization in {None, each}]
    if not found:
        raise NotFound("organization")
    return found[0]


def user_as(engine: WorkTraq, organization_id: OrganizationId, email: str) -> Actor:
    """The user with a mail address, or the first administrator.

    Raises:
        NotFound: When there is none.
    """
    with engine.view(Actor.system(organization_id)) as tx:
        role = None if email else Role.ADMIN
        found = [
            user
            for user in tx.users.list(role=role, is_active=True, search=email, limit=1000)
            if not email or user.email.casefold() == email.casefold()
        ]
    if not found:
        raise NotFound("user")
    return Actor.user(organization_id, min(found, key=_id).id)


def _id(user: User) -> UUID:
    return user.id


def _writer(export: Path) -> SheetWriter:
    from worktraq.adapters.excel import CsvWriter, ExcelWriter

    return CsvWriter() if export.suffix.lower() == ".csv" else ExcelWriter()


def _draw(overview: UnbilledOverview, chart: Path, speaker: Translator) -> None:
    from worktraq.adapters.charts import unbilled_chart

    content = unbilled_chart(overview, speaker.language)
    try:
        chart.write_bytes(content)
    except OSError as error:
        raise AdapterError("file_not_written", name=chart.name) from error


def _print(tx: Transaction, overview: UnbilledOverview, speaker: Translator) -> None:
    console = Console()
    console.width = max(console.width, _LEAST_WIDTH)
    name, today = tx.organizations.get().name, speaker.date(tx.at.date())
    title = speaker.text("{firm}, as it stands on {day}", firm=name, day=today)
    console.print(Text(title, style="bold"), highlight=False)
    console.print()
    console.print(Text(speaker.text("What is not billed yet, and why"), style="bold cyan"))
    if not overview.totals:
        console.print(speaker.text("Nothing is unbilled."))
    for totals in overview.totals:
        console.print(Group(*_of_currency(overview, totals, speaker)), highlight=False)


def _of_currency(overview: UnbilledOverview, totals: UnbilledTotals, speaker: Translator) -> Iterator[RenderableType]:
    if len(overview.totals) > 1:
        yield Text(totals.currency, style="bold")
    yield tables.unbilled(totals, speaker)
    yield Text()
    yield tables.ages(overview, totals, speaker)
    yield Text()
    if totals.total.items_without_rate:
        sentence = speaker.plural(
            "{count} item has no rate: {hours} hours that are in no amount.",
            "{count} items have no rate: {hours} hours that are in no amount.",
            totals.total.items_without_rate,
            hours=speaker.hours(totals.total.minutes_without_rate),
        )
        yield Text(sentence, style="dim")
        yield Text()
