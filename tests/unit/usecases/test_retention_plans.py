"""What a period would take before it is chosen, and the reasons of legal holds: changed, and erased in their time."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from tests.unit.usecases.firm import Office, codes
from tests.unit.usecases.test_privacy import LATER, everything_old, place
from worktraq.core.events import EventName
from worktraq.core.holds import HoldSubject, LegalHold
from worktraq.core.ids import HoldId
from worktraq.core.privacy import ERASED, DataCategory, PersonKind
from worktraq.core.retention import RetentionPlan
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.testing.builders import MONDAY, new_id

pytestmark = pytest.mark.requirement("B-07")
NONE: Mapping[str, int | None] = {}
SHORT: Mapping[str, int | None] = {"notes": 1, "comments": 1, "evidence": 1, "invitations": 1}


def planned(office: Office, on: date | None = None, months: Mapping[str, int | None] = NONE) -> RetentionPlan:
    """What an administrator is shown; nothing is changed by it."""
    with office.nothing_changes(), office.viewing(office.admin) as tx:
        return tx.privacy.plan_retention(on=on, **months)


def lifted_hold(office: Office, subject: HoldSubject = HoldSubject.CUSTOMER) -> LegalHold:
    """A hold on what the firm works for, placed and lifted."""
    place(office, subject)
    with office.acting(office.admin) as tx:
        (hold,) = tx.privacy.holds(is_in_force=True)
        return tx.privacy.lift_hold(hold.id)


def test_plan_counts_what_is_then_erased(office: Office) -> None:
    """Category by category, the reason of a lifted hold included; afterwards nothing is left to take."""
    everything_old(office)
    lifted_hold(office)
    office.clock.tick(LATER)
    plan = planned(office)
    erased = office.engine.run_due().erased
    with office.viewing(office.admin) as tx:
        (event,) = [event for event in tx.audit.history(office.firm.id) if event.name is EventName.RETENTION_APPLIED]
    assert {each.category.value: each.count for each in plan.erased} == dict(event.details)
    assert sum(each.count for each in plan.erased) == erased
    assert len(plan.erased) == 6
    assert planned(office).erased == ()


def test_plan_is_of_the_periods_that_are_given(office: Office) -> None:
    """On any day; those that are not given hold as they are."""
    everything_old(office)
    later = MONDAY + timedelta(days=100)
    assert planned(office).erased == planned(office, months=SHORT).erased == ()
    plan = planned(office, later, SHORT)
    assert (plan.on, plan.retention.notes, plan.retention.invoices, plan.retention.version) == (later, 1, 84, 0)
    assert (plan.count(DataCategory.NOTES), plan.count(DataCategory.INVOICES)) == (2, 0)
    assert plan.count(DataCategory.EVIDENCE)
    assert planned(office, later, {**SHORT, "notes": None}).count(DataCategory.NOTES) == 0
    with office.acting(office.admin) as tx:
        tx.privacy.change_retention(version=plan.retention.version, notes=1)
    assert [each.category for each in planned(office, later).erased] == [DataCategory.NOTES]


def test_plan_refuses_what_choosing_refuses(office: Office) -> None:
    """Less than the law demands, a day that is none, and whoever is no administrator."""
    with office.viewing(office.admin) as tx:
        for wrong in ({"invoices": 1}, {"notes": 0}, {"on": date(1, 1, 1)}, {"on": "2026-10-05"}):
            with pytest.raises(InvalidInput):
                tx.privacy.plan_retention(**wrong)
    assert codes(office.refuses(office.manager, lambda tx: tx.privacy.plan_retention(), Refused)) == ["needs_admin"]


@pytest.mark.parametrize("subject", HoldSubject)
def test_plan_leaves_out_what_is_held(office: Office, subject: HoldSubject) -> None:
    """As erasing does; on the organization everything is."""
    everything_old(office)
    place(office, subject)
    office.clock.tick(LATER)
    plan = planned(office)
    assert (plan.erased == ()) is (subject is HoldSubject.ORGANIZATION)
    assert sum(each.count for each in plan.erased) == office.engine.run_due().erased


def test_reason_of_a_hold_is_changed_by_what_was_seen(office: Office) -> None:
    """While it is in force; what it is on stays, and the audit trail says so without the text."""
    place(office, HoldSubject.CUSTOMER)
    with office.acting(office.admin) as tx:
        (hold,) = tx.privacy.holds()
        after = tx.privacy.change_hold(hold.id, version=hold.version, reason="Inspection of 2026")
        (stored,) = tx.privacy.holds()
        (event,) = [each for each in tx.audit.history(hold.id) if each.name is EventName.HOLD_CHANGED]
    assert stored == after
    assert (after.reason, after.version, after.subject_id) == ("Inspection of 2026", 2, hold.subject_id)
    assert event.details == ()
    admin = office.admin
    office.refuses(admin, lambda tx: tx.privacy.change_hold(hold.id, version=1, reason="x"), Conflict)
    office.refuses(admin, lambda tx: tx.privacy.change_hold(hold.id, version=2, reason=" "), InvalidInput)
    office.refuses(admin, lambda tx: tx.privacy.change_hold(HoldId(new_id()), version=2, reason="x"), NotFound)
    refused = office.refuses(office.manager, lambda tx: tx.privacy.change_hold(hold.id, version=2, reason="x"), Refused)
    assert codes(refused) == ["needs_admin"]
    with office.acting(admin) as tx:
        tx.privacy.lift_hold(hold.id)
    late = office.refuses(admin, lambda tx: tx.privacy.change_hold(hold.id, version=3, reason="x"), Refused)
    assert codes(late) == ["hold_lifted"]


def test_reason_of_a_lifted_hold_goes_with_the_period_for_evidence(office: Office) -> None:
    """Counted from when it was lifted; who placed it, when and on what, stays."""
    place(office, HoldSubject.CUSTOMER)
    office.clock.tick(LATER)
    with office.acting(office.admin) as tx:
        (hold,) = tx.privacy.holds()
        lifted = tx.privacy.lift_hold(hold.id)
        tx.privacy.change_retention(version=0, evidence=12)
    office.clock.tick(timedelta(days=360))
    office.engine.run_due()
    assert reasons(office) == ["Dispute"]
    office.clock.tick(timedelta(days=10))
    assert office.engine.run_due().erased == 1
    assert reasons(office) == [ERASED]
    with office.viewing(office.admin) as tx:
        (stored,) = tx.privacy.holds()
    assert (stored.placed_at, stored.lifted_at, stored.subject_id) == (
        lifted.placed_at,
        lifted.lifted_at,
        hold.subject_id,
    )


def test_reason_of_a_hold_stays_while_what_it_is_on_is_held(office: Office) -> None:
    """In force, or held again: what was written about the dispute is part of it."""
    lifted_hold(office)
    place(office, HoldSubject.CUSTOMER)
    office.clock.tick(LATER)
    office.engine.run_due()
    assert reasons(office) == ["Dispute", "Dispute"]
    with office.acting(office.admin) as tx:
        (hold,) = tx.privacy.holds(is_in_force=True)
        tx.privacy.lift_hold(hold.id)
    office.engine.run_due()
    assert reasons(office) == ["Dispute", ERASED]


def test_reason_of_a_lifted_hold_counts_as_evidence_when_a_person_is_erased(office: Office) -> None:
    """In the same category as with periods."""
    lifted_hold(office, HoldSubject.CONTACT)
    with office.acting(office.admin) as tx:
        plan = tx.privacy.plan_erasure(contact_id=office.firm.contact.id)
    assert plan.person.kind is PersonKind.CONTACT
    assert (plan.count(DataCategory.EVIDENCE), plan.count(DataCategory.IMPORTS)) == (1, 0)


def reasons(office: Office) -> list[str]:
    """Of all holds, the newest first."""
    with office.viewing(office.admin) as tx:
        return [hold.reason for hold in tx.privacy.holds()]
