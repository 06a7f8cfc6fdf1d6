"""The Python examples of README.md and `docs/`.

A page is one test, so that its examples can build on each other wherever tests are spread over processes. An
example that cannot run is preceded by `<!-- skip: next -->`, with the reason beside it.
"""

import re
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).parents[2]
OF_A_PACKAGE = frozenset({"write-an-accounting-adapter.md", "adapter-with-tokens-and-changes.md"})
"""Show the files of a package, which run in `test_adapter_tutorial` and `test_adapter_with_changes`."""

PAGES = [
    page
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if "_build" not in page.parts
    and page.name not in OF_A_PACKAGE
    and re.search(r"```python|code-block\} python", page.read_text(encoding="utf-8"))
]

examples = Sybil(parsers=[PythonCodeBlockParser(), SkipParser()], path=str(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_examples_run_from_top_to_bottom(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page shows works as it is written, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    ran = 0
    for example in examples.parse(page).examples():
        example.evaluate()
        ran += 1
    assert ran > 0, "no example was recognised as one"
