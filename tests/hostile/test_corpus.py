"""Hostile and broken files: each is refused for a reason, in bounded time and memory, and nothing of it is imported.

The bounds are those that a process of its own is given: 200 MB and, for each file, 5 seconds. See `tests.hostile.worker`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.archives import ARCHIVES
from tests.hostile.cells import CELLS
from tests.hostile.markup import DOCTYPES, MARKUP
from tests.hostile.texts import ENCODINGS, OTHER_KINDS, TEXTS
from tests.hostile.workers import Answer, Worker, running

pytest.importorskip("resource", reason="limits on a process are set as Unix does")

CORPUS = {
    f"{group}: {name}": made
    for group, corpus in (
        ("archive", ARCHIVES),
        ("document type", DOCTYPES),
        ("markup", MARKUP),
        ("cells", CELLS),
        ("other kind", OTHER_KINDS),
        ("encoding", ENCODINGS),
        ("CSV", TEXTS),
    )
    for name, made in corpus.items()
}
REFUSED = {"error", "refused rows"}


@pytest.fixture(scope="module")
def workers() -> Iterator[list[Worker]]:
    """The one process that takes all files of the corpus, one after another."""
    with running() as worker:
        yield [worker]


@pytest.fixture
def worker(workers: list[Worker]) -> Worker:
    """The process, still alive."""
    assert workers[0].is_alive
    return workers[0]


def answer(worker: Worker, folder: Path, content: bytes, name: str = "klanten.xlsx") -> Answer:
    """What becomes of a file with this content."""
    path = folder / name
    path.write_bytes(content)
    found = worker.asked(path)
    path.unlink()
    return found


def test_corpus_is_large() -> None:
    """It keeps its size."""
    assert len(CORPUS) >= 150


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize(("make", "code"), CORPUS.values(), ids=CORPUS.keys())
def test_bad_file_is_refused_and_nothing_of_it_imported(
    worker: Worker, tmp_path: Path, make: Callable[[], bytes], code: str
) -> None:
    """A typed error or refused rows, the store as before, and the process goes on."""
    found = answer(worker, tmp_path, make())
    assert (found.outcome in REFUSED, code in found.codes, found.is_unchanged) == (True, True, True), found
