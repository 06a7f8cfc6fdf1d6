"""The catalogs are complete and consistent, and the script that keeps them so does its work."""

import json
from pathlib import Path

import pytest

from scripts import catalogs

pytestmark = pytest.mark.requirement("B-11")

MESSAGES = {"closed": "Closed since {on}."}
TRANSLATED = {"nl": "Gesloten sinds {on}.", "fr": "Fermé depuis {on}.", "de": "Geschlossen seit {on}."}


def problems(source: Path) -> list[str]:
    """What the check finds in a source tree that says `MESSAGES`."""
    return catalogs.check(source, MESSAGES)


def write(source: Path, name: str, text: str) -> None:
    """A source file."""
    path = source / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def rewrite(source: Path, old: str, new: str) -> None:
    """Change the Dutch catalog by hand, as a translator does."""
    path = catalogs.path_of(source, "nl")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small source tree whose catalogs are in order."""
    assert catalogs.add(tmp_path, MESSAGES, {"Closed since {on}.": TRANSLATED}) == []
    return tmp_path


def test_everything_a_person_reads_is_translated() -> None:
    """No sentence of the product is missing, fuzzy or obsolete, or loses a placeholder on the way."""
    assert catalogs.check() == []


def test_complete_catalogs_pass(source: Path) -> None:
    """The tree that the other tests spoil is in order by itself."""
    assert problems(source) == []


def test_missing_translation_is_found(source: Path) -> None:
    """An empty translation is none."""
    rewrite(source, "Gesloten sinds {on}.", "")
    assert problems(source) == ["nl: missing: 'Closed since {on}.'"]


def test_fuzzy_translation_is_found(source: Path) -> None:
    """A guess is not shown to anybody."""
    rewrite(source, 'msgid "Closed', '#, fuzzy\nmsgid "Closed')
    assert problems(source) == ["nl: fuzzy: 'Closed since {on}.'"]


@pytest.mark.parametrize("wrong", ["{op}", "", "{on} {by}"])
def test_differing_placeholder_is_found(source: Path, wrong: str) -> None:
    """A renamed, dropped or invented placeholder would raise, or hide something, when it is shown."""
    rewrite(source, "sinds {on}", f"sinds {wrong}")
    assert [line.split(",")[0] for line in problems(source)] == ["nl: placeholders differ"]


@pytest.mark.parametrize("wrong", ["{on", "{on!r}", "{on:>9}", "{on.year}", "{0}", "{}"])
def test_placeholder_that_is_no_plain_name_is_found(source: Path, wrong: str) -> None:
    """A catalog fills in names and does nothing else."""
    rewrite(source, "sinds {on}", f"sinds {wrong}")
    assert [line.split(",")[0] for line in problems(source)] == ["nl: not well formed"]


def test_obsolete_translation_is_found(source: Path) -> None:
    """What the source no longer says is to be dropped."""
    write(
        source, "locale/nl/worktraq.po", catalogs.path_of(source, "nl").read_text("utf-8") + '\nmsgid "Z"\nmsgstr "Y"\n'
    )
    assert problems(source) == ["nl: obsolete: 'Z'"]


def test_catalog_in_another_form_is_found(source: Path) -> None:
    """So that a change of a catalog shows nothing but the change."""
    rewrite(source, '"Language: nl\\n"\n', '"Language: nl\\n"\n"X-Generator: somebody\\n"\n')
    assert problems(source) == ["nl: not in the form that `catalogs.py extract` writes"]


@pytest.mark.parametrize(
    ("name", "text", "sentences"),
    [
        ("cli/demo.py", 't.text("Hours" " worked", n=1)', {"Hours worked": ""}),
        ("cli/demo.py", '_("Hours")', {"Hours": ""}),
        ("cli/demo.py", 't.plural("{count} row", "{count} rows", 2)', {"{count} row": "{count} rows"}),
        ("adapters/web/templates/a.html", "{% trans %}\n  Dear\n  reader\n{% endtrans %}", {"Dear reader": ""}),
        ("adapters/web/templates/a.html", "{% trans name=n %}Dear {{ name }}{% endtrans %}", {"Dear %(name)s": ""}),
        ("adapters/web/templates/a.html", "{{ _('Approve') }}", {"Approve": ""}),
        (
            "adapters/email/templates/a.txt",
            "{% trans count=n %}{{ count }} row{% pluralize %}{{ count }} rows{% endtrans %}",
            {"%(count)s row": "%(count)s rows"},
        ),
        ("core/rules.py", 'text("Hours")', {}),
        ("adapters/sqlalchemy/store.py", 'text("SELECT 1")', {}),
        ("cli/demo.py", "t.text(MESSAGES[code])", {}),
    ],
)
def test_sentences_are_collected(tmp_path: Path, name: str, text: str, sentences: dict[str, str]) -> None:
    """From calls and templates, but not from layers that speak in codes."""
    write(tmp_path, name, text)
    assert catalogs.wanted_in(tmp_path, {}) == sentences


def test_sentence_that_cannot_be_translated_is_refused(tmp_path: Path) -> None:
    """An f-string would look translated, and never be."""
    write(tmp_path, "cli/demo.py", 't.text(f"{hours} hours")')
    with pytest.raises(SystemExit, match="f-string"):
        catalogs.wanted_in(tmp_path, {})


def test_extracting_twice_changes_nothing(source: Path) -> None:
    """No date, no place, no order by chance."""
    write(source, "cli/demo.py", 't.text("B"); t.text("A"); t.plural("{count} row", "{count} rows", 2)')
    catalogs.extract(source, MESSAGES)
    first = catalogs.path_of(source, "fr").read_bytes()
    catalogs.extract(source, MESSAGES)
    assert catalogs.path_of(source, "fr").read_bytes() == first


def test_translation_comes_back_with_its_sentence(source: Path) -> None:
    """A sentence that is away for a while keeps its translation."""
    catalogs.extract(source, {})
    catalogs.extract(source, MESSAGES)
    assert problems(source) == []


def test_pruning_drops_what_is_not_said(source: Path) -> None:
    """For good."""
    catalogs.extract(source, {}, is_pruned=True)
    assert "Gesloten" not in catalogs.path_of(source, "nl").read_text("utf-8")


def test_missing_ones_are_listed_in_the_form_that_add_takes(source: Path) -> None:
    """A translator fills the list in, and gives it back."""
    write(source, "cli/demo.py", 't.plural("{count} row", "{count} rows", 2)')
    gaps = catalogs.missing(source, MESSAGES)
    gap = {"plural": "{count} rows", "nl": ["", ""], "fr": ["", ""], "de": ["", ""]}
    assert json.loads(json.dumps(gaps)) == {"{count} row": gap}


def test_added_plural_passes(source: Path) -> None:
    """The singular may say "one" in words where it is about one only."""
    write(source, "cli/demo.py", 't.plural("{count} row", "{count} rows", 2)')
    rows = {"nl": ["een rij", "{count} rijen"], "de": ["eine Zeile", "{count} Zeilen"]}
    catalogs.add(source, MESSAGES, {"{count} row": {**rows, "fr": ["{count} ligne", "{count} lignes"]}})
    assert problems(source) == []


def test_french_singular_keeps_its_count(source: Path) -> None:
    """It is about none as well as about one."""
    write(source, "cli/demo.py", 't.plural("{count} row", "{count} rows", 2)')
    complaints = catalogs.add(source, MESSAGES, {"{count} row": {"fr": ["une ligne", "{count} lignes"]}})
    assert [line.split(",")[1].strip() for line in complaints] == ["placeholders differ"]


def test_wrong_addition_is_left_out(source: Path) -> None:
    """What was there stays."""
    complaints = catalogs.add(source, MESSAGES, {"Closed since {on}.": {"nl": "Dicht."}})
    assert (len(complaints), problems(source)) == (1, [])


def test_addition_without_a_sentence_is_kept_and_reported(source: Path) -> None:
    """It waits for its sentence, and the check says so."""
    complaints = catalogs.add(source, MESSAGES, {"Later": {"nl": "Later"}})
    assert (len(complaints), problems(source)) == (1, ["nl: obsolete: 'Later'"])
