"""The command line: `worktraq demo`, `migrate`, `report` and `accounting`. Stands above the adapters and puts them together.

    extras      which extra an absent library comes with
    speaking    the language of the reader
    helping     help and usage errors in that language
    commands    the commands and their options
    accounting  the commands about accounting systems; bookkeeping does what they say
    sources     the accounting sources that put two adapters together
    databases   opening a database by its address
    performing  the demo, with its adapters and its progress
    report      what there is to see in the demo, for people; tables holds the tables in it
    reporting   what is not billed yet in a database of one's own
    machine     the same for machines
    picture     the same as a picture
    serving     the page of the request that is kept open

Importing it loads neither click nor rich: without them it says what to install.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

from worktraq.cli.extras import explanation


def main(args: Sequence[str] | None = None, prog_name: str = "worktraq") -> NoReturn:
    """Run a command, and leave the process with its exit code.

    0 when it was done, 1 when it could not be, 2 when the command line is not understood, 130 when it was interrupted.

    Args:
        args: The words after the program's name; those of the process by default.
        prog_name: As usage messages call the program.
    """
    arguments = list(sys.argv[1:] if args is None else args)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that does not know a character gets a question mark, and the rest of the text.
            stream.reconfigure(errors="replace")
    try:
        from worktraq.cli.commands import run
    except ModuleNotFoundError as error:
        print(explanation(error, arguments), file=sys.stderr)
        sys.exit(1)
    sys.exit(run(arguments, prog_name))
