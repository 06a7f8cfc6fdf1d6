"""The process that imports: it outlives bad files, and its limits are limits."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile.archives import good
from tests.hostile.cells import astral
from tests.hostile.markup import BILLION, a_cell, document, rows, sheets
from tests.hostile.texts import ACCENTS, TABLE, said
from tests.hostile.workers import Answer, Worker, running

pytest.importorskip("resource", reason="limits on a process are set as Unix does")

WORST: dict[str, Callable[[], bytes]] = {
    "cells in opposite corners": rows(a_cell("XFD1048576")),
    "entities that multiply": document(f"{BILLION}]>"),
    "endless accents": said(TABLE + f"2;a{ACCENTS * 32_000};x\n" * 150),
    "wide characters": lambda: astral(1_000),
    "wrong rows": said(TABLE + "x\x01;\x01;x;zzz\n" * 50_000),
    "sheets without end": sheets(200_000),
}


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A process of its own."""
    with running() as started:
        yield started


def asked(worker: Worker, path: Path, content: bytes) -> Answer:
    """What becomes of a file with this content."""
    path.write_bytes(content)
    return worker.asked(path)


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("make", WORST.values(), ids=WORST.keys())
def test_process_imports_a_good_file_after_the_worst(worker: Worker, tmp_path: Path, make: Callable[[], bytes]) -> None:
    """Nothing that one file does reaches the next."""
    bad = asked(worker, tmp_path / "bad.xlsx", make())
    assert (bad.outcome in {"error", "refused rows"}, bad.is_unchanged) == (True, True), bad
    assert asked(worker, tmp_path / "good.xlsx", good()).customers == ("Nova",)


def test_what_is_no_file_is_an_error(worker: Worker, tmp_path: Path) -> None:
    """A folder, nothing at all, a device without end, and a pipe into which nobody writes."""
    os.mkfifo(tmp_path / "pipe")
    places = (tmp_path, tmp_path / "missing.xlsx", tmp_path / "a" / "\0", Path("/dev/zero"), tmp_path / "pipe")
    assert {worker.asked(path).codes for path in places} == {("file_not_opened",)}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read_is_an_error(worker: Worker, tmp_path: Path) -> None:
    """The host's affair, not the sender's."""
    path = tmp_path / "klanten.xlsx"
    path.write_bytes(good())
    path.chmod(0)
    assert worker.asked(path).codes == ("file_not_opened",)


def test_memory_is_limited(worker: Worker) -> None:
    """A process that would need more than it is given says so."""
    assert worker.asked(Path("memory:")).outcome == "broken"


def test_time_is_limited(worker: Worker) -> None:
    """A process that takes longer than it is given ends."""
    assert worker.asked(Path("time:")).outcome == "ended"
