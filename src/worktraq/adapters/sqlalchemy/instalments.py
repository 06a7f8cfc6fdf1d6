"""The instalments of fixed prices."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import BigInteger, Column, Integer, bindparam

from worktraq.adapters.sqlalchemy.cells import day_number
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CURRENCY, ID, LINE, index, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.core.ids import CustomerId, InstalmentId, ProjectId
from worktraq.core.instalments import Instalment

instalment_table = table(
    "instalment",
    Column("id", ID, primary_key=True),
    Column("customer_id", ID, nullable=False),
    Column("project_id", ID, nullable=False),
    Column("due_on", Integer, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("amount_currency", CURRENCY, nullable=False),
    Column("description", LINE, nullable=False),
    Column("invoice_id", ID),
    Column("version", BigInteger, nullable=False),
    Column("open_on", Integer),
    refers("customer_id", "customer"),
    refers("project_id", "project"),
    index("instalment", "customer", "customer_id"),
    index("instalment", "project", "project_id"),
    index("instalment", "open", "open_on", "id", only_filled="open_on"),
)


def _open_on(instalment: Instalment) -> int | None:
    """The day on which it is due; empty once it is billed, so that an index holds what is open and nothing else."""
    return day_number(instalment.due_on) if instalment.is_open else None


_instalments = Shelf(Mapping(instalment_table, Instalment, derived={"open_on": _open_on}))
_c = instalment_table.c
_of_project = _instalments.where(_c.project_id == bindparam("project_id"), order=(_c.due_on, _c.id))


class SqlInstalments(SqlRepository[Instalment, InstalmentId]):
    """The instalments of the organization's projects."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _instalments)

    def of_project(self, project_id: ProjectId) -> Sequence[Instalment]:
        """All instalments of a project, in order of day, then id."""
        return self._load(self._session.fetch(_of_project, project_id=self._session.packed(project_id)))

    def due(
        self, until: date, *, customer_id: CustomerId | None = None, project_id: ProjectId | None = None
    ) -> Sequence[Instalment]:
        """What is due on a day and stands on no invoice, in order of day, then id."""
        statement = _instalments.select().where(_c.open_on.is_not(None), _c.open_on <= day_number(until))
        if customer_id is not None:
            statement = statement.where(_c.customer_id == self._session.packed(customer_id))
        if project_id is not None:
            statement = statement.where(_c.project_id == self._session.packed(project_id))
        return self._load(self._session.read(statement.order_by(_c.open_on, _c.id)))
