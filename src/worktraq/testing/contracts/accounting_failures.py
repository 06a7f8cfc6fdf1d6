"""What a source must do when the system behind it fails: say which of four errors it is, lose nothing, tell no secret."""

import logging
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest

from worktraq.core.accounting import BEGINNING, SourcePage
from worktraq.errors import AdapterError, SourceBroken, SourceDenied, SourceLimited, SourceUnavailable
from worktraq.ports.accounting import AccountingSource
from worktraq.testing.sources import FOR_GOOD, LIMITS, Books, Failure, Run, pages_of, read_all, state_after

SOURCE_ERRORS = (SourceDenied, SourceLimited, SourceUnavailable, SourceBroken)
EXPECTED: Mapping[Failure, tuple[type[AdapterError], ...]] = {
    Failure.DENIED: (SourceDenied,),
    Failure.FORBIDDEN: (SourceDenied,),
    **dict.fromkeys(sorted(LIMITS), (SourceLimited,)),
    Failure.UNAVAILABLE: (SourceUnavailable,),
    Failure.BROKEN_OFF: (SourceUnavailable,),
    Failure.ERROR_INSIDE: SOURCE_ERRORS,
    Failure.NONSENSE: (SourceBroken, SourceUnavailable),
}
"""What a source raises for each failure; one that has run out is renewed, and shows nowhere."""

_WAIT = timedelta(seconds=90)
_SHORTEST_SECRET = 4
_UNSAVED = "call `credentials.save` before the new token is used: a crash in between would lose it"
_failing = pytest.mark.parametrize("failure", EXPECTED, ids=lambda failure: failure.value)


class FailingSourceContract(ABC):
    """Failing: in the way that it is said, without losing or deleting anything."""

    @abstractmethod
    def books(self) -> Books:
        """Empty books of a firm; of another firm each time."""

    @abstractmethod
    def filled(self, books: Books, number: int) -> Mapping[str, str]:
        """Put things into books; gives their names by external id."""

    @_failing
    def test_it_says_how_it_failed_when_it_is_tried(self, failure: Failure) -> None:
        """With the error that belongs to it."""
        books = self.knowing(failure)
        source = books.source()
        books.fail(failure)
        with raises(failure), awake():
            source.check()

    @_failing
    def test_it_says_how_it_failed_in_the_first_page(self, failure: Failure) -> None:
        """And does not take it for empty books."""
        books = self.knowing(failure)
        self.filled(books, books.page_size + 1)
        source = books.source()
        books.fail(failure)
        with raises(failure), awake():
            source.read(BEGINNING)

    @_failing
    def test_a_run_that_failed_goes_on_and_is_whole(self, failure: Failure) -> None:
        """Nothing is lost, and nothing that stands there was told to be gone."""
        books = self.knowing(failure)
        names = self.filled(books, 3 * books.page_size)
        whole = read_all(books.source())
        source = books.source()
        pages = [source.read(BEGINNING)]
        books.fail(failure)
        pages += failing(source, pages[-1].cursor, failure)
        assert not pages[-1].is_last, "a run that failed is not at its end"
        deleted = [row for page in pages for row in page.deletes if row.external_id in names]
        assert not deleted, "what stands there was told to be gone, because it could not be read"
        if failure in FOR_GOOD:
            return  # somebody has to connect it again
        rest = read_all(books.source(), pages[-1].cursor)
        resumed = Run((*pages, *rest.pages), rest.cursor)
        assert state_after(source.info, resumed) == state_after(source.info, whole), "rows are lost after a failure"
        assert read_all(source, pages[-1].cursor).upserts == rest.upserts, "the same source goes on too"

    @pytest.mark.parametrize("failure", sorted(LIMITS), ids=lambda failure: failure.value)
    def test_it_says_until_when_to_wait(self, failure: Failure) -> None:
        """By the clock that it was given, to the second, however the system says it; and does not wait by itself."""
        books = self.knowing(failure)
        self.filled(books, books.page_size + 1)
        source = books.source()
        page = source.read(BEGINNING)
        until = books.clock() + _WAIT
        books.fail(failure, until=until)
        with raises(failure) as raised, awake():
            read_all(source, page.cursor)
        limited = raised[0]
        assert isinstance(limited, SourceLimited)
        told = "`SourceLimited.until` is the instant that the system names, by the clock that the source was given"
        assert until <= limited.until <= until + timedelta(seconds=1), told
        books.clock.set(limited.until)
        read_all(source, page.cursor)

    def test_a_token_that_runs_out_in_mid_run_is_renewed(self) -> None:
        """Nobody notices; the new one was kept before it was used."""
        books = self.knowing(Failure.EXPIRED)
        self.filled(books, 3 * books.page_size)
        whole = read_all(books.source())
        source = books.source()
        page = source.read(BEGINNING)
        books.fail(Failure.EXPIRED)
        rest = read_all(source, page.cursor)
        assert state_after(source.info, Run((page, *rest.pages), rest.cursor)) == state_after(source.info, whole)
        assert books.credentials.used_unsaved == [], _UNSAVED

    def test_other_secrets_are_kept_when_a_token_is_renewed(self) -> None:
        """All of them are saved together; and by one worker at a time."""
        books = self.knowing(Failure.EXPIRED)
        self.filled(books, 1)
        names = books.credentials.load().keys()
        books.fail(Failure.EXPIRED)
        read_all(books.source())
        kept = books.credentials.load().keys()
        assert kept >= names, "save all secrets, the unchanged ones too: `{**credentials.load(), ...}`"
        assert not books.credentials.saved_alone, "save within `with credentials.exclusively():`, and load again there"

    def test_workers_share_a_token_that_was_renewed(self) -> None:
        """Who comes second does not spend the old one again."""
        books = self.knowing(Failure.EXPIRED)
        self.filled(books, 3 * books.page_size)
        one, other = books.source(), books.source()
        page = one.read(BEGINNING)
        assert other.read(BEGINNING) == page
        books.fail(Failure.EXPIRED)
        assert read_all(one, page.cursor).upserts == read_all(other, page.cursor).upserts
        assert read_all(books.source(), page.cursor).upserts
        assert books.credentials.used_unsaved == [], _UNSAVED

    def test_a_token_that_cannot_be_kept_is_not_used(self) -> None:
        """For a crash would lose it."""
        books = self.knowing(Failure.EXPIRED)
        self.filled(books, 3 * books.page_size)
        source = books.source()
        page = source.read(BEGINNING)
        books.fail(Failure.EXPIRED)
        books.credentials.fails = True
        with pytest.raises(AdapterError):
            read_all(source, page.cursor)
        assert books.credentials.used_unsaved == [], _UNSAVED

    def test_no_secret_is_told(self) -> None:
        """Not in what it shows of itself, nor in a log, a cursor or an error."""
        books = self.books()
        self.filled(books, books.page_size + 1)
        with logged() as texts, awake():
            source = books.source()
            texts.extend(map(repr, (source, source.info, source.check(), read_all(source))))
            for failure in sorted(books.failures, key=lambda failure: failure in FOR_GOOD):
                books.fail(failure)
                for act in (source.check, lambda: read_all(books.source())):
                    try:
                        texts.append(repr(act()))
                    except Exception as error:  # noqa: BLE001  # whatever it raises must not tell
                        texts.extend(shown(error))
            texts.append(repr(source))
        secrets = [each for each in books.credentials.ever_saved() if len(each) >= _SHORTEST_SECRET]
        found = [text for text in texts for secret in secrets if secret in text]
        assert not found, f"a secret is told: {found[0][:200]}"

    def knowing(self, failure: Failure) -> Books:
        """Books that know a failure; the test is skipped where there are none."""
        books = self.books()
        if failure not in books.failures:
            pytest.skip(f"these books do not know how to fail so: {failure.value}")
        return books


@contextmanager
def raises(failure: Failure) -> Iterator[list[Exception]]:
    """A block in which a failure has to show as the error that it is; gives the error behind it."""
    told = f"{failure.value}: raise {' or '.join(each.__name__ for each in EXPECTED[failure])}"
    raised: list[Exception] = []
    try:
        yield raised
    except AssertionError:
        raise
    except Exception as error:
        raised.append(error)
        if not isinstance(error, EXPECTED[failure]):
            raise AssertionError(f"{told}, and not {type(error).__name__}") from error
    assert raised, f"{told}; the source has raised nothing"


def failing(source: AccountingSource, cursor: str, failure: Failure) -> list[SourcePage]:
    """The pages that still come before a failure shows: some sources have read further than they have told."""
    pages: list[SourcePage] = []
    with awake(), raises(failure):
        for page in pages_of(source, cursor):
            assert not page.is_last, "the failure has not shown, although the run is at its end"
            pages.append(page)
    return pages


@contextmanager
def awake() -> Iterator[None]:
    """A block in which nobody may sleep: waiting is left to who asks."""
    with patch("time.sleep", side_effect=AssertionError("a source does not wait by itself")):
        yield


class _Collector(logging.Handler):
    def __init__(self, texts: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._texts = texts

    def emit(self, record: logging.LogRecord) -> None:
        self._texts.append(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            self._texts += shown(record.exc_info[1])


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged, printed or warned of within the block, however unimportant."""
    texts: list[str] = []
    printed = StringIO()
    root, handler = logging.getLogger(), _Collector(texts)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with redirect_stdout(printed), redirect_stderr(printed), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield texts
    finally:
        texts += [printed.getvalue(), *(str(each.message) for each in warned)]
        root.setLevel(level)
        root.removeHandler(handler)


def shown(error: BaseException | None) -> list[str]:
    """All that an error says, with those behind it."""
    texts: list[str] = []
    while error is not None and len(texts) < 100:
        texts += [str(error), repr(error), repr(error.args), repr(vars(error)), repr(_sent_with(error))]
        error = error.__cause__ or error.__context__
    return texts


def _sent_with(error: BaseException) -> list[object]:
    """What a request holds that hangs on an error, as those of httpx and requests do: whoever keeps the error has it."""
    request = vars(error).get("request") or vars(error).get("_request")
    headers = getattr(request, "headers", None)
    return [getattr(headers, "raw", headers), getattr(request, "url", None), getattr(request, "body", None)]
