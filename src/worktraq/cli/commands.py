"""The commands, and what happens when one cannot be done."""

import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click

from worktraq import __version__
from worktraq.cli.accounting import accounting_commands
from worktraq.cli.databases import open_store, without_password
from worktraq.cli.extras import explanation
from worktraq.cli.helping import SpokenCommand, SpokenGroup, usage_problem
from worktraq.cli.speaking import language_of_reader
from worktraq.demo.place import PlaceRefused
from worktraq.errors import WorktraqError
from worktraq.i18n import LANGUAGES, Translator, localize, translator

DEFAULT_FOLDER = "worktraq-demo"


def run(arguments: Sequence[str], prog_name: str = "worktraq") -> int:
    """Run a command and say what goes wrong, in one line on the error stream.

    Args:
        arguments: The words after the program's name.
        prog_name: As usage messages call the program.

    Returns:
        The exit code; see `worktraq.cli.main`.
    """
    language = language_of_reader(arguments)
    speaker = translator(language)
    try:
        code = command_line(speaker).main(list(arguments), prog_name, standalone_mode=False, obj=language)
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return 2
    except click.UsageError as error:
        return _failed(prog_name, usage_problem(error, speaker), 2)
    except WorktraqError as error:
        return _failed(prog_name, described(error, speaker))
    except ModuleNotFoundError as error:
        return _failed(prog_name, explanation(error, arguments))
    except (KeyboardInterrupt, click.Abort):
        return _failed(prog_name, speaker.text("Interrupted."), 130)
    return code if isinstance(code, int) else 0


def described(error: WorktraqError, speaker: Translator) -> str:
    """What went wrong, in the language of the reader."""
    if isinstance(error, PlaceRefused):
        return speaker.text(error.sentence, path=str(error.path))
    return localize(error, speaker.language)


def _failed(prog_name: str, problem: str, code: int = 1) -> int:
    print(f"{prog_name}: {problem}", file=sys.stderr)
    return code


def command_line(speaker: Translator) -> click.Group:
    """The commands with their help, in one language."""
    group = SpokenGroup(
        "worktraq",
        help=speaker.text("Hours and expenses, approved inside the firm and by the customer, and billed."),
        add_help_option=False,
        no_args_is_help=True,
        options_metavar="",
        subcommand_metavar=speaker.text("COMMAND"),
        params=[
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_show_version,
                help=speaker.text("Show the version."),
            ),
            _help_option(speaker),
        ],
    )
    group.add_command(_demo(speaker))
    group.add_command(_migrate(speaker))
    group.add_command(_report(speaker))
    group.add_command(accounting_commands(speaker, _help_option(speaker)))
    return group


def _help_option(speaker: Translator) -> click.Option:
    return click.Option(
        ["--help"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_help,
        help=speaker.text("Show this help."),
    )


def _show_help(context: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help())
        context.exit()


def _show_version(context: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"worktraq {__version__}")
        context.exit()


def _demo(speaker: Translator) -> click.Command:
    return SpokenCommand(
        "demo",
        callback=demo,
        help=speaker.text(
            "Watch a small firm go through the second quarter of 2024: customers from an Excel file, hours and "
            "expenses, approval inside and by customers, and what is not billed yet and why."
        ),
        short_help=speaker.text("Watch a small firm go through a quarter."),
        add_help_option=False,
        options_metavar=speaker.text("[OPTIONS]"),
        params=[
            click.Option(
                ["--serve"],
                is_flag=True,
                help=speaker.text("Keep one request to a customer open today, and show its page until Ctrl-C."),
            ),
            click.Option(["--lang"], type=click.Choice(LANGUAGES), help=speaker.text("Speak this language.")),
            click.Option(
                ["--db"],
                metavar="URL",
                help=speaker.text(
                    "Found a new organization in this database, such as postgresql://user@host/name. By default a "
                    "SQLite file is made afresh."
                ),
            ),
            click.Option(
                ["--out"],
                metavar=speaker.text("FOLDER"),
                type=click.Path(file_okay=False, path_type=Path),
                default=Path(DEFAULT_FOLDER),
                help=speaker.text(
                    "Put the mails, and the SQLite file, into this folder; {folder} by default.", folder=DEFAULT_FOLDER
                ),
            ),
            click.Option(
                ["--json", "as_json"], is_flag=True, help=speaker.text("Print nothing but the figures, as JSON.")
            ),
            _help_option(speaker),
        ],
    )


def demo(*, serve: bool, lang: str | None, db: str | None, out: Path, as_json: bool) -> None:
    """Play the demo; see its help."""
    from worktraq.cli.performing import perform

    language = lang or click.get_current_context().obj
    perform(language=language, url=db, folder=out, is_served=serve, as_json=as_json)


def _report(speaker: Translator) -> click.Command:
    file = click.Path(dir_okay=False, path_type=Path)
    return SpokenCommand(
        "report",
        callback=report,
        help=speaker.text("Show what is not billed yet, why, and for how long; as a picture and as a table, too."),
        add_help_option=False,
        options_metavar=speaker.text("[OPTIONS]"),
        params=[
            click.Option(
                ["--db"],
                metavar="URL",
                required=True,
                help=speaker.text("Of this database, such as postgresql://user@host/name."),
            ),
            click.Option(
                ["--organization"],
                type=click.UUID,
                metavar="ID",
                help=speaker.text("Of this organization; needed where the database holds several."),
            ),
            click.Option(
                ["--as", "email"],
                metavar=speaker.text("ADDRESS"),
                default="",
                help=speaker.text("As the user with this mail address sees it; by default an administrator."),
            ),
            click.Option(
                ["--chart"],
                type=file,
                metavar=speaker.text("FILE"),
                help=speaker.text("Draw a picture into this file (.svg)."),
            ),
            click.Option(
                ["--export"],
                type=file,
                metavar=speaker.text("FILE"),
                help=speaker.text("Write every item into this file (.xlsx or .csv)."),
            ),
            click.Option(["--lang"], type=click.Choice(LANGUAGES), help=speaker.text("Speak this language.")),
            _help_option(speaker),
        ],
    )


def report(
    *, db: str, organization: UUID | None, email: str, chart: Path | None, export: Path | None, lang: str | None
) -> None:
    """Show what is not billed yet; see its help."""
    from worktraq.cli.reporting import report as shown

    language = lang or click.get_current_context().obj
    shown(url=db, organization=organization, email=email, chart=chart, export=export, language=language)


def _migrate(speaker: Translator) -> click.Command:
    return SpokenCommand(
        "migrate",
        callback=migrate,
        help=speaker.text("Bring the schema of a database up to date."),
        add_help_option=False,
        options_metavar=speaker.text("[OPTIONS]"),
        params=[
            click.Option(
                ["--db"],
                metavar="URL",
                required=True,
                help=speaker.text("Of this database, such as postgresql://user@host/name."),
            ),
            click.Option(["--lang"], type=click.Choice(LANGUAGES), help=speaker.text("Speak this language.")),
            _help_option(speaker),
        ],
    )


def migrate(*, db: str, lang: str | None) -> None:
    """Bring the schema of a database up to date."""
    speaker = translator(lang or click.get_current_context().obj)
    open_store(db).close()
    click.echo(speaker.text("The schema of {database} is up to date.", database=without_password(db)))
