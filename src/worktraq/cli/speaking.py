"""The language in which the command line speaks to its reader. Imports nothing that may be absent."""

import os
from collections.abc import Mapping, Sequence

from worktraq.i18n import LANGUAGES, SOURCE_LANGUAGE, language_of

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of_reader(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """The language that is asked for with ``--lang``, else that of the environment, else English.

    It is looked for before the command line is understood, so that help and errors are in it as well.
    """
    asked = _asked(arguments)
    if asked in LANGUAGES:
        return asked
    for name in _VARIABLES:
        value = (os.environ if environment is None else environment).get(name, "")
        if value:
            return language_of(value.partition(":")[0].partition(".")[0])
    return SOURCE_LANGUAGE


def _asked(arguments: Sequence[str]) -> str:
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if word == "--lang":
            return following
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return ""
