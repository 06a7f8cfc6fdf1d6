"""What the commands about accounting systems do: open, connect where needed, and print."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from attrs import frozen
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress
from rich.table import Table

from worktraq.adapters.accounting.plugins import InstalledSources, installed_sources
from worktraq.adapters.accounting.secrets import FileSecrets
from worktraq.cli.databases import open_store
from worktraq.cli.extras import explanation
from worktraq.cli.reporting import chosen_organization, user_as
from worktraq.core.accounting import SourceInfo
from worktraq.core.actors import Actor
from worktraq.core.connections import AccountingConnection
from worktraq.core.import_runs import ImportRun
from worktraq.core.imports import Decisions
from worktraq.core.questions import Question
from worktraq.core.unset import UNSET
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, InvalidInput, Problem, Refused
from worktraq.i18n import Translator, localize, translator
from worktraq.messages import MESSAGES
from worktraq.serialization import converter
from worktraq.usecases.taking import UNNAMED

Tell = Callable[[int, int | None], None]
_SECRET = "WORKTRAQ_SECRET_"  # noqa: S105  # the beginning of names of variables


@frozen
class Where:
    """What the options say about the connection.

    Attributes:
        db: Address of the database.
        organization: Which one; None where there is one.
        email: Of the user as whom it is done; empty for an administrator.
        source: What to connect, if nothing is connected yet.
        settings: Each as name=value.
        secrets_file: With secrets as JSON.
        vault: Folder where secrets are kept.
    """

    db: str
    organization: UUID | None
    email: str
    source: str
    settings: tuple[str, ...]
    secrets_file: Path | None
    vault: Path


def print_sources(language: str, *, as_json: bool) -> None:
    """Print what can be connected."""
    sources, speaker = installed_sources(), translator(language)
    infos: dict[str, SourceInfo] = {}
    broken: dict[str, AdapterError] = {}
    for name in sources:
        try:
            infos[name] = sources[name].info
        except AdapterError as error:
            broken[name] = error
    if as_json:
        found = {name: _described(info, sources.package_of(name)) for name, info in infos.items()}
        problems = {
            name: {"package": sources.package_of(name), "problem": error.code} for name, error in broken.items()
        }
        print(json.dumps({**found, **problems}, indent=2))
        return
    table = Table(speaker.text("Name"), speaker.text("System"), speaker.text("Package"), speaker.text("Settings"))
    for name, info in infos.items():
        settings = ", ".join(f"{each.name}*" if each.is_secret else each.name for each in info.settings)
        table.add_row(name, info.title, sources.package_of(name), settings)
    Console().print(table)
    print(speaker.text("* is a secret."))
    for problem in broken.values():
        print(localize(problem, language))
        if isinstance(problem.__cause__, ModuleNotFoundError):
            with suppress(ModuleNotFoundError):  # of a library that no extra of ours brings
                print(f"  {explanation(problem.__cause__, ['--lang', language])}")


def _described(info: SourceInfo, package: str) -> dict[str, object]:
    return {
        "title": info.title,
        "package": package,
        "kinds": [kind.value for kind in info.fields],
        "settings": [
            {"name": each.name, "is_secret": each.is_secret, "is_required": each.is_required} for each in info.settings
        ],
    }


class Bookkeeping:
    """An organization with its accounting system.

    Args:
        engine: On the database.
        actor: On whose behalf.
        speaker: Of the language of the reader.
        as_json: Whether figures are printed for machines.
    """

    def __init__(self, engine: WorkTraq, actor: Actor, speaker: Translator, *, as_json: bool) -> None:
        self._engine = engine
        self._actor = actor
        self._speaker = speaker
        self._as_json = as_json

    @classmethod
    @contextmanager
    def opened(cls, language: str, *, as_json: bool, where: Where) -> Iterator["Bookkeeping"]:
        """Open the database, and connect what is asked for.

        Raises:
            InvalidInput: For what is not filled in right.
            Refused: With ``accounting_not_connected``, or ``accounting_connected_already`` when it is another one.
        """
        sources = installed_sources()
        store = open_store(where.db)
        try:
            engine = WorkTraq(store, sources=sources, secrets=FileSecrets(where.vault), sleep=time.sleep)
            actor = user_as(engine, chosen_organization(engine, where.organization), where.email)
            _connect(engine, actor, where, sources)
            yield cls(engine, actor, translator(language), as_json=as_json)
        finally:
            store.close()

    def check(self) -> None:
        """Try the connection."""
        found = self._engine.check_accounting(self._actor)
        if self._as_json:
            print(json.dumps({"administration": found.administration, "detail": found.detail}, indent=2))
        else:
            print(self._speaker.text("The books of {administration} are read.", administration=found.administration))

    def plan(self, *, from_beginning: bool) -> None:
        """Show what an import would do."""
        with self._progress() as tell:
            found = self._engine.plan_accounting(self._actor, from_beginning=from_beginning, progress=tell)
        self._print(found.counts, found.questions, {"rows": found.rows})

    def apply(self, decisions: Decisions, *, from_beginning: bool) -> int:
        """Import what is new; gives the exit code."""
        with self._progress() as tell:
            run = self._engine.import_accounting(
                self._actor, decisions=decisions, from_beginning=from_beginning, progress=tell
            )
        with self._engine.view(self._actor) as tx:
            questions = tx.accounting.questions().items
        self._print(run.counts, questions, _outcome(run))
        if not run.is_done and not self._as_json:
            print(self._speaker.message(run.problem))
            if run.retry_at is not None:
                print(self._speaker.text("It can go on from {instant}.", instant=run.retry_at.isoformat()))
        return 0 if run.is_done else 1

    def _print(
        self,
        counts: tuple[tuple[str, str | int], ...],
        questions: tuple[Question, ...],
        more: Mapping[str, object],
    ) -> None:
        if self._as_json:
            listed = [converter().unstructure(each) for each in questions]
            print(json.dumps({**more, "counts": dict(counts), "questions": listed}, indent=2, default=str))
            return
        text, message = self._speaker.text, self._speaker.message
        table = Table(text("What"), text("Rows"))
        for name, count in counts:
            kind, _, change = name.partition(".")
            table.add_row(f"{message(f'kind.{kind}')}: {message(f'change.{change}')}", str(count))
        Console().print(table)
        for question in questions:
            print(self._line(question))

    def _line(self, question: Question) -> str:
        message, language = self._speaker.message, self._speaker.language
        said = [
            f"{message(label) if (label := f'field.{each.field}') in MESSAGES else each.field}: {each.here!r} / {each.there!r}"
            for each in question.conflicts
        ]
        said += [
            localize(Problem(each.field, each.code, each.parameters), language)
            if each.field
            else message(each.code, **dict(each.parameters))
            for each in question.problems
        ]
        what, why = message(f"kind.{question.kind.value}"), message(f"question.{question.reason.value}")
        # A row of which the source does not say which one it is is shown by what stands there.
        shown = [each.value for each in question.problems if question.external_id.startswith(UNNAMED)]
        return f"{what} {' '.join(shown) or question.external_id}: {why} {'; '.join(said)}".rstrip()

    @contextmanager
    def _progress(self) -> Iterator[Tell]:
        console = Console(stderr=True)
        if self._as_json or not console.is_terminal:
            yield _unseen
            return
        with Progress(BarColumn(), MofNCompleteColumn(), console=console, transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)


def _unseen(_done: int, _total: int | None) -> None:
    """Nobody watches."""


def _outcome(run: ImportRun) -> dict[str, object]:
    until = run.retry_at.isoformat() if run.retry_at is not None else None
    return {"state": run.state.value, "problem": run.problem, "retry_at": until, "rows": run.rows, "pages": run.pages}


def _connect(engine: WorkTraq, actor: Actor, where: Where, sources: InstalledSources) -> None:
    """Connect what is asked for, or take other settings and secrets for what is connected."""
    with engine.view(actor) as tx:
        connection = tx.accounting.connection()
    name = where.source or (connection.source if connection is not None else "")
    if not name:
        raise InvalidInput.of("source", "source_needed", known=", ".join(sources))
    if name not in sources:
        raise AdapterError("source_not_installed", name=name[:40])
    if connection is not None and connection.source != name:
        raise Refused.because("accounting_connected_already")
    settings, secrets = _settings(where.settings), _secrets(sources[name].info, where.secrets_file)
    if connection is None:
        with engine.transaction(actor) as tx:
            tx.accounting.connect(name, settings=settings, secrets=secrets)
    elif settings or secrets:
        _change(engine, actor, connection, settings, secrets)


def _change(
    engine: WorkTraq,
    actor: Actor,
    connection: AccountingConnection,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
) -> None:
    with engine.transaction(actor) as tx:
        tx.accounting.change(
            version=connection.version,
            settings={**connection.filled_in, **settings} if settings else UNSET,
            secrets=secrets or UNSET,
        )


def _settings(given: tuple[str, ...]) -> dict[str, str]:
    if any("=" not in each for each in given):
        raise InvalidInput.of("setting", "setting_malformed")
    return {name: value for name, _, value in (each.partition("=") for each in given)}


def _secrets(info: SourceInfo, file: Path | None) -> dict[str, str]:
    """The secrets in a file and in the environment, which comes first."""
    found = _secrets_in(file) if file is not None else {}
    for each in info.settings:
        value = os.environ.get(_SECRET + each.name.upper().replace("-", "_"), "")
        if each.is_secret and value:
            found[each.name] = value
    return found


def _secrets_in(file: Path) -> dict[str, str]:
    try:
        read: object = json.loads(file.read_bytes())
    except OSError:
        raise AdapterError("file_not_opened", name=file.name) from None
    except ValueError:
        read = None  # the error would show what stands there
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        raise InvalidInput.of("secrets", "secrets_malformed")
    return read
