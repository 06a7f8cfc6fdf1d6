"""Doing something once: `engine.run` with a key."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.unit.usecases.firm import Office, an_office, codes
from worktraq.core.actors import Actor
from worktraq.core.ids import UserId
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY, new_id
from worktraq.usecases.transaction import Transaction

pytestmark = pytest.mark.requirement("B-08")


@pytest.fixture
def office() -> Office:
    """A firm at work."""
    return an_office()


class Registering:
    """Registers an hour of Eva's, and knows how often it was called."""

    def __init__(self, office: Office) -> None:
        self._activity_id = office.firm.activity.id
        self.calls = 0

    def __call__(self, tx: Transaction) -> UUID:
        """The id of the hour."""
        self.calls += 1
        return tx.entries.register_time(self._activity_id, on=MONDAY, minutes=60).id


def test_the_same_key_gives_the_same_outcome(office: Office) -> None:
    """The function is called once; later ones are not called at all."""
    first, second = Registering(office), Registering(office)
    item_id = office.engine.run(office.eva, first, key="k", given={"minutes": 60})
    office.clock.tick(timedelta(days=3))
    with office.nothing_changes():
        assert office.engine.run(office.eva, second, key="k", given={"minutes": 60}) == item_id
    assert (first.calls, second.calls) == (1, 0)


def test_without_a_key_everything_is_done_each_time(office: Office) -> None:
    """And anything may come of it."""
    act = Registering(office)
    assert office.engine.run(office.eva, act) != office.engine.run(office.eva, act)
    assert isinstance(office.engine.run(office.eva, lambda tx: tx), Transaction)


def test_another_input_is_refused(office: Office) -> None:
    """Nothing is done, and the first outcome stays."""
    act = Registering(office)
    item_id = office.engine.run(office.eva, act, key="k", given=1)
    for other in (2, None, "1"):
        with office.nothing_changes(), pytest.raises(InvalidInput) as raised:
            office.engine.run(office.eva, act, key="k", given=other)
        assert raised.value.code == "key_of_other_input"
    assert office.engine.run(office.eva, act, key="k", given=1) == item_id
    assert act.calls == 1


def test_an_input_without_a_key_is_a_mistake(office: Office) -> None:
    """It would not be looked at."""
    with pytest.raises(InvalidInput) as raised:
        office.engine.run(office.eva, Registering(office), given=1)
    assert (raised.value.field, raised.value.code) == ("key", "value_missing")


def test_an_outcome_that_cannot_be_kept_undoes_everything(office: Office) -> None:
    """It is said before anything is committed, and the key stays free."""
    with office.nothing_changes(), pytest.raises(InvalidInput) as raised:
        office.engine.run(office.manager, lambda tx: tx.customers.add_business(company_name="Nova"), key="k")
    assert raised.value.code == "value_not_kept"
    assert "Customer" in str(raised.value)
    assert office.engine.run(office.manager, lambda _: 1, key="k") == 1


def test_a_key_of_somebody_else_is_another_key(office: Office) -> None:
    """What came of it is nobody else's business."""
    assert office.engine.run(office.eva, lambda _: "Eva's", key="k", given=1) == "Eva's"
    assert office.engine.run(office.coen, lambda _: "Coen's", key="k", given=2) == "Coen's"
    assert office.engine.run(office.system, lambda _: "of the scheduler", key="k") == "of the scheduler"
    assert office.engine.run(office.stranger, lambda _: "elsewhere", key="k") == "elsewhere"


def test_whoever_may_no_longer_act_is_given_nothing(office: Office) -> None:
    """Neither a user who was deactivated nor one who is not there."""
    office.engine.run(office.manager, lambda _: 1, key="k")
    with office.acting(office.admin) as tx:
        tx.users.deactivate(office.firm.manager.id, version=1)
    with pytest.raises(Refused) as raised:
        office.engine.run(office.manager, lambda _: 1, key="k")
    assert codes(raised.value) == ["user_inactive"]
    with pytest.raises(NotFound):
        office.engine.run(Actor.user(office.firm.id, UserId(new_id())), lambda _: 1, key="k")


def test_the_outcome_is_no_list_that_the_host_still_holds(office: Office) -> None:
    """Changing it changes nothing."""
    held = [1]
    given = office.engine.run(office.eva, lambda _: held, key="k")
    held.append(2)
    assert given == [1]
    assert given is not office.engine.run(office.eva, lambda _: held, key="k")


def test_a_conflict_is_tried_again_under_the_same_key(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """As without one; what the failed attempt claimed is free again."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    act, failures = Registering(office), [Conflict("transaction_conflict", is_retryable=True)] * 2

    def work(tx: Transaction) -> UUID:
        item_id = act(tx)
        if failures:
            raise failures.pop()
        return item_id

    item_id = office.engine.run(office.eva, work, key="k")
    assert act.calls == 3
    with office.viewing(office.eva) as tx:
        assert [item.id for item in tx.entries.list()] == [item_id]
