"""The catalogs of `src/worktraq/locale`: collect what is to be translated, merge it in, check it.

    scripts/catalogs.py extract [--prune]   bring the catalogs in line with the source
    scripts/catalogs.py missing             print what still has to be translated, as JSON to fill in
    scripts/catalogs.py add FILE.json ...   merge translations in
    scripts/catalogs.py check               fail on what is missing, fuzzy, obsolete or inconsistent

English is the source and has no catalog. A file for `add` holds, per English sentence, its translations:

    {"Hour": {"nl": "Uur", "fr": "Heure", "de": "Stunde"},
     "{count} day": {"plural": "{count} days", "nl": ["{count} dag", "{count} dagen"], ...}}

What the source no longer says is kept as a comment, and comes back to life when the source says it
again; `extract --prune` drops it.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from worktraq.core.identifiers import LANGUAGES as SPOKEN
from worktraq.messages import MESSAGES

SOURCE = Path(__file__).resolve().parents[1] / "src" / "worktraq"
LANGUAGES = tuple(language for language in SPOKEN if language != "en")
# The layers that speak in codes only, and those where "text" is a column type or a strategy.
WITHOUT_TEXT = ("core", "ports", "usecases", "testing", "adapters/sqlalchemy")
TEMPLATES = frozenset({".html", ".txt", ".j2", ".jinja"})
# How many sentences a call holds: one, or a singular and a plural.
CALLS = {"_": 1, "gettext": 1, "text": 1, "ngettext": 2, "plural": 2}
# Of these languages the singular is about one only, and may say so without a figure.
ONE_IS_ONE = frozenset({"nl", "de"})
COUNTS = frozenset({"count", "num"})
_PERCENT = re.compile(r"%\((\w+)\)s")

Wanted: TypeAlias = Mapping[str, str]  # the singular (or only) sentence, and its plural or ""
Found: TypeAlias = tuple[str, str]
Entry: TypeAlias = Mapping[str, str | list[str]]
Additions: TypeAlias = Mapping[str, Entry]


def wanted_in(source: Path, messages: Mapping[str, str]) -> dict[str, str]:
    """Every sentence that is to be translated, with its plural where it has one."""
    wanted = dict.fromkeys(messages.values(), "")
    for path in sorted(source.rglob("*")):
        place = path.relative_to(source).as_posix()
        if any(place.startswith(f"{folder}/") for folder in WITHOUT_TEXT):
            continue
        for singular, plural in _found_in(path):
            wanted[singular] = plural or wanted.get(singular, "")
    return wanted


def _found_in(path: Path) -> Iterator[Found]:
    if path.suffix == ".py":
        return _in_python(path)
    if path.suffix in TEMPLATES and "templates" in path.parts:
        return _in_template(path)
    return iter(())


def _in_python(path: Path) -> Iterator[Found]:
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        if name not in CALLS:
            continue
        if isinstance(node.args[0], ast.JoinedStr):
            raise SystemExit(f"{path}:{node.lineno}: an f-string cannot be translated; give parameters instead")
        values = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        yield from _as_found(name, values)


def _in_template(path: Path) -> Iterator[Found]:
    # "trimmed" is how our environments are set up: line breaks in a {% trans %} block are blanks.
    options = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
    with path.open("rb") as file:
        for _line, name, message, _comments in babel_extract(file, tuple(CALLS), (), options):
            yield from _as_found(name, [message] if isinstance(message, str) else list(message or ()))


def _as_found(name: str, values: Sequence[object]) -> Iterator[Found]:
    sentences = [value for value in values[: CALLS[name]] if isinstance(value, str) and value]
    if len(sentences) == CALLS[name]:
        yield sentences[0], sentences[1] if len(sentences) == 2 else ""


def path_of(source: Path, language: str) -> Path:
    """Where the catalog of a language stands."""
    return source / "locale" / language / "worktraq.po"


def load(source: Path, language: str) -> Catalog:
    """The catalog as it stands, or an empty one."""
    path = path_of(source, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def aligned(old: Catalog, wanted: Wanted) -> Catalog:
    """The catalog with exactly the wanted sentences; known translations are kept, unused ones as comments."""
    new = Catalog(locale=old.locale)
    known = {_key(message): message for message in [*old.obsolete.values(), *old] if message.id}
    for singular, plural in wanted.items():
        message = known.get((singular, plural))
        is_fuzzy = message is not None and message.fuzzy
        id_ = (singular, plural) if plural else singular
        new.add(id_, message.string if message else "", flags=["fuzzy"] if is_fuzzy else ())
    for key, message in known.items():
        if wanted.get(key[0]) != key[1] and any(_strings(message)):
            new.obsolete[key] = Message(message.id, message.string)
    return new


def _key(message: Message) -> Found:
    if isinstance(message.id, str):
        return message.id, ""
    singular, plural = message.id
    return str(singular), str(plural)


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def rendered(catalog: Catalog, language: str) -> str:
    """The text of a catalog: sorted, and without dates, places and tools, so that only its content changes it."""
    for message in catalog:
        # Babel guesses formats; a sentence about "50 % of" is none.
        message.flags &= {"fuzzy"}
    plurals = get_plural(language)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {plurals.plural_forms}\\n"\n\n'
    )
    body = BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    return header + body.getvalue().decode("utf-8").rstrip("\n") + "\n"


def save(source: Path, language: str, catalog: Catalog) -> None:
    """Write the catalog of a language."""
    path = path_of(source, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rendered(catalog, language), encoding="utf-8")


def placeholders(sentence: str) -> frozenset[str]:
    """The names that a sentence fills in, ``{name}`` or ``%(name)s``.

    Raises:
        ValueError: When a brace stands alone, or holds anything but a name.
    """
    if found := _PERCENT.findall(sentence):
        return frozenset(found)
    names = set()
    for _literal, name, form, conversion in Formatter().parse(sentence):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError(f"{{{name}}} is not a plain name")
        names.add(name)
    return frozenset(names)


def problems_of(message: Message, language: str) -> Iterator[str]:
    """What is wrong with the translation of one sentence."""
    singular, plural = _key(message)
    strings = _strings(message)
    if message.fuzzy:
        yield "fuzzy"
    if not strings or not all(strings) or (plural and len(strings) != get_plural(language).num_plurals):
        yield "missing"
        return
    try:
        needed = placeholders(singular) | placeholders(plural)
        filled = [placeholders(translation) for translation in strings]
    except ValueError as error:
        yield f"not well formed, {error}"
        return
    for form, names in enumerate(filled):
        optional = COUNTS if plural and form == 0 and language in ONE_IS_ONE else frozenset()
        if not needed - optional <= names <= needed:
            yield f"placeholders differ, {sorted(needed)} and {sorted(names)}"
    if "%" in "".join(strings) and "%" not in singular + plural:
        yield "a percent sign that the source does not have"


def check(source: Path = SOURCE, messages: Mapping[str, str] = MESSAGES) -> list[str]:
    """Everything that is wrong with the catalogs, a line for each; nothing when all is well."""
    wanted = wanted_in(source, messages)
    return [f"{language}: {line}" for language in LANGUAGES for line in _check_one(source, language, wanted)]


def _check_one(source: Path, language: str, wanted: Wanted) -> Iterator[str]:
    catalog = load(source, language)
    stored = {_key(message): message for message in catalog if message.id}
    for key in wanted.items():
        if key not in stored:
            yield f"missing: {key[0]!r}"
    for key, message in stored.items():
        if wanted.get(key[0]) != key[1]:
            yield f"obsolete: {key[0]!r}"
        else:
            yield from (f"{problem}: {key[0]!r}" for problem in problems_of(message, language))
    yield from (f"obsolete: {_key(message)[0]!r}" for message in catalog.obsolete.values())
    path = path_of(source, language)
    if path.exists() and path.read_text("utf-8") != rendered(catalog, language):
        yield "not in the form that `catalogs.py extract` writes"


def extract(source: Path, messages: Mapping[str, str], *, is_pruned: bool = False) -> None:
    """Bring the catalogs in line with the source; translations that are there are kept."""
    wanted = wanted_in(source, messages)
    for language in LANGUAGES:
        catalog = aligned(load(source, language), wanted)
        if is_pruned:
            catalog.obsolete.clear()
        save(source, language, catalog)


def missing(source: Path, messages: Mapping[str, str]) -> Additions:
    """What still has to be translated, in the form that `add` takes."""
    gaps: dict[str, dict[str, str | list[str]]] = {}
    for language in LANGUAGES:
        for message in aligned(load(source, language), wanted_in(source, messages)):
            if message.id and "missing" in problems_of(message, language):
                singular, plural = _key(message)
                gap = gaps.setdefault(singular, {"plural": plural} if plural else {})
                gap[language] = [""] * get_plural(language).num_plurals if plural else ""
    return gaps


def add(source: Path, messages: Mapping[str, str], additions: Additions) -> list[str]:
    """Merge translations in; a translation that is wrong is left out.

    Returns:
        A line for every translation that was left out, or that the source has no use for (yet).
    """
    wanted = wanted_in(source, messages)
    complaints: list[str] = []
    for language in LANGUAGES:
        catalog = aligned(load(source, language), wanted)
        for singular, entry in additions.items():
            if not entry.get(language):
                continue
            plural = wanted.get(singular, str(entry.get("plural", "")))
            given = entry[language]
            message = Message((singular, plural) if plural else singular, tuple(given) if plural else given)
            has_forms = isinstance(given, list) == bool(plural)
            wrong = list(problems_of(message, language)) if has_forms else ["wrong number of forms"]
            complaints += [f"{language}: left out, {problem}: {singular!r}" for problem in wrong]
            if not wrong and singular in wanted:
                catalog.delete(message.id)
                catalog.add(message.id, message.string)
            elif not wrong:
                catalog.obsolete[_key(message)] = message
                complaints.append(f"{language}: kept, though the source does not say it: {singular!r}")
        save(source, language, catalog)
    return complaints


def _add_files(files: Iterable[Path]) -> list[str]:
    return [line for file in files for line in add(SOURCE, MESSAGES, json.loads(file.read_text("utf-8")))]


def _print_missing() -> list[str]:
    print(json.dumps(missing(SOURCE, MESSAGES), ensure_ascii=False, indent=2, sort_keys=True))
    return []


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its complaints, if any, go to standard error and make it fail."""
    parser = argparse.ArgumentParser(description="The catalogs of src/worktraq/locale.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract").add_argument("--prune", action="store_true", help="drop what is not used")
    commands.add_parser("missing")
    commands.add_parser("check")
    commands.add_parser("add").add_argument("files", nargs="+", type=Path)
    chosen = parser.parse_args(arguments)
    run: Mapping[str, Callable[[], list[str] | None]] = {
        "extract": lambda: extract(SOURCE, MESSAGES, is_pruned=chosen.prune),
        "missing": _print_missing,
        "check": check,
        "add": lambda: _add_files(chosen.files),
    }
    complaints = run[chosen.command]() or []
    for line in complaints:
        print(line, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
