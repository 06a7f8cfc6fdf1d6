"""Administrators and users, when two people change them at the same time."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.isolation.acts import Deed, a_firm_in, by, registers, removes_user, sets_rate
from tests.isolation.places import Place
from tests.isolation.turns import Act, orders
from worktraq.core.rates import RateSubject
from worktraq.core.users import Role, User
from worktraq.ports.unit_of_work import UnitOfWork
from worktraq.testing.builders import MONDAY, a_user
from worktraq.testing.firms import Firm

# That there is one connection to an accounting system is shown by the contract of connections, with several workers.


def _demote(user: User) -> Act:
    return by(user, lambda tx: tx.users.change(user.id, version=user.version, role=Role.EMPLOYEE))


def _deactivate(user: User) -> Act:
    return by(user, lambda tx: tx.users.deactivate(user.id, version=user.version))


def _remove(user: User) -> Act:
    return by(user, removes_user(user))


@pytest.mark.requirement("B-08")
@pytest.mark.parametrize("leave", [_demote, _deactivate, _remove])
@pytest.mark.parametrize("also_leave", [_demote, _deactivate, _remove])
def test_an_administrator_remains(
    place: Place, leave: Callable[[User], Act], also_leave: Callable[[User], Act]
) -> None:
    """Of two administrators who step down at the same time one stays, however each of them leaves."""
    for order in orders(are_alike=leave is also_leave):
        bo: list[User] = []
        firm = a_firm_in(place, partial(_with_a_second_administrator, bo=bo))
        outcomes = order.play(place, leave(firm.admin), also_leave(bo[0]))
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert uow.users.count_active(Role.ADMIN) == 1
        assert outcomes.successes == 1


def _with_a_second_administrator(uow: UnitOfWork, firm: Firm, bo: list[User]) -> None:
    bo.append(a_user(firm.id, "Bo", role=Role.ADMIN))
    uow.users.add(*bo)


@pytest.mark.requirement("B-08")
def test_a_mail_address_belongs_to_one_user(place: Place) -> None:
    """Of two who take it at the same time, by adding somebody and by changing somebody, one is refused."""
    for order in orders():
        firm = a_firm_in(place)
        outcomes = order.play(
            place,
            by(firm.admin, lambda tx: tx.users.add(name="Fay", email="fay@acme.example")),
            by(firm.admin, _takes_address(firm.colleague)),
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            assert uow.users.find_by_email("fay@acme.example") is not None
        assert outcomes.successes == 1


def _takes_address(user: User) -> Deed:
    return lambda tx: tx.users.change(user.id, version=user.version, email="Fay@acme.example")


@pytest.mark.requirement("B-08")
def test_a_user_who_is_removed_leaves_nothing_behind(place: Place) -> None:
    """Who registers while being removed either stays, or has registered nothing."""
    for order in orders():
        firm = a_firm_in(place)
        outcomes = order.play(
            place,
            by(firm.colleague, registers(firm.colleague_activity)),
            by(firm.admin, removes_user(firm.colleague)),
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            is_there = uow.users.find(firm.colleague.id) is not None
            minutes = uow.items.minutes_on(firm.colleague.id, [MONDAY]).get(MONDAY, 0)
        assert outcomes.successes == 1
        assert (is_there, minutes) in {(True, 60), (False, 0)}


@pytest.mark.requirement("B-08")
def test_no_rate_outlives_the_user_it_was_for(place: Place) -> None:
    """A rate set on an activity while its user is removed goes with the activity, or keeps nobody from going."""
    for order in orders():
        firm = a_firm_in(place)
        activity = firm.colleague_activity
        order.play(
            place,
            by(firm.manager, sets_rate(RateSubject.ACTIVITY, activity.id)),
            by(firm.admin, removes_user(firm.colleague)),
        )
        with place.store.unit_of_work(firm.id, writes=False) as uow:
            is_there = uow.activities.find(activity.id) is not None
            assert is_there or not uow.rates.on_subjects([activity.id])
