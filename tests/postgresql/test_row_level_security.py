"""Row level security as a second wall: what a query without an organization, or of the wrong one, meets."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, Table, create_engine, text
from sqlalchemy.exc import ProgrammingError

from tests.postgresql.databases import Divided
from tests.rows import fill, tables_in
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.adapters.sqlalchemy.schema import metadata
from worktraq.core.ids import OrganizationId
from worktraq.errors import AdapterError, InvalidInput
from worktraq.testing.builders import a_time_entry, an_intent, new_id
from worktraq.testing.contracts.base import Abandoned, reading, writing
from worktraq.testing.firms import Firm

pytestmark = pytest.mark.requirement("B-08")
TABLES = sorted(metadata.tables)
Firms = tuple[Firm, Firm]
Ids = tuple[OrganizationId, OrganizationId]


@contextmanager
def connection_of(store: SqlStore, organization_id: OrganizationId) -> Iterator[Connection]:
    """The connection of a unit of work, for statements that it would never send."""
    with store.unit_of_work(organization_id, writes=True) as uow:
        yield uow._session._connection


def owners(connection: Connection, table: str) -> set[object]:
    """Whose rows a query without a condition gives."""
    return set(connection.execute(text(f'SELECT organization_id FROM "{table}"')).scalars())


@pytest.fixture(scope="module")
def tables(divided: Divided) -> list[Table]:
    """As they are in the database."""
    with divided.owner.connect() as connection:
        return tables_in(connection)


@pytest.fixture
def ids(emptied: Divided, tables: list[Table]) -> Ids:
    """Two organizations with rows in every table."""
    made = (OrganizationId(new_id()), OrganizationId(new_id()))
    with emptied.owner.begin() as connection:
        fill(connection, tables, *made)
    return made


class TestOneConnectionForAll:
    """A pool of one connection, which goes from one organization to the next."""

    def test_a_query_without_a_condition_sees_its_own_rows_only(self, single: SqlStore, ids: Ids) -> None:
        """In every table, whoever had the connection before."""
        for organization_id in (*ids, *ids):
            with connection_of(single, organization_id) as connection:
                seen = {table: owners(connection, table) for table in TABLES}
            assert seen == {table: {organization_id} for table in TABLES}

    def test_who_says_nothing_sees_nothing(self, engine: Engine, single: SqlStore, ids: Ids) -> None:
        """Before anybody has said for whom, when whoever has is gone, and when he has failed."""
        seen = []
        with engine.connect() as connection:
            seen += [table for table in TABLES if owners(connection, table)]
        with connection_of(single, ids[0]):
            pass
        with engine.connect() as connection:
            seen += [table for table in TABLES if owners(connection, table)]
        with pytest.raises(Abandoned), connection_of(single, ids[0]):
            raise Abandoned
        with engine.connect() as connection:
            seen += [table for table in TABLES if owners(connection, table)]
        assert seen == []

    def test_a_partition_shows_nothing_to_who_goes_past_its_table(
        self, single: SqlStore, emptied: Divided, ids: Ids
    ) -> None:
        """Not even what is one's own."""
        with connection_of(single, ids[0]) as connection:
            seen = [owners(connection, f"worktraq_item_p{number}") for number in range(emptied.partitions)]
        assert seen == [set()] * emptied.partitions

    def test_a_change_without_a_condition_stays_within(self, single: SqlStore, firms: Firms) -> None:
        """The rows of the other organization are not there for it."""
        ours, theirs = firms
        with connection_of(single, ours.id) as connection:
            changed = connection.execute(text("UPDATE worktraq_customer SET email = 'x@y.example'")).rowcount
            connection.execute(text("DELETE FROM worktraq_team_member"))
        assert changed == len(ours.customers)
        with reading(single, theirs) as uow:
            assert uow.customers.find(theirs.customer.id) == theirs.customer
            assert uow.teams.find(theirs.team.id) == theirs.team

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO worktraq_invoice_year VALUES ('{other}', 2026, 1, NULL)",
            "UPDATE worktraq_team_member SET organization_id = '{other}'",
        ],
        ids=["added", "moved"],
    )
    def test_nothing_can_be_put_with_another_organization(self, single: SqlStore, firms: Firms, statement: str) -> None:
        """What is written belongs to the organization that the transaction is for."""
        with pytest.raises(ProgrammingError, match="row-level security"), connection_of(single, firms[0].id) as within:
            within.execute(text(statement.format(other=firms[1].id)))

    def test_many_rows_are_added_at_once(self, single: SqlStore, firms: Firms) -> None:
        """PostgreSQL takes no stream of rows where policies hold, so they go another way."""
        entries = [a_time_entry(firms[0].activity, minutes=1 + number % 7) for number in range(1_001)]
        with writing(single, firms[0]) as uow:
            uow.items.add(*entries)
        with reading(single, firms[0]) as uow:
            assert uow.items.find_many([entry.id for entry in entries]) == entries


class TestAcrossOrganizations:
    """The two ports that cross tenants open the one table that each needs, and nothing else."""

    def test_the_directory_sees_organizations_only(self, single: SqlStore, ids: Ids) -> None:
        """All of them."""
        assert list(single.directory.organization_ids()) == sorted(ids)
        with single.directory._reading() as connection:
            assert [table for table in TABLES if owners(connection, table)] == ["worktraq_organization"]

    def test_deliveries_see_intents_only(self, single: SqlStore, ids: Ids) -> None:
        """And cannot add or remove any."""
        with single.claims._writing() as connection:
            assert [table for table in TABLES if owners(connection, table)] == ["worktraq_intent"]
            assert connection.execute(text("DELETE FROM worktraq_intent")).rowcount == 0

    def test_intents_of_all_are_delivered(self, single: SqlStore, firms: Firms) -> None:
        """Claimed and completed, by a worker that belongs to nobody."""
        for firm in firms:
            with writing(single, firm) as uow:
                uow.outbox.add(an_intent(firm.employee))
        claimed = single.claims.claim(10, timedelta(minutes=5))
        assert {each.intent.organization_id for each in claimed} == {firm.id for firm in firms}
        assert single.claims.complete(*claimed) == 2
        assert single.claims.claim(10, timedelta(minutes=5)) == []


class TestTransactionsOfTheHost:
    """A unit of work that joins the host's transaction leaves it as it was."""

    def test_the_host_is_for_nobody_again(self, engine: Engine, single: SqlStore, firms: Firms) -> None:
        """Whether the unit of work is kept or fails."""
        with engine.begin() as connection:
            with single.unit_of_work(firms[0].id, writes=True, connection=connection) as uow:
                assert uow.users.find(firms[0].admin.id) == firms[0].admin
            assert owners(connection, "worktraq_user") == set()
            with (
                pytest.raises(Abandoned),
                single.unit_of_work(firms[0].id, writes=True, connection=connection),
            ):
                raise Abandoned
            assert owners(connection, "worktraq_user") == set()

    def test_units_of_work_can_be_nested(self, engine: Engine, single: SqlStore, firms: Firms) -> None:
        """Each is for its own organization, and the outer one goes on with its own."""
        ours, theirs = firms
        with (
            engine.begin() as connection,
            single.unit_of_work(ours.id, writes=True, connection=connection) as outer,
        ):
            with single.unit_of_work(theirs.id, writes=True, connection=connection):
                assert owners(connection, "worktraq_user") == {theirs.id}
            assert owners(connection, "worktraq_user") == {ours.id}
            assert outer.users.find(ours.admin.id) == ours.admin


class TestNoWall:
    """Where the wall would not hold, nobody is let believe it does."""

    def test_the_owner_of_the_tables_is_refused(self, emptied: Divided) -> None:
        """Whom policies do not bind."""
        store = SqlStore(emptied.owner, row_level_security=True)
        organization_id = OrganizationId(new_id())
        with pytest.raises(AdapterError, match="Row level security"), store.unit_of_work(organization_id, writes=False):
            pass
        with pytest.raises(AdapterError, match="Row level security"):
            store.directory.organization_ids()
        with pytest.raises(AdapterError, match="Row level security"):
            store.claims.claim(1, timedelta(minutes=1))

    def test_a_store_that_was_not_told_sees_nothing(self, engine: Engine, ids: Ids) -> None:
        """It forgets to say for whom, and so gets nothing rather than all."""
        store = SqlStore(engine)
        assert list(store.directory.organization_ids()) == []
        with store.unit_of_work(ids[0], writes=False) as uow:
            assert uow.organizations.find() is None

    def test_other_databases_cannot(self) -> None:
        """Only PostgreSQL can."""
        with pytest.raises(InvalidInput) as refused:
            SqlStore(create_engine("sqlite://"), row_level_security=True)
        assert (refused.value.field, refused.value.code) == ("row_level_security", "only_on_postgresql")
