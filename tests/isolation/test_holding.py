"""Legal holds, when something is erased or deleted at the moment in which they are placed."""

from collections.abc import Callable
from functools import partial

import pytest
from attrs import evolve

from tests.isolation.acts import a_firm_in, by, engine_of
from tests.isolation.places import Place
from tests.isolation.turns import Act, orders
from worktraq.core.actors import Actor
from worktraq.core.comments import Comment
from worktraq.core.entries import TimeEntry
from worktraq.core.privacy import Texts
from worktraq.engine import WorkTraq
from worktraq.ports.entries import ItemFilter
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import a_comment, a_time_entry
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction

Things = tuple[TimeEntry, Comment]


def _deletes_contact(firm: Firm, _things: Things) -> Act:
    return by(firm.admin, lambda tx: tx.contacts.delete(firm.contact.id, version=firm.contact.version))


def _deletes_draft(firm: Firm, things: Things) -> Act:
    return by(firm.employee, lambda tx: tx.entries.delete(things[0].id, version=things[0].version))


def _takes_remark_back(firm: Firm, things: Things) -> Act:
    return by(firm.manager, lambda tx: tx.approval.remove_comment(things[1].id))


def _erases_contact(firm: Firm, _things: Things) -> Act:
    return by(firm.admin, lambda tx: tx.privacy.erase_person(contact_id=firm.contact.id, texts=Texts.ERASE))


def _lets_time_erase(firm: Firm, _things: Things) -> Act:
    return lambda engine: engine.run_due(organization_id=firm.id)


_WAYS = (_deletes_contact, _deletes_draft, _takes_remark_back, _erases_contact, _lets_time_erase)


@pytest.mark.parametrize("erases", _WAYS)
def test_each_of_them_takes_something_away(place: Place, erases: Callable[[Firm, Things], Act]) -> None:
    """Where nothing is held; the test below looks at something."""
    things: list[Things] = []
    firm = a_firm_in(place, partial(_with_something_old, things=things))
    before = _left(place, firm)
    erases(firm, things[0])(engine_of(place))
    assert _left(place, firm) != before


@pytest.mark.requirement("B-07", "B-08")
@pytest.mark.parametrize("erases", _WAYS)
def test_what_is_there_when_a_hold_is_placed_stays(place: Place, erases: Callable[[Firm, Things], Act]) -> None:
    """Whoever is told that the hold is in force finds afterwards what was there at that moment."""
    for order in orders():
        things: list[Things] = []
        firm = a_firm_in(place, partial(_with_something_old, things=things))
        seen: list[object] = []

        def holds(engine: WorkTraq, firm: Firm = firm, seen: list[object] = seen) -> None:
            engine.run(Actor.user(firm.id, firm.admin.id), partial(_place, firm=firm))
            seen.append(_left(place, firm))

        order.play(place, erases(firm, things[0]), holds)
        assert seen == [_left(place, firm)]


def _with_something_old(uow: UnitOfWork, firm: Firm, things: list[Things]) -> None:
    old = evolve(a_time_entry(firm.activity), note="Called Eva")
    old = evolve(old, on=old.on.replace(year=old.on.year - 20))
    comment = a_comment(old, firm.manager)
    uow.items.add(old)
    uow.comments.add(comment)
    things.append((old, comment))


def _place(tx: Transaction, *, firm: Firm) -> None:
    tx.privacy.place_hold(customer_id=firm.customer.id, reason="Dispute")


def _left(place: Place, firm: Firm) -> object:
    with place.store.unit_of_work(firm.id, writes=False) as uow:
        items = list(uow.items.stream(ItemFilter()))
        return uow.contacts.find(firm.contact.id), items, [uow.comments.of_item(item.id) for item in items]
