"""A firm whose accounting system is connected."""

from attrs import frozen

from tests.accounting.books import Books, BooksFactory, Sleeping
from tests.unit.usecases.firm import Office, an_office
from worktraq.adapters.accounting.secrets import MemorySecrets
from worktraq.core.accounting import Deletions
from worktraq.core.actors import Actor
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer
from worktraq.core.import_runs import ImportRun
from worktraq.core.imports import Decisions
from worktraq.core.questions import Question
from worktraq.engine import WorkTraq
from worktraq.testing.fakes import SeededIds


@frozen
class Bookkeeping:
    """A firm with its books.

    Attributes:
        office: The firm.
        engine: With the source of the books.
        books: What stands there.
        secrets: Where the token is.
        sleeping: Lets the clock go on.
    """

    office: Office
    engine: WorkTraq
    books: Books
    secrets: MemorySecrets
    sleeping: Sleeping

    def run(self, actor: Actor | None = None, decisions: Decisions = Decisions()) -> ImportRun:
        """Run the import."""
        return self.engine.import_accounting(actor or self.office.manager, decisions=decisions)

    def customers(self) -> dict[str, Customer]:
        """The customers that came from the books, by name."""
        with self.engine.view(self.office.manager) as tx:
            return {each.name: each for each in tx.customers.list(limit=1000)}

    def contacts(self) -> dict[str, ContactPerson]:
        """The contacts, by name."""
        with self.engine.view(self.office.manager) as tx:
            return {each.name: each for each in tx.contacts.list(limit=1000)}

    def questions(self) -> list[Question]:
        """What could not be taken."""
        with self.engine.view(self.office.admin) as tx:
            return list(tx.accounting.questions(limit=1000))


def bookkeeping(
    deletions: Deletions = Deletions.REPORTED,
    *,
    is_incremental: bool = True,
    page_size: int = 3,
    is_connected: bool = True,
    books: Books | None = None,
) -> Bookkeeping:
    """A firm whose books are connected."""
    office = an_office()
    books = books or Books(deletions=deletions, is_incremental=is_incremental, page_size=page_size)
    secrets, sleeping = MemorySecrets(), Sleeping(office.clock.tick)
    factory = BooksFactory(books)
    engine = WorkTraq(
        office.store,
        clock=office.clock,
        ids=SeededIds(2),
        sources={"books": factory, "other-books": BooksFactory(books, "other-books")},
        secrets=secrets,
        sleep=sleeping,
    )
    if is_connected:
        with engine.transaction(office.admin) as tx:
            tx.accounting.connect("books", settings={"name": "Acme"}, secrets={"token": "good"})
    return Bookkeeping(office, engine, books, secrets, sleeping)
