"""What every list that comes in pages must do."""

from worktraq.core.paging import Key, Page, PageRequest, read_cursor
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.contracts.repository import E, I, RepositoryContract
from worktraq.testing.firms import Firm

NAMES = (
    *("zoë", "Zoe", "ZOË", "Ågren", "agren", "Émile", "emile", "Straße", "STRASSE", "İstanbul"),
    *("_under", "%percent", "back\\slash", "a b", "a-b", "ab", "a", "B", "10", "9", "'", '"', "李小龍", "🙂", "ﬁ"),
)
"""Names that sort differently where a database goes by a language, and some that fold to the same."""


class PagingContract(RepositoryContract[E, I]):
    """Pages of all entities of the firm, in the order of the list."""

    is_descending = False

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[E]:
        """A page of the list, not narrowed down."""
        raise NotImplementedError

    def key_of(self, entity: E) -> Key:
        """What the list is ordered by."""
        raise NotImplementedError

    def walked(self, uow: UnitOfWork, limit: int, after: Key | None = None) -> list[E]:
        """The entities of all pages from a key on."""
        found: list[E] = []
        while True:
            page = self.page(uow, PageRequest(limit, after))
            assert len(page) <= limit
            found.extend(page)
            if page.next is None:
                return found
            assert len(page) == limit
            after = read_cursor(page.next)

    def in_order(self, entities: list[E]) -> list[E]:
        """The entities as the list orders them."""
        return sorted(entities, key=self.key_of, reverse=self.is_descending)

    def test_a_page_is_in_order(self, store: Store, firm: Firm) -> None:
        """The order is that of the keys, by code point."""
        self.stored(store, firm, len(NAMES))
        with reading(store, firm) as uow:
            found = list(self.page(uow, PageRequest(1000)))
        assert len(found) >= len(NAMES)
        assert found == self.in_order(found)

    def test_pages_of_any_size_give_everything_once(self, store: Store, firm: Firm) -> None:
        """Walking through the pages leaves nothing out and repeats nothing."""
        self.stored(store, firm, len(NAMES))
        with reading(store, firm) as uow:
            everything = list(self.page(uow, PageRequest(1000)))
            for limit in (1, 2, 7, len(everything) - 1, len(everything), len(everything) + 1):
                assert self.walked(uow, limit) == everything

    def test_the_last_page_says_so(self, store: Store, firm: Firm) -> None:
        """No page follows one that holds all that is left, even when it is full."""
        self.stored(store, firm, 3)
        with reading(store, firm) as uow:
            number = len(self.page(uow, PageRequest(1000)))
            assert self.page(uow, PageRequest(number)).next is None
            assert self.page(uow, PageRequest(number - 1)).next is not None

    def test_pages_stay_right_while_rows_are_added(self, store: Store, firm: Firm) -> None:
        """What was there when the first page was read comes once, whatever is added between two pages."""
        self.stored(store, firm, 8)
        with reading(store, firm) as uow:
            before = list(self.page(uow, PageRequest(1000)))
            first = self.page(uow, PageRequest(4))
        assert first.next is not None
        added = self.stored(store, firm, 8)
        with reading(store, firm) as uow:
            rest = self.walked(uow, 3, read_cursor(first.next))
        seen = [*first, *rest]
        assert seen == self.in_order(seen)
        assert [entity for entity in seen if entity not in added] == before

    def test_a_page_begins_behind_a_key_that_nothing_has(self, store: Store, firm: Firm) -> None:
        """A cursor stays good when the row it was made of is gone."""
        self.stored(store, firm, 5)
        with writing(store, firm) as uow:
            absent = self.new_ones(uow, firm, 5)
        with reading(store, firm) as uow:
            everything = list(self.page(uow, PageRequest(1000)))
            for entity in absent:
                expected = [each for each in everything if self.in_order([each, entity])[0] == entity]
                assert list(self.page(uow, PageRequest(1000, self.key_of(entity)))) == expected

    def test_pages_of_another_organization_show_nothing_of_it(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """A list is of one organization."""
        added = self.stored(store, firm, 3)
        with reading(store, other_firm) as uow:
            assert [entity for entity in self.page(uow, PageRequest(1000)) if entity in added] == []
