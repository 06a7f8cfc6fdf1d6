"""Sources that are each wrong in one way, as adapters have been: what the kit is for."""

import json
import logging
import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
from attrs import evolve

from worktraq.core.accounting import BEGINNING, Deleted, Deletions, SourceCheck, SourceInfo, SourcePage, Upsert
from worktraq.core.imports import ImportKind
from worktraq.errors import AdapterError, SourceBroken, SourceDenied, SourceLimited, SourceUnavailable
from worktraq.testing.paper import PAPER, PaperBooks, PaperSource
from worktraq.testing.sources import RecordingCredentials

LISTING = evolve(PAPER, deletions=Deletions.ABSENT, is_incremental=False)


class Flawed(PaperSource):
    """Wrong in one way.

    Attributes:
        of: What the source says that it can do.
    """

    of: ClassVar[SourceInfo] = PAPER

    def __init__(self, books: PaperBooks) -> None:
        super().__init__(books)
        self.books = books

    @property
    def credentials(self) -> RecordingCredentials:
        """What it gets in with."""
        return self.books.credentials


class LosesTheLastRowOfAFullPage(Flawed):
    """Takes a row more than it asked for as the sign of a next page, and forgets to tell it."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        if len(page.upserts) == self.books.page_size and not page.is_last:
            return evolve(page, upserts=page.upserts[:-1])
        return page


class StopsAtAFullLastPage(Flawed):
    """Counts the pages there are by dividing, and rounds down."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return evolve(page, is_last=page.is_last or len(super().read(page.cursor).upserts) < self.books.page_size)


class NeverEnds(Flawed):
    """Goes by a mark that the system never sets."""

    def read(self, cursor: str) -> SourcePage:
        return evolve(super().read(cursor), is_last=False)


class MakesItsOwnKeys(Flawed):
    """Numbers what it reads."""

    read_so_far: ClassVar[int] = 0

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        upserts = []
        for row in page.upserts:
            MakesItsOwnKeys.read_so_far += 1
            upserts.append(evolve(row, external_id=str(MakesItsOwnKeys.read_so_far)))
        return evolve(page, upserts=tuple(upserts))


class TellsNumbersAsKeys(Flawed):
    """As they come out of JSON."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        wrong: Any = int
        return evolve(page, upserts=tuple(evolve(row, external_id=wrong(row.external_id[-6:])) for row in page.upserts))


class TellsTheSameRowTwice(Flawed):
    """Its pages overlap by a row."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        first = [row for row in super().read(BEGINNING).upserts if cursor != BEGINNING]
        return evolve(page, upserts=(*first[-1:], *page.upserts))


class KeepsItsPlaceInMemory(Flawed):
    """The cursor tells nothing; another process begins anew."""

    place = BEGINNING

    def read(self, cursor: str) -> SourcePage:
        page = super().read(self.place if cursor else BEGINNING)
        self.place = page.cursor
        return evolve(page, cursor="going on")


class TellsACursorThatIsNoText(Flawed):
    """But what JSON made of it."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor if isinstance(cursor, str) else json.dumps(cursor))
        return evolve(page, cursor=json.loads(page.cursor))


class TakesAnyCursorForTheBeginning(Flawed):
    """So that a broken one brings everything again."""

    def read(self, cursor: str) -> SourcePage:
        try:
            return super().read(cursor)
        except SourceBroken as error:
            if error.code != "source_cursor_unknown":
                raise
            return super().read(BEGINNING)


class CountsRows(Flawed):
    """Goes on behind so many rows, although rows before them may be gone."""

    of = LISTING

    def read(self, cursor: str) -> SourcePage:
        self._enter()
        if (cursor and not cursor.isdigit()) or len(cursor) > 5:
            raise SourceBroken("source_cursor_unknown")
        begin = int(cursor or "0")
        found = self.books.listed((-1, ""))
        taken = found[begin : begin + self.books.page_size]
        end = begin + len(taken)
        return self._page(taken, str(end) if end < len(found) else BEGINNING, is_last=end >= len(found))


class TellsEverythingEveryTime(Flawed):
    """Although it says that it tells only what is new."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return super().read(BEGINNING) if page.is_last and not page.upserts and cursor else page


class ForgetsWhatChangesWhileItReads(Flawed):
    """The next run begins where things stood when this one ended, and not where it began."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        changes = max((each.change for each in self.books.changed([0, 0, 0])), default=0)
        return evolve(page, cursor=json.dumps([changes] * 3), is_last=True) if page.is_last or cursor else page


class Waits(Flawed):
    """Sleeps where it should say until when."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except SourceLimited:
            time.sleep(90)
            super()._enter()


class ReadsEveryWaitAsSeconds(Flawed):
    """Also where the system names an instant."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except SourceLimited as error:
            seconds = min(error.until.timestamp(), 10**9)
            raise SourceLimited(self.books.clock() + timedelta(seconds=seconds)) from None


class TakesAnErrorForAnEmptyPage(Flawed):
    """It looks at the status only."""

    of = LISTING

    def read(self, cursor: str) -> SourcePage:
        try:
            return super().read(cursor)
        except SourceBroken as error:
            if error.code == "source_cursor_unknown":
                raise
            return SourcePage(BEGINNING, is_last=True)


class EndsWhenItIsLetInNoMore(Flawed):
    """As if nothing more stood there."""

    def read(self, cursor: str) -> SourcePage:
        try:
            return super().read(cursor)
        except SourceDenied:
            return SourcePage(cursor, is_last=True)


class CallsEveryFailureTheSame(Flawed):
    """So that nobody knows whether waiting helps."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except AdapterError:
            raise SourceUnavailable from None


class RaisesWhateverComes(Flawed):
    """An error of Python, where the answer has another form."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except SourceBroken:
            raise KeyError("contacts") from None


class DiesOfABadRow(Flawed):
    """The whole page is lost with it."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        if page.rejected:
            raise SourceBroken("row_malformed")
        return page


class PassesOverABadRow(Flawed):
    """Nobody hears of it."""

    def read(self, cursor: str) -> SourcePage:
        return evolve(super().read(cursor), rejected=())


class TakesABadRowForGone(Flawed):
    """What cannot be read is deleted."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        gone = tuple(Deleted(row.kind, row.external_id) for row in page.rejected)
        return evolve(page, rejected=(), deletes=(*page.deletes, *gone))


class DeletesWhatItCouldNotRead(Flawed):
    """A run that broke off is taken for the whole list."""

    def read(self, cursor: str) -> SourcePage:
        try:
            return super().read(cursor)
        except SourceUnavailable:
            rest = [each.row for each in self.books.changed([0, 0, 0])[self.books.page_size :]]
            return SourcePage(cursor, False, deletes=tuple(Deleted(row.kind, row.external_id) for row in rest))


class TellsOfDeletionsThatItCannotKnow(Flawed):
    """It says that it does not report any."""

    of = evolve(PAPER, deletions=Deletions.UNKNOWN)

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        gone = [each.row for each in self.books.changed([0, 0, 0]) if each.is_gone]
        return evolve(page, deletes=tuple(Deleted(row.kind, row.external_id) for row in gone))


class ShowsItsToken(Flawed):
    """In what it shows of itself."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.credentials.load()})"


class LogsItsToken(Flawed):
    """For debugging."""

    def _enter(self) -> None:
        logging.getLogger("flawed").debug("calling with %s", self.credentials.load()["token"])
        super()._enter()


class RaisesItsToken(Flawed):
    """The error behind the error names it."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except AdapterError as error:
            raise error from ValueError(f"refused: {self.credentials.load()['token']}")


class CarriesItsTokenInTheCursor(Flawed):
    """So that it is at hand the next time."""

    def read(self, cursor: str) -> SourcePage:
        place = json.loads(cursor)["place"] if cursor.startswith('{"place"') else cursor
        page = super().read(place)
        return evolve(page, cursor=json.dumps({"place": page.cursor, "token": self.credentials.load()["token"]}))


class MixesFirmsUp(Flawed):
    """What was read once is kept for all."""

    kept: ClassVar[dict[str, SourcePage]] = {}

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return self.kept.setdefault(cursor, page) if page.upserts else page


class UsesATokenBeforeItIsKept(Flawed):
    """A crash in between would lose it."""

    def _enter(self) -> None:
        tried = self.credentials.load()["token"]
        if not self.books.enter(tried):
            renewed = self.books.renew(tried)
            self.books.enter(renewed)
            with self.credentials.exclusively():
                self.credentials.save({**self.credentials.load(), "token": renewed})


class SpendsATokenTwice(Flawed):
    """It remembers the token that it began with."""

    def __init__(self, books: PaperBooks) -> None:
        super().__init__(books)
        self.token = self.credentials.load()["token"]

    def _enter(self) -> None:
        if not self.books.enter(self.token):
            self.token = self.books.renew(self.token)
            with self.credentials.exclusively():
                self.credentials.save({**self.credentials.load(), "token": self.token})


class TellsContactsFirst(Flawed):
    """Of customers that nobody has heard of."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        first_contacts = sorted(page.upserts, key=lambda row: row.kind is ImportKind.CUSTOMER)
        return evolve(page, upserts=tuple(first_contacts))


class TellsMoreThanItSays(Flawed):
    """A field that is not among those of its kind."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return evolve(page, upserts=tuple(self.extended(page.upserts)))

    def extended(self, rows: Sequence[Upsert]) -> list[Upsert]:
        """The rows with one field more."""
        return [evolve(row, values={**row.values, "fax": "020-1234567"}) for row in rows]


class TellsNothingAsNone(TellsMoreThanItSays):
    """Where it should be left out."""

    def extended(self, rows: Sequence[Upsert]) -> list[Upsert]:
        wrong: Any = None
        return [evolve(row, values={**row.values, "email": wrong}) for row in rows]


class NamesNoBooks(Flawed):
    """So that nobody sees that they are the wrong ones."""

    def check(self) -> SourceCheck:
        super().check()
        return SourceCheck("")


class RenewsForEver(Flawed):
    """It is let in with none of the tokens that it gets, and asks for another one each time."""

    def _enter(self) -> None:
        while True:
            try:
                return super()._enter()
            except SourceDenied:
                continue


class TriesForEver(Flawed):
    """Whatever goes wrong, it asks again; nobody hears of it."""

    def _enter(self) -> None:
        while True:
            try:
                return super()._enter()
            except Exception:  # noqa: BLE001  # as adapters have it
                continue


class TriesAgainByItself(Flawed):
    """Three times at once, into a system that is down already."""

    def _enter(self) -> None:
        for _ in range(3):
            try:
                return super()._enter()
            except SourceUnavailable:
                pass
        raise SourceUnavailable


class TakesForbiddenForEmpty(Flawed):
    """A list that it may not read has no rows."""

    of = LISTING

    def read(self, cursor: str) -> SourcePage:
        try:
            return super().read(cursor)
        except SourceDenied as error:
            if error.parameters.get("status") != 403:
                raise
            return SourcePage(BEGINNING, is_last=True)


class TakesALimitForAnOutage(Flawed):
    """It waits as long as it likes, and not as long as it is told to."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except SourceLimited:
            raise SourceUnavailable from None


class GoesByTheClockOfTheMachine(Flawed):
    """And not by the one that it was given."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except SourceLimited as error:
            raise SourceLimited(datetime.now(UTC) + (error.until - self.books.clock())) from None


class RaisesTheErrorOfItsLibrary(Flawed):
    """When the connection breaks off."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except SourceUnavailable:
            raise httpx.ReadError("connection reset") from None


class KeepsTheRequestBehindItsError(Flawed):
    """With the token in its headers, for whoever collects errors."""

    def _enter(self) -> None:
        try:
            super()._enter()
        except SourceUnavailable as error:
            headers = {"Authorization": self.credentials.load()["token"]}
            request = httpx.Request("GET", "https://paper.example", headers=headers)
            raise error from httpx.ReadError("connection reset", request=request)


class PrintsItsToken(Flawed):
    """For debugging, too."""

    def _enter(self) -> None:
        print("calling with", self.credentials.load()["token"])  # noqa: T201  # as adapters have it
        super()._enter()


class WarnsOfItsToken(Flawed):
    """As an old one."""

    def _enter(self) -> None:
        warnings.warn(f"{self.credentials.load()['token']} is of the old kind", stacklevel=2)
        super()._enter()


class ShowsItsTokenToWhoTriesIt(Flawed):
    """So that it can be seen that it is the right one."""

    def check(self) -> SourceCheck:
        return evolve(super().check(), detail=f"key {self.credentials.load()['token']}")


class ForgetsItsOtherSecrets(Flawed):
    """It keeps the new token in place of all of them."""

    def _enter(self) -> None:
        with self.credentials.exclusively():
            before = self.credentials.load()["token"]
            super()._enter()
            if (token := self.credentials.load()["token"]) != before:
                self.credentials.save({"token": token})


class RenewsBesideOthers(Flawed):
    """Two workers who find the same token run out both spend the refresh token."""

    def _enter(self) -> None:
        secrets = self.credentials.load()
        if not self.books.enter(secrets["token"]):
            self.credentials.save({**secrets, "token": self.books.renew(secrets["token"])})
            super()._enter()


class CountsOnlyOnePage(Flawed):
    """And says that these are all rows there are."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return evolve(page, total=len(page.upserts))


class SharesItsValues(Flawed):
    """One dictionary, filled anew for each row."""

    def __init__(self, books: PaperBooks) -> None:
        super().__init__(books)
        self.values: dict[str, str] = {}

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        upserts = []
        for row in page.upserts:
            self.values.update(row.values)
            upserts.append(evolve(row, values=self.values))
        return evolve(page, upserts=tuple(upserts))


class TellsAChangeAsDeletionToo(Flawed):
    """Out with the old one, in with the new one; but deletions are taken last."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        changed = [row for row in page.upserts if cursor]
        gone = tuple(Deleted(row.kind, row.external_id) for row in changed)
        return evolve(page, deletes=(*page.deletes, *gone))


class TellsOfOneDeletionAtATime(Flawed):
    """The others of the page are passed over."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return evolve(page, deletes=page.deletes[:1])


class BeginsTheNextRunBehindTheEnd(Flawed):
    """It lists everything, but from where it stopped the last time: nothing, so all are gone."""

    of = LISTING

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return evolve(page, cursor='[9, ""]') if page.is_last else page


class GoesByItsOwnClock(Flawed):
    """The next run asks for what was changed since this one ended, by the clock of this machine."""

    def read(self, cursor: str) -> SourcePage:
        began, _, place = cursor.partition("|") if "|" in cursor else ("", "", cursor)
        now = self.books.clock().isoformat()
        if began == now:
            return SourcePage(cursor, is_last=True)
        page = super().read(place)
        return evolve(page, cursor=f"{now}|{page.cursor}") if page.is_last else page


class ChangesTheCaseOfKeys(Flawed):
    """The list writes them in small letters, and the answer for one of them in capitals."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        if not cursor:
            return page
        return evolve(page, upserts=tuple(evolve(row, external_id=row.external_id.upper()) for row in page.upserts))


class GathersEverythingInOnePage(Flawed):
    """However much that is."""

    of = LISTING

    def read(self, cursor: str) -> SourcePage:
        pages = [super().read(cursor)]
        while not pages[-1].is_last:
            pages.append(super().read(pages[-1].cursor))
        return evolve(pages[-1], upserts=tuple(row for page in pages for row in page.upserts))


class RemembersAllThatItReadInTheCursor(Flawed):
    """To tell nothing twice."""

    def read(self, cursor: str) -> SourcePage:
        place, _, seen = cursor.partition("#")
        page = super().read(place)
        return evolve(page, cursor="#".join([page.cursor, seen + ",".join(row.external_id for row in page.upserts)]))


class PassesOverWhatIsArchived(Flawed):
    """So that it stays here as it was."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return evolve(page, upserts=tuple(row for row in page.upserts if not row.is_archived))


class TellsWhatIsArchivedAsActive(Flawed):
    """It looks at everything but that."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return evolve(page, upserts=tuple(evolve(row, is_archived=False) for row in page.upserts))


class TellsPeopleOfAllKindsAsOne(Flawed):
    """Contacts and users are both persons."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        users = [row.kind is ImportKind.USER for row in page.upserts]
        kinds = [ImportKind.CONTACT if is_user else row.kind for row, is_user in zip(page.upserts, users, strict=True)]
        return evolve(
            page, upserts=tuple(evolve(row, kind=kind) for row, kind in zip(page.upserts, kinds, strict=True))
        )


class CutsLongNames(Flawed):
    """To what its own table holds."""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        cut = [{name: text[:100] for name, text in row.values.items()} for row in page.upserts]
        return evolve(page, upserts=tuple(evolve(row, values=v) for row, v in zip(page.upserts, cut, strict=True)))


class PassesOverWhoHasNoMailAddress(Flawed):
    """What is a customer without one?"""

    def read(self, cursor: str) -> SourcePage:
        page = super().read(cursor)
        return evolve(page, upserts=tuple(row for row in page.upserts if row.values.get("email")))
