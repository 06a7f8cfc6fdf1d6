"""What every store must do with decisions and submissions."""

from datetime import date, timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.approval import DecisionKind
from worktraq.core.calendar import Period
from worktraq.core.ids import ItemId, UserId
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import (
    OCTOBER,
    a_decision,
    a_request,
    a_submission,
    a_time_entry,
    an_expense,
    new_id,
)
from worktraq.testing.contracts.base import StoreContract, many_examples, read_only, reading, rolled_back, writing
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm


class DecisionRepositoryContract(StoreContract):
    """Decisions: added and made void, never removed."""

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Whatever somebody can say is kept exactly."""
        item = a_time_entry(firm.activity)
        request = a_request(firm.project, firm.employee, item)
        decision = data.draw(strategies.decisions(item, data.draw(st.sampled_from((None, request)))))
        with rolled_back(store, firm) as uow:
            uow.items.add(item)
            uow.requests.add(request)
            uow.decisions.add(decision)
            assert list(uow.decisions.of_items([item.id])) == [decision]

    def test_decisions_come_in_order_of_instant(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Then of id, of all items asked for, and only of these."""
        one, two, three = (a_time_entry(firm.activity) for _ in range(3))
        later, first, last = (BEGINNING + timedelta(microseconds=tick) for tick in (1, 0, 2))
        decisions = [
            a_decision(one, firm.manager, at=later),
            a_decision(two, firm.manager, DecisionKind.REJECTED, at=later),
            a_decision(one, firm.admin, DecisionKind.WAIVED, at=first),
            a_decision(one, firm.admin, at=last),
        ]
        with writing(store, firm) as uow:
            uow.items.add(one, two, three)
            uow.decisions.add(a_decision(three, firm.manager), *reversed(decisions))
        with reading(store, firm) as uow:
            ids = [two.id, one.id, one.id, *(ItemId(new_id()) for _ in range(MANY))]
            assert list(uow.decisions.of_items(ids)) == [decisions[2], decisions[0], decisions[1], decisions[3]]
            assert list(uow.decisions.of_items([])) == []
        with reading(store, other_firm) as uow:
            assert list(uow.decisions.of_items([one.id, two.id])) == []

    def test_decisions_are_made_void(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """All of an item, in order as before; those of others stay, and making void twice changes nothing."""
        one, two = a_time_entry(firm.activity), an_expense(firm.activity)
        of_one = [a_decision(one, firm.manager), a_decision(one, firm.admin)]
        of_two = a_decision(two, firm.manager)
        with writing(store, firm) as uow:
            uow.items.add(one, two)
            uow.decisions.add(*of_one, of_two)
        with writing(store, other_firm) as uow:
            uow.decisions.make_void([two.id])
        for _ in range(2):
            with writing(store, firm) as uow:
                uow.decisions.make_void([one.id, *(ItemId(new_id()) for _ in range(MANY))])
                uow.decisions.make_void([])
        with reading(store, firm) as uow:
            void = [evolve(decision, is_void=True) for decision in of_one]
            assert list(uow.decisions.of_items([one.id, two.id])) == [*void, of_two]

    def test_many_can_be_added_at_once(self, store: Store, firm: Firm) -> None:
        """Adding in bulk stores everything, and adding nothing nothing."""
        items = [a_time_entry(firm.activity) for _ in range(1_200)]
        decisions = [a_decision(item, firm.manager) for item in items]
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.decisions.add(*decisions)
            uow.decisions.add()
        with reading(store, firm) as uow:
            assert list(uow.decisions.of_items([item.id for item in items])) == decisions

    def test_a_decision_outlives_its_item(self, store: Store, firm: Firm) -> None:
        """Removing an item removes no decision."""
        item = a_time_entry(firm.activity)
        decision = a_decision(item, firm.manager)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.decisions.add(decision)
        with writing(store, firm) as uow:
            uow.items.remove(item)
        with reading(store, firm) as uow:
            assert list(uow.decisions.of_items([item.id])) == [decision]

    def test_what_is_rolled_back_was_never_decided(self, store: Store, firm: Firm) -> None:
        """An error in the transaction leaves the decisions as they were."""
        item = a_time_entry(firm.activity)
        decision = a_decision(item, firm.manager)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.decisions.add(decision)
        with rolled_back(store, firm) as uow:
            uow.decisions.add(a_decision(item, firm.admin))
            uow.decisions.make_void([item.id])
        with reading(store, firm) as uow:
            assert list(uow.decisions.of_items([item.id])) == [decision]

    def test_a_view_refuses_every_change(self, store: Store, firm: Firm) -> None:
        """Nothing is added or made void without `writes`."""
        item = a_time_entry(firm.activity)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.decisions.add(a_decision(item, firm.manager))
        with read_only(), reading(store, firm) as uow:
            uow.decisions.add(a_decision(item, firm.admin))
        with read_only(), reading(store, firm) as uow:
            uow.decisions.make_void([item.id])


class SubmissionRepositoryContract(StoreContract):
    """Which periods were handed in."""

    @many_examples
    @given(data=st.data())
    def test_every_period_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Also those far back and far ahead."""
        submission = data.draw(strategies.submissions(firm))
        with rolled_back(store, firm) as uow:
            uow.submissions.add(submission)
            assert list(uow.submissions.periods_of(submission.user_id, submission.period)) == [submission.period]

    def test_periods_that_share_a_day_are_found(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """In order; what ends the day before, or begins the day after, shares none."""
        periods = [
            Period(date(2026, 1, 1), date(2026, 10, 2)),
            Period(date(2026, 1, 1), date(2027, 1, 1)),
            Period.day(date(2026, 10, 1)),
            Period.week(date(2026, 10, 7)),
            Period(date(2026, 10, 31), date(2026, 11, 30)),
        ]
        apart = [Period.month(2026, 9), Period.month(2026, 11)]
        with writing(store, firm) as uow:
            for period in (*reversed(periods), *apart):
                uow.submissions.add(a_submission(firm.employee, period))
            uow.submissions.add(a_submission(firm.colleague, Period.day(date(2026, 10, 2))))
        with reading(store, firm) as uow:
            assert list(uow.submissions.periods_of(firm.employee.id, OCTOBER)) == periods
            assert list(uow.submissions.periods_of(firm.admin.id, OCTOBER)) == []
            assert list(uow.submissions.periods_of(UserId(new_id()), OCTOBER)) == []
        with reading(store, other_firm) as uow:
            assert list(uow.submissions.periods_of(firm.employee.id, OCTOBER)) == []

    def test_what_is_rolled_back_was_never_handed_in(self, store: Store, firm: Firm) -> None:
        """An error in the transaction leaves nothing of it."""
        with rolled_back(store, firm) as uow:
            uow.submissions.add(a_submission(firm.employee))
        with reading(store, firm) as uow:
            assert list(uow.submissions.periods_of(firm.employee.id, OCTOBER)) == []

    def test_a_view_refuses_to_add(self, store: Store, firm: Firm) -> None:
        """Nothing is handed in without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.submissions.add(a_submission(firm.employee))
