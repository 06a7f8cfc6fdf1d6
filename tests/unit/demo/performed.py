"""The demo, played once in memory for all tests that only look at what came of it."""

from functools import cache

from worktraq.adapters.excel import SheetFiles
from worktraq.adapters.memory import MemoryStore
from worktraq.core.links import Links, SigningKey
from worktraq.demo.outcome import Outcome
from worktraq.demo.playing import Play, clock_at_beginning
from worktraq.i18n import translator
from worktraq.ports.unit_of_work import Store
from worktraq.testing.fakes import RecordingNotifier

LINKS = Links("https://hours.example", [SigningKey("test", b"t" * 32)])


def a_play(store: Store, notifier: RecordingNotifier, language: str = "en") -> Play:
    """A demo that is ready to be played."""
    return Play(
        store,
        notifier=notifier,
        reader=SheetFiles(),
        links=LINKS,
        clock=clock_at_beginning(),
        translator=translator(language),
    )


@cache
def outcome() -> Outcome:
    """What there is to see at the end."""
    return a_play(MemoryStore(), RecordingNotifier()).run()
