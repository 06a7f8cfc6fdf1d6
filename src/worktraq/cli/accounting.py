"""`worktraq accounting list | check | plan | apply`: the commands and their options."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from worktraq.cli.helping import SpokenCommand, SpokenGroup
from worktraq.i18n import LANGUAGES, Translator

if TYPE_CHECKING:
    from worktraq.cli.bookkeeping import Where

CONFLICTS = ("keep-ours", "take-theirs")
SUGGESTIONS = ("match", "create")


def accounting_commands(speaker: Translator, help_option: click.Option) -> click.Group:
    """The group of commands.

    Args:
        speaker: Of the language of the help.
        help_option: What shows the help.
    """
    group = SpokenGroup(
        "accounting",
        help=speaker.text("Read customers, contacts and users out of an accounting system."),
        add_help_option=False,
        no_args_is_help=True,
        options_metavar="",
        subcommand_metavar=speaker.text("COMMAND"),
        params=[help_option],
    )
    options = _Options(speaker, help_option)
    group.add_command(
        SpokenCommand(
            "list",
            callback=list_sources,
            help=speaker.text("Show which accounting systems can be connected, and what has to be filled in."),
            add_help_option=False,
            options_metavar=speaker.text("[OPTIONS]"),
            params=[options.as_json(), options.language(), help_option],
        )
    )
    for name, callback, said, more in (
        ("check", check, speaker.text("Try the connection, and show whose books are read."), []),
        ("plan", plan, speaker.text("Show what an import would do; nothing is changed."), [options.anew()]),
        (
            "apply",
            apply,
            speaker.text("Import what is new. What was broken off goes on where it stopped."),
            [options.anew(), options.conflicts(), options.suggestions()],
        ),
    ):
        group.add_command(
            SpokenCommand(
                name,
                callback=callback,
                help=said,
                add_help_option=False,
                options_metavar=speaker.text("[OPTIONS]"),
                params=[*options.of_connection(), *more, options.as_json(), options.language(), help_option],
            )
        )
    return group


class _Options:
    def __init__(self, speaker: Translator, help_option: click.Option) -> None:
        self._speaker = speaker
        self._help = help_option

    def of_connection(self) -> list[click.Parameter]:
        text = self._speaker.text
        folder = click.Path(file_okay=False, path_type=Path)
        file = click.Path(dir_okay=False, path_type=Path)
        return [
            click.Option(
                ["--db"],
                metavar="URL",
                required=True,
                envvar="WORKTRAQ_DB",
                help=text("Of this database, such as postgresql://user@host/name."),
            ),
            click.Option(
                ["--organization"],
                type=click.UUID,
                metavar="ID",
                help=text("Of this organization; needed where the database holds several."),
            ),
            click.Option(
                ["--as", "email"],
                metavar=text("ADDRESS"),
                default="",
                help=text("As the user with this mail address; by default an administrator."),
            ),
            click.Option(
                ["--source"],
                metavar=text("NAME"),
                default="",
                help=text("Connect this accounting system, if none is connected yet."),
            ),
            click.Option(
                ["--setting", "settings"],
                multiple=True,
                metavar="NAME=VALUE",
                help=text("A setting of the accounting system that is no secret; may be given several times."),
            ),
            click.Option(
                ["--secrets", "secrets_file"],
                type=file,
                metavar=text("FILE"),
                help=text(
                    "Take the secrets out of this JSON file. They can stand in the environment as well, as "
                    "WORKTRAQ_SECRET_ and the name in capitals; never on the command line."
                ),
            ),
            click.Option(
                ["--vault"],
                type=folder,
                metavar=text("FOLDER"),
                envvar="WORKTRAQ_VAULT",
                default=Path("worktraq-secrets"),
                help=text("Keep the secrets in this folder, which only you can read."),
            ),
        ]

    def anew(self) -> click.Option:
        said = self._speaker.text("Read everything, also what was read before.")
        return click.Option(["--from-beginning"], is_flag=True, help=said)

    def conflicts(self) -> click.Option:
        said = self._speaker.text(
            "What counts where something was changed both here and there; otherwise that stays open."
        )
        return click.Option(["--conflicts"], type=click.Choice(CONFLICTS), help=said)

    def suggestions(self) -> click.Option:
        said = self._speaker.text(
            "Whether who looks like a customer of yours is that customer; otherwise that stays open."
        )
        return click.Option(["--suggestions"], type=click.Choice(SUGGESTIONS), help=said)

    def as_json(self) -> click.Option:
        said = self._speaker.text("Print nothing but the figures, as JSON.")
        return click.Option(["--json", "as_json"], is_flag=True, help=said)

    def language(self) -> click.Option:
        return click.Option(["--lang"], type=click.Choice(LANGUAGES), help=self._speaker.text("Speak this language."))


def list_sources(*, as_json: bool, lang: str | None) -> None:
    """Show what can be connected; see its help."""
    from worktraq.cli.bookkeeping import print_sources

    print_sources(_language(lang), as_json=as_json)


def check(*, as_json: bool, lang: str | None, **where: object) -> None:
    """Try the connection; see its help."""
    from worktraq.cli.bookkeeping import Bookkeeping

    with Bookkeeping.opened(_language(lang), as_json=as_json, where=_where(**where)) as books:  # type: ignore[arg-type]  # click gives what the options say
        books.check()


def plan(*, from_beginning: bool, as_json: bool, lang: str | None, **where: object) -> None:
    """Show what an import would do; see its help."""
    from worktraq.cli.bookkeeping import Bookkeeping

    with Bookkeeping.opened(_language(lang), as_json=as_json, where=_where(**where)) as books:  # type: ignore[arg-type]  # as above
        books.plan(from_beginning=from_beginning)


def apply(
    *,
    from_beginning: bool,
    conflicts: str | None,
    suggestions: str | None,
    as_json: bool,
    lang: str | None,
    **where: object,
) -> int:
    """Import what is new; see its help."""
    from worktraq.cli.bookkeeping import Bookkeeping
    from worktraq.core.imports import ConflictDecision, Decisions, MatchDecision

    decisions = Decisions(
        ConflictDecision(conflicts.replace("-", "_")) if conflicts else None,
        MatchDecision(suggestions) if suggestions else None,
    )
    with Bookkeeping.opened(_language(lang), as_json=as_json, where=_where(**where)) as books:  # type: ignore[arg-type]  # as above
        return books.apply(decisions, from_beginning=from_beginning)


def _where(
    *,
    db: str,
    organization: UUID | None,
    email: str,
    source: str,
    settings: tuple[str, ...],
    secrets_file: Path | None,
    vault: Path,
) -> "Where":
    from worktraq.cli.bookkeeping import Where

    return Where(db, organization, email, source, settings, secrets_file, vault)


def _language(lang: str | None) -> str:
    language: str = lang or click.get_current_context().find_root().obj
    return language
