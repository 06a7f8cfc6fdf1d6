"""What everything that customers, contacts and users are read in from must do: the kit for writers of adapters."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from itertools import pairwise, zip_longest

import pytest

from worktraq.core.accounting import BEGINNING, FIELDS, Deletions, SourceInfo, SourcePage, Upsert
from worktraq.core.imports import ImportKind
from worktraq.errors import SourceBroken
from worktraq.messages import MESSAGES
from worktraq.testing.contracts.accounting_failures import FailingSourceContract
from worktraq.testing.sources import Books, Run, pages_of, read_all, state_after

MOST_ROWS = 1_000
"""How many rows a page may hold."""

LONGEST_KEY = 200
LONGEST_CURSOR = 100_000
MOST_GROWTH = 100


class _BooksContract(ABC):
    """Books with things in them."""

    @abstractmethod
    def books(self) -> Books:
        """Empty books of a firm; of another firm each time."""

    def filled(self, books: Books, number: int) -> Mapping[str, str]:
        """Put things into books; gives their names by external id."""
        kind = main_kind(books)
        names = [f"Firm {number:03} B.V." for number in range(number)]
        return {books.put(kind, name): name for name in names}


class ReadingSourceContract(_BooksContract):
    """Reading: everything, once, from wherever it was left off."""

    def test_it_says_what_it_is(self) -> None:
        """A name to be installed under, and fields that there are."""
        books = self.books()
        info = books.source().info
        assert re.fullmatch(r"[a-z][a-z0-9-]{1,38}", info.name), "a name is lower case letters, digits and dashes"
        assert info.title.strip()
        assert info.fields, "a source tells of something"
        for kind, fields in info.fields.items():
            assert fields, f"nothing is told of a {kind.value}"
            assert set(fields) <= set(FIELDS[kind]), f"fields of a {kind.value} are {', '.join(FIELDS[kind])}"
        names = [setting.name for setting in info.settings]
        assert len(set(names)) == len(names)
        assert books.source().info == info, "it is the same every time"

    def test_trying_it_names_the_books(self) -> None:
        """So that a person sees whether they are the right ones."""
        source = self.books().source()
        assert source.check().administration.strip()

    def test_empty_books_come_to_an_end(self) -> None:
        """Nothing is told, and nothing is gone."""
        run = read_all(self.books().source())
        assert (run.upserts, run.deletes, run.rejected) == ([], [], [])

    @pytest.mark.parametrize("beyond", [-1, 0, 1], ids=["n - 1", "n", "n + 1"])
    @pytest.mark.parametrize("pages", [1, 2])
    def test_everything_is_told_once(self, pages: int, beyond: int) -> None:
        """Also where the last page is just full, or holds one row only."""
        books = self.books()
        names = self.filled(books, pages * books.page_size + beyond)
        run = read_all(books.source())
        check_rows(books.source().info, run)
        assert sorted(row.external_id for row in run.upserts) == sorted(names)
        assert all(names[row.external_id] in row.values.values() for row in run.upserts), "the names are told"
        assert (run.rejected, run.deletes) == ([], [])
        totals = {page.total for page in run.pages} - {None}
        assert totals <= {len(names)}, (
            "`SourcePage.total` is how many rows the whole run brings in; leave it out if unsure"
        )

    def test_many_rows_are_told_page_by_page(self) -> None:
        """So that a million of them need no more room than a few: neither in a page nor in a cursor."""
        books = self.books()
        self.filled(books, 12 * books.page_size)
        run = read_all(books.source())
        assert len(run.pages) > 1, "give what the system gives at once as a page, and do not gather all pages into one"
        lengths = [len(page.cursor) for page in run.pages[:-1]]
        growth = "a cursor says where to go on, and does not hold what was read: it grew from {} to {} characters"
        assert max(lengths) - lengths[0] <= MOST_GROWTH, growth.format(lengths[0], max(lengths))

    def test_keys_are_the_same_every_time(self) -> None:
        """By them a row is known again."""
        books = self.books()
        names = self.filled(books, books.page_size + 1)
        first, again = read_all(books.source()), read_all(books.source())
        assert sorted(map(_key_of, first.upserts)) == sorted(map(_key_of, again.upserts))
        assert state_after(books.source().info, first) == state_after(books.source().info, again)
        assert {row.external_id for row in first.upserts} == set(names)

    def test_another_run_brings_nothing_new(self) -> None:
        """Where nothing was changed: no row at all from an incremental source, the same rows from another one."""
        books = self.books()
        self.filled(books, books.page_size + 1)
        info = books.source().info
        first = read_all(books.source())
        again = read_all(books.source(), first.cursor)
        assert again.deletes == []
        if info.is_incremental:
            told = "with the cursor of the last page the next run tells only what is new; nothing is"
            assert again.upserts == [], told
        told = (
            "with the cursor of the last page the next run begins; of a source that lists everything at the beginning"
        )
        assert state_after(info, first, again) == state_after(info, first), told
        assert read_all(books.source(), again.cursor).upserts == again.upserts

    def test_what_is_new_and_changed_is_told_the_next_time(self) -> None:
        """By an incremental source without everything else."""
        books, kind = self.books(), main_kind(self.books())
        names = self.filled(books, 3 * books.page_size)
        run = read_all(books.source())
        changed = next(iter(names))
        books.put(kind, "Renamed B.V.", external_id=changed)
        added = books.put(kind, "Added B.V.")
        again = read_all(books.source(), run.cursor)
        told = {row.external_id: row for row in again.upserts}
        assert "Renamed B.V." in told[changed].values.values()
        assert "Added B.V." in told[added].values.values()
        if books.source().info.is_incremental:
            assert len(told) < len(names), "only what is new is told"

    def test_an_interrupted_run_goes_on_in_another_process(self) -> None:
        """Wherever it was interrupted, all of it together is what one run gives."""
        books = self.books()
        self.filled(books, 2 * books.page_size + 1)
        whole = read_all(books.source())
        for stop in range(1, len(whole.pages)):
            source = books.source()
            cursor, pages = BEGINNING, []
            for _ in range(stop):
                pages.append(source.read(cursor))
                cursor = through_json(pages[-1].cursor)
            source.close()
            rest = read_all(books.source(), cursor)
            resumed = Run((*pages, *rest.pages), rest.cursor)
            told = "the cursor is all that another process has to go on with; here rows are lost after a page"
            assert state_after(source.info, resumed) == state_after(source.info, whole), told
            assert sorted(map(_key_of, resumed.upserts)) == sorted(map(_key_of, whole.upserts)), "nothing twice"

    def test_the_same_cursor_can_be_read_again(self) -> None:
        """Who was interrupted before keeping a page reads it once more, and it is the same one."""
        books = self.books()
        self.filled(books, books.page_size + 1)
        source = books.source()
        first = source.read(BEGINNING)
        second = source.read(first.cursor)
        assert rows_of(source.read(first.cursor)) == rows_of(second)
        assert rows_of(books.source().read(BEGINNING)) == rows_of(first)

    @pytest.mark.parametrize("cursor", ["?", "{", "[]", '{"page": -1}', "null", "99999999999999999999", "x" * 5_000])
    def test_a_cursor_that_is_none_of_its_own_is_refused(self, cursor: str) -> None:
        """With an error of a source, and not with everything or nothing as if it were right."""
        books = self.books()
        self.filled(books, 2)
        with pytest.raises(SourceBroken):
            books.source().read(cursor)

    def test_what_stands_there_all_the_time_is_told(self) -> None:
        """Although what was told before it is struck out in mid-run, so that everything moves up a place."""
        books, kind = self.books(), main_kind(self.books())
        names = self.filled(books, 3 * books.page_size)
        source = books.source()
        page = source.read(BEGINNING)
        gone = page.upserts[0].external_id
        books.remove(kind, gone)
        run = read_all(source, page.cursor)
        told = {row.external_id for row in (*page.upserts, *run.upserts)}
        lost = "ask by what does not move, such as an id or a version, and not by a number of pages or rows"
        assert names.keys() - {gone} <= told, lost

    def test_what_changes_in_mid_run_is_told_by_the_next_one(self) -> None:
        """Whether it was told before or not."""
        books, kind = self.books(), main_kind(self.books())
        ids = list(self.filled(books, 3 * books.page_size))
        source = books.source()
        page = source.read(BEGINNING)
        for number, external_id in enumerate(ids[::2]):
            books.put(kind, f"Changed {number}", external_id=external_id)
        ids.append(books.put(kind, "Added B.V."))
        rest = read_all(source, page.cursor)
        next_run = read_all(books.source(), rest.cursor)
        state = state_after(source.info, Run((page, *rest.pages), rest.cursor), next_run)
        late = "the next run begins where things stood when this one began, and not where they stand at its end"
        assert {external_id for _, external_id in state} == set(ids), late
        for number, external_id in enumerate(ids[:-1:2]):
            assert f"Changed {number}" in state[kind, external_id].values.values(), late
        assert "Added B.V." in state[kind, ids[-1]].values.values()

    @pytest.mark.parametrize("pages", [0, 2])
    def test_what_is_struck_out_is_told_as_it_says(self, pages: int) -> None:
        """As deleted, or by being absent; and nothing else is. Many fill more than one page."""
        books, kind = self.books(), main_kind(self.books())
        number = pages * books.page_size + 1
        names = self.filled(books, number + books.page_size)
        first = read_all(books.source())
        gone = set(list(names)[:number])
        for external_id in gone:
            books.remove(kind, external_id)
        again = read_all(books.source(), first.cursor)
        deletions = books.source().info.deletions
        if deletions is Deletions.REPORTED:
            assert {(row.kind, row.external_id) for row in again.deletes} == {(kind, each) for each in gone}
        else:
            assert again.deletes == [], "only a source that reports deletions tells of any"
        if deletions is Deletions.ABSENT:
            assert {row.external_id for row in again.upserts} | again.unchanged == names.keys() - gone
        if deletions is not Deletions.UNKNOWN:
            state = state_after(books.source().info, first, again)
            assert {external_id for _, external_id in state} == names.keys() - gone

    def test_what_is_kept_for_the_past_is_told_as_archived(self) -> None:
        """Or as gone, or not at all; but not as if nothing were the matter. Its neighbours stay as they are."""
        books, kind = self.books(), main_kind(self.books())
        names = self.filled(books, 2)
        first = read_all(books.source())
        past = next(iter(names))
        if not books.archive(kind, past):
            pytest.skip("these books keep nothing for the past only")
        state = state_after(books.source().info, first, read_all(books.source(), first.cursor))
        active = {external_id for (_, external_id), row in state.items() if not row.is_archived}
        assert active == names.keys() - {past}, "set `Upsert.is_archived` from what the system says"

    def test_contacts_come_after_their_customers(self) -> None:
        """So that they can be taken as they come."""
        books = self.books()
        if not {ImportKind.CUSTOMER, ImportKind.CONTACT} <= books.source().info.fields.keys():
            pytest.skip("this source tells of no contacts of customers")
        customers = [books.put(ImportKind.CUSTOMER, f"Firm {number}") for number in range(books.page_size + 1)]
        for customer in reversed(customers):
            books.put(ImportKind.CONTACT, f"Contact of {customer}", customers=[customer])
        known: set[str] = set()
        contacts = 0
        for row in read_all(books.source()).upserts:
            if row.kind is ImportKind.CUSTOMER:
                known.add(row.external_id)
            elif row.kind is ImportKind.CONTACT:
                contacts += 1
                assert row.customers, "a contact has the external ids of its customers in `Upsert.customers`"
                assert set(row.customers) <= known, "a contact is told after its customers, by the same ids"
        assert contacts == len(customers)

    def test_each_kind_is_told(self) -> None:
        """Whatever it says that it tells of."""
        books = self.books()
        customers = (
            [books.put(ImportKind.CUSTOMER, "Firm")] if ImportKind.CUSTOMER in books.source().info.fields else []
        )
        put = {(ImportKind.CUSTOMER, each) for each in customers}
        for kind in books.source().info.fields.keys() - {ImportKind.CUSTOMER}:
            put.add((kind, books.put(kind, "Somebody", customers=customers if kind is ImportKind.CONTACT else ())))
        run = read_all(books.source())
        check_rows(books.source().info, run)
        assert {(row.kind, row.external_id) for row in run.upserts} == put

    @pytest.mark.parametrize("name", ["Żółw & Söhne <b>«1»</b> \"'", "😀 B.V.", "=1+1", "N" * 3_000])
    def test_names_are_told_as_they_stand_there(self, name: str) -> None:
        """Whatever signs are in them; what cannot be taken is rejected, and holds up nothing."""
        books = self.books()
        external_id = books.put(main_kind(books), name)
        books.put(main_kind(books), "Another")
        run = read_all(books.source())
        told = {row.external_id: row for row in run.upserts}
        if external_id in told:
            assert name in told[external_id].values.values()
        else:
            assert [row.external_id for row in run.rejected] == [external_id]
        assert len(told) + len(run.rejected) == 2

    def test_a_bad_row_holds_up_nothing(self) -> None:
        """It is rejected by its id, the others are told, and it is not taken for gone; once mended it is told."""
        books, kind = self.books(), main_kind(self.books())
        names = self.filled(books, books.page_size + 1)
        first = read_all(books.source())
        bad = list(names)[1]
        if not books.spoil(kind, bad):
            pytest.skip("these books have no rows that cannot be understood")
        for run in (read_all(books.source()), read_all(books.source(), first.cursor)):
            assert bad in {row.external_id for row in run.rejected}, "tell it in `SourcePage.rejected`, with its id"
            assert bad not in {row.external_id for row in run.upserts} | {row.external_id for row in run.deletes}
            assert all(row.code in MESSAGES for row in run.rejected)
        assert {row.external_id for row in read_all(books.source()).upserts} == names.keys() - {bad}
        before = read_all(books.source(), first.cursor)
        books.put(kind, "Mended B.V.", external_id=bad)
        mended = read_all(books.source(), before.cursor)
        assert ["Mended B.V." in row.values.values() for row in mended.upserts if row.external_id == bad] == [True]

    def test_firms_are_apart(self) -> None:
        """Two that are read in turns, page after page, each give what is theirs."""
        ours, theirs = self.books(), self.books()
        number = 2 * ours.page_size + 1
        expected = [self.filled(ours, number), {theirs.put(main_kind(theirs), f"Their {n}"): "" for n in range(number)}]
        told: list[list[Upsert]] = [[], []]
        for pages in zip_longest(pages_of(ours.source()), pages_of(theirs.source())):
            for rows, page in zip(told, pages, strict=True):
                rows.extend(page.upserts if page else ())
        for rows, names in zip(told, expected, strict=True):
            assert sorted(row.external_id for row in rows) == sorted(names)
        assert not any("Their" in text for row in told[0] for text in row.values.values())
        assert not any("Firm" in text for row in told[1] for text in row.values.values())

    def test_it_can_be_closed_twice(self) -> None:
        """And another one opened."""
        books = self.books()
        self.filled(books, 1)
        source = books.source()
        read_all(source)
        source.close()
        source.close()
        assert len(read_all(books.source()).upserts) == 1


class AccountingSourceContract(ReadingSourceContract, FailingSourceContract):
    """All that an adapter must do. Subclass it, say in `books` what it reads, and run it with pytest."""


def main_kind(books: Books) -> ImportKind:
    """What is tried most: customers, where the source tells of them."""
    kinds = books.source().info.fields
    return ImportKind.CUSTOMER if ImportKind.CUSTOMER in kinds else next(iter(kinds))


def rows_of(page: SourcePage) -> tuple[object, ...]:
    """What a page tells, without how to go on."""
    return page.upserts, page.deletes, page.rejected, page.is_last


def through_json(cursor: str) -> str:
    """A cursor as it is when it was kept somewhere."""
    assert isinstance(cursor, str), "a cursor is text: use `json.dumps`"
    assert len(cursor) <= LONGEST_CURSOR, f"a cursor has at most {LONGEST_CURSOR} signs"
    kept: str = json.loads(json.dumps({"cursor": cursor}))["cursor"]
    return kept


def check_rows(info: SourceInfo, run: Run) -> None:
    """That the rows of a run have the form that they must have."""
    keys = [_key_of(row) for row in run.upserts]
    assert len(set(keys)) == len(keys), "a key is told once in a run"
    for row in run.upserts:
        assert row.kind in info.fields, f"{row.kind.value} is not among what it says it tells of"
        assert isinstance(row.external_id, str), "a key is text: use `str(id)`"
        assert 0 < len(row.external_id) <= LONGEST_KEY, f"a key has 1 to {LONGEST_KEY} signs"
        assert row.external_id == row.external_id.strip(), "a key has no blanks around it"
        assert set(row.values) <= set(info.fields[row.kind]), "only fields are told that it says it tells"
        assert all(isinstance(text, str) for text in row.values.values()), "values are text"
    assert all(not page.is_last for page in run.pages[:-1])
    assert all(
        len(page.upserts) + len(page.deletes) + len(page.rejected) + len(page.unchanged) <= MOST_ROWS
        for page in run.pages
    )
    assert all(page.total is None or page.total >= 0 for page in run.pages)
    assert all(one.cursor != other.cursor for one, other in pairwise(run.pages) if not other.is_last), "it goes on"
    for page in run.pages:
        through_json(page.cursor)


def _key_of(row: Upsert) -> tuple[ImportKind, str]:
    return row.kind, row.external_id
