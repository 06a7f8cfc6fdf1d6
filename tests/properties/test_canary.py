"""Nothing that an employee or a customer can reach tells a price (W-05), and the search for one finds it."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest

from tests.properties.canary import CANARY, CANARY_BUDGET, Spill, check_for
from tests.properties.expectations import Content, secrets
from tests.properties.readings import everything
from tests.unit.usecases.firm import Office, an_office
from worktraq.core.access import Right
from worktraq.core.actors import Actor
from worktraq.core.chains import ApprovalChain
from worktraq.core.markups import MarkupSubject
from worktraq.core.money import Money, Rate
from worktraq.core.rates import RateSubject
from worktraq.errors import InvalidInput, Refused, WorktraqError
from worktraq.serialization import to_json
from worktraq.testing.builders import MONDAY
from worktraq.usecases.transaction import Transaction

pytestmark = pytest.mark.requirement("W-05")


@pytest.fixture
def office() -> Office:
    """Work in every state, all of it priced with the canary, and a colleague with every right."""
    office = an_office()
    firm = office.firm
    with office.acting(office.admin) as tx:
        tx.rates.set(RateSubject.ORGANIZATION, firm.id, CANARY)
        tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, CANARY)
        tx.rates.set_markup(MarkupSubject.ORGANIZATION, firm.id, 1337)
        tx.rates.set_budget(firm.project.id, CANARY_BUDGET)
        tx.projects.change(firm.project.id, version=1, budget_minutes=6000)
        for right in Right:
            tx.access.grant(right, customer_id=firm.customer.id, user_id=firm.colleague.id)
    items = [office.time(minutes) for minutes in (61, 90, 95, 100)]
    office.submit()
    with office.acting(office.manager) as tx:
        tx.approval.reject([items[0].id], reason="Too long")
        tx.approval.approve([items[1].id, items[2].id, items[3].id])
        tx.approval.waive([items[1].id], reason="Agreed")
    office.clock.tick(timedelta(days=31))
    office.engine.run_due()
    with office.acting(office.contact(office.requests()[-1])) as tx:
        shown = tx.signoff.shown()
        tx.signoff.decide(digest=shown.digest, accept=[items[2].id], reject={items[3].id: "No"})
    office.time(30)
    office.expense("12.34")
    return office


def hidden(office: Office) -> frozenset[int]:
    """The amounts that follow from the canary, and what follows from the money budget."""
    with office.viewing(office.admin) as tx:
        found = secrets(Content.of(office), tx.billing.unbilled(), tx.billing.unbilled_lines().items)
        use = tx.rates.budget(office.firm.project.id)
    assert {Money("116.66", "EUR").minor, Money("13.99", "EUR").minor} <= found
    assert use is not None
    return found | {use.amount.minor, use.used.minor, use.left.minor}


def readings(office: Office, actor: Actor) -> Iterator[object]:
    """All that an actor gets to read, errors included."""
    content = Content.of(office)
    with office.viewing(actor) as tx:
        for reading in everything(tx, office, list(content.items.values()), list(content.requests.values())):
            try:
                yield reading()
            except WorktraqError as error:
                yield error


def actors(office: Office) -> Mapping[str, Actor]:
    """Everybody who may not see a price."""
    return {
        "owner": office.eva,
        "who holds every right": office.coen,
        "contact": office.token(office.requests()[-1]),
        "stranger": office.stranger,
    }


@pytest.mark.parametrize("who", ["owner", "who holds every right", "contact", "stranger"])
def test_nothing_that_is_read_tells_a_price(office: Office, who: str, caplog: pytest.LogCaptureFixture) -> None:
    """Values, errors, what is logged, and all of it as JSON."""
    caplog.set_level(logging.NOTSET)
    found = list(readings(office, actors(office)[who]))
    check_for(hidden(office), *found, caplog.text)
    check_for(hidden(office), *(to_json(each) for each in found if not isinstance(each, WorktraqError)))


def test_no_mail_tells_a_price(office: Office) -> None:
    """To the employee or to the customer."""
    office.deliver()
    assert len(office.notifier.delivered) >= 4
    check_for(hidden(office), *office.notifier.delivered)


def test_no_error_of_an_attempt_tells_a_price(office: Office) -> None:
    """Of an employee who tries what only managers may."""
    firm = office.firm
    item = next(iter(Content.of(office).items.values()))
    attempts: list[Callable[[Transaction], object]] = [
        lambda tx: tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, Rate("1", "EUR")),
        lambda tx: tx.rates.fill_in(item.id, Rate("1", "EUR"), reason="x"),
        lambda tx: tx.rates.fill_in_all(Rate("1", "EUR"), reason="x", customer_id=firm.customer.id),
        lambda tx: tx.rates.set_markup(MarkupSubject.CUSTOMER, firm.customer.id, 1),
        lambda tx: tx.rates.markups_on(firm.id),
        lambda tx: tx.rates.set_budget(firm.project.id, Money("1", "EUR"), version=1),
        lambda tx: tx.rates.set_budget(firm.project.id, None),
        lambda tx: tx.rates.budget(firm.project.id),
        lambda tx: tx.overviews.organization(),
        lambda tx: tx.activities.add(user_id=firm.employee.id, customer_id=firm.customer.id),
        lambda tx: tx.projects.change(firm.project.id, version=1, name="x"),
        lambda tx: tx.customers.change(firm.customer.id, version=1, number="x"),
        lambda tx: tx.approval.approve([item.id]),
        lambda tx: tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=1440),
    ]
    errors = [office.refuses(office.eva, attempt, Refused) for attempt in attempts]
    check_for(hidden(office), *errors)


def test_order_of_what_an_employee_sees_does_not_follow_prices(office: Office) -> None:
    """The same lists come in the same order when the rates change."""
    firm = office.firm
    before = [repr(each) for each in readings(office, office.coen)]
    with office.acting(office.manager) as tx:
        tx.rates.set(RateSubject.ACTIVITY, firm.activity.id, Rate("0.0001", "EUR"))
        tx.rates.set(RateSubject.ACTIVITY, firm.colleague_activity.id, Rate("9999", "EUR"))
        tx.rates.set_budget(firm.project.id, Money("1", "EUR"), version=1)
    assert [repr(each) for each in readings(office, office.coen)] == before


@pytest.mark.parametrize("chain", ApprovalChain)
def test_events_of_the_trail_hold_no_price(chain: ApprovalChain) -> None:
    """Not even for a manager: they are kept for ever, and handed to the host."""
    office = an_office()
    office.settle_settings(chain=chain)
    office.set_rate("77.7731")
    with office.acting(office.manager) as tx:
        tx.rates.set_budget(office.firm.project.id, CANARY_BUDGET)
    office.time(90)
    office.submit()
    office.engine.run_due()
    check_for(frozenset({11666, CANARY_BUDGET.minor}), office.engine.events(office.firm.id))


def test_search_finds_what_a_manager_sees(office: Office) -> None:
    """So it would find it elsewhere, too."""
    amounts = hidden(office)
    with office.viewing(office.manager) as tx:
        item = next(each for each in tx.entries.list() if each.is_billable)
        visible = [tx.billing.unbilled(), tx.rates.on(office.firm.id), tx.rates.explain(item.id)]
        visible.append(tx.rates.budget(office.firm.project.id))
    for each in visible:
        with pytest.raises(Spill):
            check_for(amounts, each)
        with pytest.raises(Spill):
            check_for(amounts, to_json(each))


@pytest.mark.parametrize(
    "thing",
    [
        "the rate is 77.7731",
        {"deep": [("nested", CANARY)]},
        InvalidInput.of("rate", "amount_too_precise", digits=777731),
        Money("116.66", "EUR"),
        "worth 116.66",
        RuntimeError("116.66 EUR"),
        [{777731: 1}],
    ],
    ids=range(7),
)
def test_search_finds_a_price_wherever_it_hides(thing: object) -> None:
    """In texts, in values, in errors, however deep."""
    with pytest.raises(Spill):
        check_for(frozenset({11666}), thing)
