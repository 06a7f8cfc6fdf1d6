"""The engine: transactions, views, retries, and what it does for all organizations."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.unit.usecases.firm import Office, an_office
from worktraq.adapters.memory import MemoryStore
from worktraq.core.actors import Actor
from worktraq.core.ids import OrganizationId
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.fakes import BEGINNING
from worktraq.usecases.defaults import Uuid7Source, utc_now
from worktraq.usecases.transaction import Transaction


@pytest.fixture
def office() -> Office:
    """A firm at work, with nothing registered yet."""
    return an_office()


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    taken: list[float] = []
    monkeypatch.setattr("time.sleep", taken.append)
    return taken


class _HostError(Exception):
    """Something of the host's own goes wrong."""


def test_transaction_is_kept_as_a_whole_or_not_at_all(office: Office) -> None:
    """Mails included: what fails at the end takes everything back."""
    item = office.time()
    office.submit()

    def fail(tx: Transaction) -> None:
        tx.customers.add_business(company_name="Nova")
        tx.approval.reject([item.id], reason="no")
        raise _HostError

    with office.nothing_changes(), pytest.raises(_HostError), office.acting(office.manager) as tx:
        fail(tx)
    assert office.engine.deliver_notifications().attempts == 0


def test_transaction_knows_who_acts_and_when(office: Office) -> None:
    """Everything in it happens at one instant."""
    with office.acting(office.eva) as tx:
        office.clock.tick(timedelta(hours=1))
        assert (tx.actor, tx.at) == (office.eva, BEGINNING)


def test_areas_of_a_transaction_are_made_once(office: Office) -> None:
    """What one of them knows, it knows for the whole transaction."""
    with office.viewing(office.eva) as tx:
        assert tx.entries is tx.entries


def test_view_changes_nothing(office: Office) -> None:
    """Every command is refused in it."""
    with office.nothing_changes(), office.viewing(office.manager) as tx, pytest.raises(Refused) as raised:
        tx.customers.add_business(company_name="Nova")
    assert [reason.code for reason in raised.value.reasons] == ["read_only"]


def test_view_is_a_snapshot(office: Office) -> None:
    """What happens meanwhile is not seen in it, and is not held up by it."""
    with office.viewing(office.manager) as tx:
        office.time()
        assert len(tx.entries.list()) == 0
    with office.viewing(office.manager) as tx:
        assert len(tx.entries.list()) == 1


def test_unfounded_organization_is_not_found() -> None:
    """There is nobody who could act in it."""
    engine = WorkTraq(MemoryStore())
    nowhere = Actor.system(OrganizationId(Uuid7Source()()))
    with engine.view(nowhere) as tx, pytest.raises(NotFound) as raised:
        tx.organizations.get()
    assert raised.value.kind == "organization"


def test_run_tries_again_as_a_whole(office: Office, naps: list[float]) -> None:
    """When another transaction was in the way; nothing of the failed attempt is kept."""
    tries = []

    def work(tx: Transaction) -> str:
        tries.append(1)
        customer = tx.customers.add_business(company_name="Nova", number="N-1")
        if len(tries) < 3:
            raise Conflict("transaction_conflict", is_retryable=True)
        return customer.name

    assert office.engine.run(office.manager, work) == "Nova"
    assert (len(tries), len(naps)) == (3, 2)


def test_run_gives_up_in_the_end(office: Office, naps: list[float]) -> None:
    """The conflict is raised then; it waited longer each time, at most."""
    tries = []

    def work(_tx: Transaction) -> None:
        tries.append(1)
        raise Conflict("transaction_conflict", is_retryable=True)

    with office.nothing_changes(), pytest.raises(Conflict):
        office.engine.run(office.manager, work)
    assert (len(tries), len(naps)) == (8, 7)
    assert all(nap <= 0.01 * 2**number for number, nap in enumerate(naps, start=1))


@pytest.mark.parametrize("error", [Conflict("changed_meanwhile"), Refused.because("needs_admin"), _HostError()])
def test_run_tries_once_what_would_fail_again(office: Office, error: Exception) -> None:
    """A stale version stays stale, a rule stays a rule."""
    tries = []

    def work(_tx: Transaction) -> None:
        tries.append(1)
        raise error

    with pytest.raises(type(error)):
        office.engine.run(office.manager, work)
    assert len(tries) == 1


def test_transaction_within_a_transaction_is_in_its_own_way(office: Office) -> None:
    """On the memory store one writes at a time; it says so at once."""
    with office.acting(office.manager), pytest.raises(Conflict) as raised, office.acting(office.admin):
        pass
    assert raised.value.is_retryable


def test_scheduler_tries_again_too(office: Office, naps: list[float]) -> None:
    """An organization in whose way somebody was gets its turn after a wait."""
    released: list[float] = []
    with office.acting(office.manager), pytest.raises(Conflict):
        office.engine.run_due()
    released.extend(naps)
    assert len(released) == 7


def test_scheduler_and_delivery_serve_one_organization_if_wanted(office: Office) -> None:
    """What waits elsewhere waits on."""
    request = office.asked(office.time())
    assert office.engine.deliver_notifications(organization_id=office.other.id).attempts == 0
    at = request.expires_at
    assert office.engine.run_due(at, organization_id=office.other.id).expired == 0
    assert office.engine.run_due(at, organization_id=office.firm.id).expired == 1


def test_clock_without_a_zone_is_refused() -> None:
    """The host's clock has to know where it stands."""
    engine = WorkTraq(MemoryStore(), clock=lambda: datetime(2026, 10, 5))  # noqa: DTZ001  # that is what is refused
    with pytest.raises(InvalidInput) as raised:
        engine.found_organization(name="Nova", admin_name="Nel", admin_email="nel@nova.example")
    assert (raised.value.field, raised.value.code) == ("clock", "instant_naive")


def test_host_follows_the_events_without_gaps(office: Office) -> None:
    """From where it was, as many as it wants."""
    office.time()
    office.submit()
    office.engine.run_due()
    first = office.engine.events(office.firm.id, limit=2)
    rest = office.engine.events(office.firm.id, after=first[-1].number)
    assert [record.number for record in (*first, *rest)] == list(range(1, len(first) + len(rest) + 1))
    assert len(first) == 2


def test_ids_are_of_version_seven_and_ascend() -> None:
    """Also when many are made within a millisecond."""
    source = Uuid7Source()
    ids = [source() for _ in range(5000)]
    assert all(one < other for one, other in pairwise(ids))
    assert {each.version for each in ids} == {7}
    assert abs((ids[0].int >> 80) / 1000 - utc_now().timestamp()) < 60


def test_two_sources_never_make_the_same_id() -> None:
    """Two processes of one host can make ids at once."""
    one, other = Uuid7Source(), Uuid7Source()
    made = [each() for _ in range(1000) for each in (one, other)]
    assert len(set(made)) == len(made)


def test_clock_of_the_machine_is_in_utc() -> None:
    """It is what the engine takes when it is given none."""
    assert utc_now().tzinfo is UTC
    founded = WorkTraq(MemoryStore()).found_organization(name="Nova", admin_name="Nel", admin_email="nel@nova.example")
    assert founded.organization.name == "Nova"
