"""The demo on the command line: its adapters, its progress, its figures, and the page of the request kept open."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from worktraq.cli.databases import open_store, without_password
from worktraq.cli.machine import as_json as figures
from worktraq.cli.report import Whereabouts, print_report
from worktraq.cli.serving import Doorway
from worktraq.core.links import Links, SigningKey
from worktraq.demo import firm, playing
from worktraq.demo.place import Place
from worktraq.i18n import Translator, translator

if TYPE_CHECKING:
    from worktraq.adapters.sqlalchemy import SqlStore

_LEAST_WIDTH = 80


def perform(*, language: str, url: str | None, folder: Path, is_served: bool, as_json: bool) -> None:
    """Play the demo and print what there is to see.

    Args:
        language: Of what is printed, and of the firm.
        url: Of the database; None for a SQLite file of the demo's own, made afresh.
        folder: For the mails, and that file.
        is_served: Whether the page of one request is shown until Ctrl-C.
        as_json: Whether the figures are printed for machines.
    """
    speaker = translator(language)
    place = Place(folder)
    place.renew_mails()
    store, places = _store(place, url)
    doorway = Doorway.open() if is_served else None
    play = _play(store, place, doorway, speaker)
    with _progress(speaker, is_shown=not as_json) as progress:
        outcome = play.run(progress)
    link = play.keep_open() if doorway is not None else ""
    if as_json:
        print(figures(outcome, places, link), flush=True)
    else:
        print_report(_console(), outcome, places, speaker)
    if doorway is not None:
        from worktraq.adapters.web import approval_app

        if not as_json:
            _announce(link, speaker)
        doorway.serve(approval_app(play.engine, title=firm.NAME), play.deliver)
    store.close()


def _store(place: Place, url: str | None) -> tuple["SqlStore", Whereabouts]:
    mails = place.mails.resolve()
    if url is not None:
        return open_store(url), Whereabouts(mails, without_password(url), None)
    place.renew_database()
    file = place.database.resolve()
    address = f"sqlite:///{file.as_posix()}"
    return open_store(address), Whereabouts(mails, address, file)


def _play(store: "SqlStore", place: Place, doorway: Doorway | None, speaker: Translator) -> playing.Play:
    from worktraq.adapters.email import EmailNotifier, FolderTransport
    from worktraq.adapters.excel import SheetFiles

    clock = playing.clock_at_beginning()
    address = doorway.address if doorway is not None else Doorway.USUAL
    return playing.Play(
        store,
        notifier=EmailNotifier(
            FolderTransport(place.mails), sender=f"{firm.NAME} <{firm.mail_address('uren')}>", clock=clock
        ),
        reader=SheetFiles(),
        # The links are to work in this run only, so the key is thrown away with it.
        links=Links(address, [SigningKey("demo", secrets.token_bytes(32))]),
        clock=clock,
        translator=speaker,
    )


def _console() -> Console:
    """The terminal, at least as wide as the figures need: lines that are broken beat figures that are cut off."""
    console = Console()
    console.width = max(console.width, _LEAST_WIDTH)
    return console


@contextmanager
def _progress(speaker: Translator, *, is_shown: bool) -> Iterator[playing.Progress]:
    """A bar on the error stream while the quarter goes by, if somebody watches."""
    console = Console(stderr=True)
    if not (is_shown and console.is_terminal and sys.stdout.isatty()):
        yield playing.unseen
        return
    columns = (BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def told(done: int, total: int, day: date) -> None:
            bar.update(task, completed=done, total=total, description=speaker.date(day))

        yield told


def _announce(link: str, speaker: Translator) -> None:
    console = Console()
    console.print()
    console.print(speaker.text("This request is open today. Decide as the customer does:"), style="bold")
    console.print(link, soft_wrap=True, highlight=False, markup=False)
    console.print(speaker.text("Ctrl-C ends the demo."))
