"""What a worker writes down beside the database: what it is about to do, and what it was told that it did.

Every line is on the disk before the worker goes on, so that it is there whatever ends the worker.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from attrs import define, frozen

from worktraq.core.ids import uuid7

Line = Mapping[str, object]


@frozen(order=True)
class Tag:
    """Which transaction made something; every id that is drawn in it carries it.

    Attributes:
        fork: The worker, from 1; 0 is what was there before any worker.
        command: The number of the command in its life.
        attempt: The number of the transaction within the command.
    """

    fork: int
    command: int = 0
    attempt: int = 0


def tag_of(made: UUID) -> Tag:
    """The tag in an id."""
    entropy = made.int & 0x3FFF_FFFF_FFFF_FFFF
    return Tag(entropy >> 40, entropy >> 24 & 0xFFFF, entropy >> 16 & 0xFF)


class TaggedIds:
    """Ids of version 7 that tell which transaction drew them.

    Attributes:
        tag: Of what is drawn now.
        drawn: The ids of this transaction so far.
    """

    def __init__(self, fork: int = 0) -> None:
        self.tag = Tag(fork)
        self.drawn: list[UUID] = []

    def begin(self, tag: Tag) -> None:
        """Draw for another transaction."""
        self.tag, self.drawn = tag, []

    def __call__(self) -> UUID:
        """The next id."""
        tag, count = self.tag, len(self.drawn)
        entropy = tag.fork << 40 | tag.command << 24 | tag.attempt << 16 | count
        made = uuid7(time.time_ns() // 1_000_000, count, entropy)
        self.drawn.append(made)
        return made


class Journal:
    """The file of one worker."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, **line: object) -> None:
        """Add a line; it is on the disk when this returns."""
        os.write(self._file, f"{json.dumps(line)}\n".encode())
        os.fsync(self._file)


def lines_of(path: Path) -> list[Line]:
    """What a worker wrote; the last line may have been cut short by its end."""
    if not path.exists():
        return []
    whole = path.read_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()]


@define
class Attempt:
    """A transaction that a worker was about to commit, or was told to be committed.

    Attributes:
        tag: Which one.
        command: The name of what it was part of.
        drawn: Every id that was drawn in it.
        is_acknowledged: Whether the database said that it is committed.
        point: Where its commit had come when the worker ended itself, if it did.
    """

    tag: Tag
    command: str
    drawn: frozenset[UUID]
    is_acknowledged: bool = False
    point: str = ""


@define
class Story:
    """All that the workers wrote down.

    Attributes:
        attempts: Transactions that drew ids and came to their commit.
        registered: Notes of what was registered, by the tag of the command, and whether that was acknowledged.
        sent: Ids of messages that were carried, as often as they were.
        noted: Ids of messages of calls that ended in good order.
        refused: How many commands were refused or met a conflict.
        failed: How many commands the database failed.
        done: How many commands were acknowledged.
    """

    attempts: dict[Tag, Attempt]
    registered: dict[str, tuple[Tag, bool]]
    sent: list[tuple[UUID, Tag]]
    noted: set[Tag]
    refused: int = 0
    failed: int = 0
    done: int = 0

    @classmethod
    def empty(cls) -> "Story":
        """Before anything happened."""
        return cls({}, {}, [], set())

    def add(self, fork: int, lines: Sequence[Line]) -> None:
        """Add what one worker wrote."""
        names: dict[int, str] = {}
        for line in lines:
            number = int(str(line["command"]))
            reader: Callable[[int, int, Line, dict[int, str]], None] = getattr(self, f"_{line['what']}")
            reader(fork, number, line, names)

    def _intent(self, fork: int, number: int, line: Line, names: dict[int, str]) -> None:
        names[number] = str(line["name"])
        for note in _strings(line.get("notes")):
            self.registered[note] = (Tag(fork, number), False)

    def _committing(self, fork: int, number: int, line: Line, names: dict[int, str]) -> None:
        tag = Tag(fork, number, int(str(line["attempt"])))
        drawn = frozenset(UUID(each) for each in _strings(line["drawn"]))
        self.attempts[tag] = Attempt(tag, names[number], drawn, point=str(line.get("point", "")))

    def _committed(self, fork: int, number: int, line: Line, _names: dict[int, str]) -> None:
        self.attempts[Tag(fork, number, int(str(line["attempt"])))].is_acknowledged = True

    def _sent(self, fork: int, number: int, line: Line, _names: dict[int, str]) -> None:
        self.sent.append((UUID(str(line["id"])), Tag(fork, number)))

    def _done(self, fork: int, number: int, line: Line, _names: dict[int, str]) -> None:
        self.done += 1
        self.noted.add(Tag(fork, number))
        for note in _strings(line.get("notes")):
            self.registered[note] = (Tag(fork, number), True)

    def _refused(self, _fork: int, _number: int, _line: Line, _names: dict[int, str]) -> None:
        self.refused += 1

    def _failed(self, _fork: int, _number: int, _line: Line, _names: dict[int, str]) -> None:
        self.failed += 1


def _strings(given: object) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list) else []
