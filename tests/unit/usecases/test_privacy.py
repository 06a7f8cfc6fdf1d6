"""Personal data: giving it out, erasing it, retention, and legal holds that every path of deleting asks."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from tests.unit.usecases.firm import Office, codes
from worktraq.core.actors import Actor
from worktraq.core.entries import Expense, State, TimeEntry
from worktraq.core.events import EventName
from worktraq.core.holds import HoldSubject
from worktraq.core.imports import ImportKind, ImportLink
from worktraq.core.money import Money
from worktraq.core.organizations import Address
from worktraq.core.privacy import ERASED, DataCategory, ErasureCause, PersonKind, Texts
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.users import Role
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.serialization import to_json
from worktraq.testing.builders import MONDAY
from worktraq.usecases.retaining import ApplyingRetention
from worktraq.usecases.transaction import Transaction

pytestmark = pytest.mark.requirement("B-07")
LATER = timedelta(days=7 * 365 + 200)


def deactivated(office: Office) -> None:
    """Eva has left."""
    with office.acting(office.admin) as tx:
        tx.users.deactivate(office.firm.employee.id, version=tx.users.get(office.firm.employee.id).version)


def asks_contact(office: Office) -> None:
    """The project's requests go to its contact person."""
    with office.acting(office.manager) as tx:
        project = tx.projects.get(office.firm.project.id)
        tx.projects.change(project.id, version=project.version, contact_id=office.firm.contact.id)


def decided(office: Office, *, comment: str = "Thanks, Piet") -> tuple[TimeEntry, ApprovalRequest]:
    """An entry that the contact approved through the link."""
    asks_contact(office)
    item = office.time()
    request = office.asked(item)
    with office.acting(office.contact(request)) as tx:
        shown = tx.signoff.shown()
        tx.signoff.decide(digest=shown.digest, accept=[item.id], comment=comment, name="Piet", address="::1")
    return item, office.requests()[-1]


def kinds(office: Office, actor: Actor, **who: object) -> set[str]:
    """What is given out, by kind."""
    with office.viewing(actor) as tx:
        return {record.name for record in tx.privacy.export_person(**who)}  # type: ignore[arg-type]  # one id, by name


def test_user_gets_everything_about_him_or_herself(office: Office) -> None:
    """By anybody's hand; never a rate, a link, or what is of others."""
    office.set_rate()
    item, request = decided(office)
    office.expense()
    with office.acting(office.manager) as tx:
        tx.approval.comment(item.id, "Well done")
        tx.billing.confirm(*tx.billing.propose(project_id=office.firm.project.id))
    with office.acting(office.eva) as tx:
        records = list(tx.privacy.export_person(user_id=office.firm.employee.id))
    assert {record.name for record in records} >= {
        *("user", "team", "activity", "item", "decision", "comment", "request", "period_submitted")
    }
    text = "\n".join(map(to_json, records))
    assert json.loads(to_json(records[0]))["value"]["name"] == office.firm.employee.name
    assert "Well done" in text
    assert "95.0000" not in text
    assert office.firm.colleague.name not in text
    assert office.firm.contact.email not in text
    assert request.token_hash.hex() not in text


def test_administrator_gives_out_what_is_about_others(office: Office) -> None:
    """A contact person with what was asked and decided; a private customer with the invoices, without their lines."""
    office.set_rate()
    decided(office)
    firm = office.firm
    link = ImportLink(firm.id, "excel", ImportKind.CUSTOMER, "7", firm.other_customer.id, "0" * 64, "{}")
    with office.acting(office.eva) as tx:
        item = tx.entries.register_expense(
            firm.loose_activity.id, on=MONDAY, amount=Money("1", "EUR"), description="Bus"
        )
        tx.approval.submit_items([item.id])
    office.approve(item)
    with office.acting(office.manager) as tx:
        tx.billing.confirm(*tx.billing.propose(customer_id=firm.other_customer.id))
        tx._context.uow.import_links.add(link)
    assert kinds(office, office.admin, contact_id=firm.contact.id) == {"contact", "request", "attestation"}
    assert kinds(office, office.admin, customer_id=firm.other_customer.id) == {"customer", "invoice", "import"}
    assert "user" in kinds(office, office.admin, user_id=firm.manager.id)


def test_invitation_is_given_out_without_its_link(office: Office) -> None:
    """And what somebody decided for a customer."""
    with office.acting(office.admin) as tx:
        invited = tx.users.invite(name="New", email="new@acme.example")
        hash_of_link = tx._context.uow.invitations.find(invited.id)
        records = list(tx.privacy.export_person(user_id=invited.id))
    assert hash_of_link is not None
    assert "invitation" in {record.name for record in records}
    assert hash_of_link.token_hash.hex() not in "".join(map(to_json, records))


def test_nobody_gets_what_is_about_others(office: Office) -> None:
    """Neither an employee nor a manager; and a business is no person."""
    firm = office.firm
    for actor in (office.coen, office.manager):
        error = office.refuses(actor, lambda tx: tx.privacy.export_person(user_id=firm.employee.id), Refused)
        assert codes(error) == ["needs_admin", "needs_owner"]
    both = office.refuses(
        office.eva,
        lambda tx: tx.privacy.export_person(user_id=firm.employee.id, contact_id=firm.contact.id),
        Refused,
    )
    assert "needs_admin" in codes(both)
    business = office.refuses(office.admin, lambda tx: tx.privacy.export_person(customer_id=firm.customer.id), Refused)
    assert codes(business) == ["erasing_business"]
    office.refuses(office.admin, lambda tx: tx.privacy.export_person(), InvalidInput)


def test_erased_user_is_a_pseudonym_everywhere(office: Office) -> None:
    """Profile, teams, grants, messages; what adds up stays, and the address is free again."""
    item = office.time()
    before = office.item(item.id)
    deactivated(office)
    with office.acting(office.admin) as tx:
        report = tx.privacy.erase_person(user_id=office.firm.employee.id, cause=ErasureCause.OBJECTED)
        user = tx.users.get(office.firm.employee.id)
        assert office.firm.employee.id not in tx.teams.get(office.firm.team.id).member_ids
        tx.users.add(name="Eva again", email=office.firm.employee.email)
        (record,) = tx.privacy.erasures()
    assert (user.name, user.is_active) == (report.pseudonym, False)
    assert office.item(item.id) == before
    assert report.count(DataCategory.PROFILE) == 1
    assert [(kept.category, kept.count) for kept in report.kept] == [(DataCategory.NOTES, 1)]
    assert report.kept[0].until == MONDAY.replace(year=2033)
    assert (record.cause, record.by, record.kind) == (ErasureCause.OBJECTED, office.firm.admin.id, PersonKind.USER)


def test_erasing_again_takes_the_texts_too(office: Office) -> None:
    """With the same pseudonym; after that nothing is left, and nothing is recorded."""
    item = office.time()
    deactivated(office)
    user_id = office.firm.employee.id
    with office.acting(office.admin) as tx:
        first = tx.privacy.erase_person(user_id=user_id)
        second = tx.privacy.erase_person(user_id=user_id, texts=Texts.ERASE)
        third = tx.privacy.erase_person(user_id=user_id)
        (record,) = tx.privacy.erasures()
        events = [event for event in tx.audit.history(user_id) if event.name is EventName.PERSON_ERASED]
    assert office.item(item.id).note == ""
    assert second.pseudonym == first.pseudonym == third.pseudonym
    assert (second.count(DataCategory.NOTES), second.count(DataCategory.PROFILE), third.erased) == (1, 0, ())
    assert (record.version, record.texts, len(events)) == (2, Texts.ERASE, 2)


def test_plan_says_what_erasing_does(office: Office) -> None:
    """And changes nothing."""
    decided(office)
    firm = office.firm
    with office.nothing_changes(), office.viewing(office.admin) as tx:
        plan = tx.privacy.plan_erasure(contact_id=firm.contact.id, texts=Texts.ERASE)
    with office.acting(office.admin) as tx:
        done = tx.privacy.erase_person(contact_id=firm.contact.id, texts=Texts.ERASE)
        again = tx.privacy.plan_erasure(contact_id=firm.contact.id)
    assert plan == evolve(done, pseudonym="")
    assert plan.is_allowed
    assert again.pseudonym == done.pseudonym


def test_what_stands_in_the_way_is_said(office: Office) -> None:
    """Active users, open requests, businesses and the organization itself."""
    firm = office.firm
    asks_contact(office)
    office.asked(office.time())
    cases = {
        "erasing_active_user": {"user_id": firm.employee.id},
        "last_administrator": {"user_id": firm.admin.id},
        "erasing_open_requests": {"contact_id": firm.contact.id},
        "erasing_business": {"customer_id": firm.customer.id},
        "customer_is_internal": {"customer_id": firm.internal.id},
    }
    for code, who in cases.items():
        act: Callable[[Transaction], object] = lambda tx, who=who: tx.privacy.erase_person(**who)  # type: ignore[misc] # noqa: E731  # a short way to say it
        assert code in codes(office.refuses(office.admin, act, Refused))


def test_evidence_says_that_it_was_erased(office: Office) -> None:
    """What is left is still checked: lines that are changed afterwards show."""
    item, request = decided(office)
    with office.acting(office.admin) as tx:
        tx.privacy.erase_person(contact_id=office.firm.contact.id)
        found = tx.signoff.verify(request.id)
        evidence = tx.signoff.evidence(request.id)
    assert (found.is_intact, found.lines_match, found.proof_matches) == (True, True, None)
    assert found.erased_at == office.clock.now
    assert evidence.attestation is not None
    assert (evidence.attestation.address, evidence.attestation.salt) == ("", "")
    assert evidence.recipient.email == ""
    assert "Piet" not in to_json(evidence).replace("Thanks, Piet", "")
    with office.store.unit_of_work(office.firm.id, writes=True) as uow:
        stored = uow.items.find(item.id)
        assert isinstance(stored, TimeEntry)
        uow.items.save(evolve(stored, minutes=61, version=stored.version + 1))
    with office.viewing(office.manager) as tx:
        assert not tx.signoff.verify(request.id).is_intact


def test_evidence_without_its_texts_is_not_taken_for_forged(office: Office) -> None:
    """The employee's texts go; who decided is still proven no more, and other lines still show a change."""
    _, request = decided(office)
    deactivated(office)
    with office.acting(office.admin) as tx:
        tx.privacy.erase_person(user_id=office.firm.employee.id, texts=Texts.ERASE)
        found = tx.signoff.verify(request.id)
    assert (found.is_intact, found.lines_match, found.changed) == (True, None, ())


def test_undecided_request_without_its_texts_is_not_taken_for_changed(office: Office) -> None:
    """A withdrawn one has no attestation that could say so."""
    request = office.asked(office.time())
    with office.acting(office.manager) as tx:
        tx.signoff.withdraw(request.id, version=request.version)
        tx.signoff.get(request.id)
    with office.acting(office.admin) as tx:
        item = tx.entries.list(states=[State.AWAITING_CUSTOMER]).items[0]
        tx.approval.waive([item.id], reason="x")
    deactivated(office)
    with office.acting(office.admin) as tx:
        tx.privacy.erase_person(user_id=office.firm.employee.id, texts=Texts.ERASE)
        assert tx.signoff.verify(request.id).lines_match is None


def test_link_of_erased_contact_opens_nothing(office: Office) -> None:
    """And no message to him or her is left; the expired request is not sent again either."""
    _, request = decided(office)
    link = office.token(request)
    with office.acting(office.admin) as tx:
        report = tx.privacy.erase_person(contact_id=office.firm.contact.id)
    assert report.count(DataCategory.EVIDENCE) == 3
    with office.viewing(link) as tx, pytest.raises(NotFound):
        tx.signoff.shown()


def test_erased_people_stay_erased(office: Office) -> None:
    """Nobody gives them a name again, or lets them in."""
    firm = office.firm
    deactivated(office)
    with office.acting(office.admin) as tx:
        tx.privacy.erase_person(user_id=firm.employee.id)
        tx.privacy.erase_person(contact_id=firm.contact.id)
        tx.privacy.erase_person(customer_id=firm.other_customer.id)
        versions = {
            "user": tx.users.get(firm.employee.id).version,
            "contact": tx.contacts.get(firm.contact.id).version,
            "customer": tx.customers.get(firm.other_customer.id).version,
        }
    acts: list[Callable[[Transaction], object]] = [
        lambda tx: tx.users.change(firm.employee.id, version=versions["user"], name="Eva"),
        lambda tx: tx.users.reactivate(firm.employee.id, version=versions["user"]),
        lambda tx: tx.contacts.change(firm.contact.id, version=versions["contact"], name="Piet"),
        lambda tx: tx.contacts.resume(firm.contact.id, version=versions["contact"]),
        lambda tx: tx.customers.change(firm.other_customer.id, version=versions["customer"], number="1"),
        lambda tx: tx.customers.restore(firm.other_customer.id, version=versions["customer"]),
    ]
    for act in acts:
        assert codes(office.refuses(office.admin, act, Refused)) == ["person_erased"]
    assert codes(office.refuses(office.eva, lambda tx: tx.entries.list(), Refused)) == ["user_inactive"]


def test_seller_profile_and_invoices_are_reported(office: Office) -> None:
    """What names the person and stays, is said, with its reason."""
    office.set_rate()
    firm = office.firm
    with office.acting(office.eva) as tx:
        item = tx.entries.register_expense(
            firm.loose_activity.id, on=MONDAY, amount=Money("1", "EUR"), description="Bus"
        )
        tx.approval.submit_items([item.id])
    office.approve(item)
    with office.acting(office.admin) as tx:
        tx.billing.confirm(*tx.billing.propose(customer_id=firm.other_customer.id))
        profile = tx.billing.seller_profile()
        tx.billing.change_seller_profile(version=profile.version, contact_name=firm.employee.name.upper())
        of_user = tx.privacy.plan_erasure(user_id=firm.employee.id)
        of_customer = tx.privacy.plan_erasure(customer_id=firm.other_customer.id)
    assert [each.reason.code for each in of_user.kept] == ["kept_notes", "kept_invoices", "kept_seller_profile"]
    assert [each.category for each in of_customer.kept] == [DataCategory.INVOICES]


def test_work_under_way_keeps_its_note(office: Office) -> None:
    """The customer is still to decide about exactly what was shown."""
    request = office.asked(office.time())
    deactivated(office)
    with office.acting(office.admin) as tx:
        report = tx.privacy.erase_person(user_id=office.firm.employee.id, texts=Texts.ERASE)
    assert [(each.category, each.reason.code, each.until) for each in report.kept] == [
        (DataCategory.NOTES, "kept_under_way", None)
    ]
    with office.viewing(office.contact(request)) as tx:
        assert tx.signoff.shown().digest == request.digest


def place(office: Office, subject: HoldSubject) -> None:
    """Place a hold on what the firm works for."""
    firm = office.firm
    on: dict[HoldSubject, dict[str, object]] = {
        HoldSubject.ORGANIZATION: {"is_on_everything": True},
        HoldSubject.USER: {"user_id": firm.employee.id},
        HoldSubject.CONTACT: {"contact_id": firm.contact.id},
        HoldSubject.CUSTOMER: {"customer_id": firm.customer.id},
        HoldSubject.PROJECT: {"project_id": firm.project.id},
    }
    with office.acting(office.admin) as tx:
        tx.privacy.place_hold(reason="Dispute", **on[subject])  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("subject", HoldSubject)
def test_a_hold_holds_on_every_path(office: Office, subject: HoldSubject) -> None:
    """Erasing, removing, deleting and taking back; what it is not on goes."""
    firm = office.firm
    draft = office.time()
    with office.acting(office.eva) as tx:
        remark = tx.approval.comment(draft.id, "x")
    deactivated(office)
    with office.acting(office.admin) as tx:
        tx.users.reactivate(firm.employee.id, version=tx.users.get(firm.employee.id).version)
    place(office, subject)
    admin, eva = office.admin, office.eva
    everything, user, contact = HoldSubject.ORGANIZATION, HoldSubject.USER, HoldSubject.CONTACT
    customer, project = HoldSubject.CUSTOMER, HoldSubject.PROJECT
    user_version = 3
    paths: list[tuple[Actor, set[HoldSubject], Callable[[Transaction], object]]] = [
        (eva, {everything, user, customer, project}, lambda tx: tx.entries.delete(draft.id, version=1)),
        (eva, {everything, user, customer, project}, lambda tx: tx.approval.remove_comment(remark.id)),
        (admin, {everything, customer, project}, lambda tx: tx.customers.delete(firm.customer.id, version=1)),
        (admin, {everything, customer, project}, lambda tx: tx.projects.delete(firm.project.id, version=1)),
        (admin, {everything, customer, contact}, lambda tx: tx.contacts.delete(firm.contact.id, version=1)),
        (admin, {everything, user}, lambda tx: tx.users.remove(firm.employee.id, version=user_version)),
        (
            admin,
            {everything, user, customer, project},
            lambda tx: tx.privacy.erase_person(user_id=firm.employee.id),
        ),
        (admin, {everything, customer, contact}, lambda tx: tx.privacy.erase_person(contact_id=firm.contact.id)),
        (admin, {everything}, lambda tx: tx.privacy.erase_person(customer_id=firm.other_customer.id)),
    ]
    for actor, stopped_by, act in paths:
        outcome = office.attempt(actor, act)
        is_held = isinstance(outcome, Refused) and "legally_held" in codes(outcome)
        assert is_held is (subject in stopped_by), act


def test_a_hold_on_a_private_customer_and_its_projects_holds_it(office: Office) -> None:
    """And one on whom a manager decided about."""
    firm = office.firm
    office.submit()
    item = office.time()
    office.submit()
    office.approve(item)
    place(office, HoldSubject.USER)
    with office.acting(office.admin) as tx:
        tx.users.add(name="Second", email="second@acme.example", role=Role.ADMIN)
        manager = tx.users.get(firm.manager.id)
        tx.users.deactivate(manager.id, version=manager.version)
        project = tx.projects.add(firm.other_customer.id, name="Case")
        assert codes_of_plan(tx, user_id=manager.id) == ["legally_held"]
        tx.privacy.place_hold(reason="Dispute", project_id=project.id)
        assert codes_of_plan(tx, customer_id=firm.other_customer.id) == ["legally_held"]


def codes_of_plan(tx: Transaction, **who: object) -> list[str]:
    """What stands in the way of erasing somebody."""
    return [reason.code for reason in tx.privacy.plan_erasure(**who).refusals]  # type: ignore[arg-type]  # by name


def test_holds_are_listed_and_lifted(office: Office) -> None:
    """Once; what a lifted hold said about somebody goes with the person."""
    firm = office.firm
    place(office, HoldSubject.CONTACT)
    with office.acting(office.admin) as tx:
        (hold,) = tx.privacy.holds(is_in_force=True)
        tx.privacy.lift_hold(hold.id)
        assert list(tx.privacy.holds(is_in_force=True)) == []
        tx.privacy.erase_person(contact_id=firm.contact.id)
        (lifted,) = tx.privacy.holds()
    assert (lifted.reason, lifted.is_in_force) == (ERASED, False)
    error = office.refuses(office.admin, lambda tx: tx.privacy.lift_hold(hold.id), Refused)
    assert codes(error) == ["hold_lifted"]
    for who in ({}, {"user_id": firm.admin.id, "contact_id": firm.contact.id}):
        act: Callable[[Transaction], object] = lambda tx, who=who: tx.privacy.place_hold(reason="x", **who)  # type: ignore[misc] # noqa: E731  # a short way to say it
        office.refuses(office.admin, act, InvalidInput)


def test_who_held_or_erased_is_not_removed(office: Office) -> None:
    """The record would name nobody."""
    with office.acting(office.admin) as tx:
        second = tx.users.add(name="Second", email="second@acme.example", role=Role.ADMIN)
    with office.acting(office.actor(second)) as tx:
        tx.privacy.place_hold(reason="x", project_id=office.firm.fixed_project.id)
        tx.privacy.erase_person(contact_id=office.firm.contact.id)
    error = office.refuses(office.admin, lambda tx: tx.users.remove(second.id, version=1), Refused)
    assert codes(error) == ["user_has_holds", "user_has_erasures"]


def test_periods_are_chosen_by_the_administrator(office: Office) -> None:
    """By what is seen; the country of the billing details sets the least."""
    with office.acting(office.admin) as tx:
        assert tx.privacy.retention().invoices == 84
        tx.organizations.change_billing_details(name="Acme", address=Address(country="BE"))
        assert tx.privacy.retention().invoices == 120
        after = tx.privacy.change_retention(version=0, notes=24)
    assert (after.version, after.notes, after.invoices) == (1, 24, 120)
    office.refuses(office.admin, lambda tx: tx.privacy.change_retention(version=0), Conflict)
    office.refuses(office.admin, lambda tx: tx.privacy.change_retention(version=1, invoices=84), InvalidInput)


def everything_old(office: Office) -> tuple[TimeEntry, ApprovalRequest, Expense]:
    """A firm of which all categories are past their time."""
    office.set_rate()
    with office.acting(office.admin) as tx:
        tx.users.invite(name="New", email="new@acme.example")
    item, request = decided(office)
    with office.acting(office.eva) as tx:
        bus = tx.entries.register_expense(
            office.firm.loose_activity.id,
            on=MONDAY,
            amount=Money("1", "EUR"),
            description="Bus",
            receipt_reference="R-1",
        )
        tx.approval.submit_items([bus.id])
        tx.approval.comment(bus.id, "See the receipt")
    office.approve(bus)
    with office.acting(office.manager) as tx:
        for proposal in tx.billing.propose():
            tx.billing.confirm(proposal)
    office.engine.run_due()
    return item, request, bus


def test_what_is_past_its_time_loses_names_and_texts(office: Office) -> None:
    """Never what adds up; twice changes nothing more."""
    item, request, bus = everything_old(office)
    with office.viewing(office.admin) as tx:
        hours, invoices = tx.overviews.hours().totals, tx.billing.invoices().items
    office.clock.tick(LATER)
    assert office.engine.run_due().erased == 1 + 1 + 1 + 4 + 1 + 1 + 2 + 1
    with office.nothing_changes():
        assert office.engine.run_due().erased == 0
    with office.viewing(office.admin) as tx:
        after, spent = tx.entries.get(item.id), tx.entries.get(bus.id)
        found, asked = tx.signoff.verify(request.id), tx.signoff.get(request.id).request
        assert tx.overviews.hours().totals == hours
        assert [each.totals for each in tx.billing.invoices()] == [each.totals for each in invoices]
        assert {each.buyer.name for each in tx.billing.invoices()} == {ERASED}
        assert {line.text for each in tx.billing.invoices() for line in each.lines} == {ERASED}
        assert {each.actor_name for each in tx.approval.decisions(item.id)} == {ERASED}
        assert tx.approval.comments(bus.id) == []
        assert list(tx.users.invitations()) == []
        assert tx.audit.verify() is None
    assert isinstance(spent, Expense)
    assert (after.note, after.version, spent.receipt_reference) == ("", item_version(office, item), "")
    assert (found.is_intact, found.lines_match, found.proof_matches) == (True, None, None)
    assert (asked.recipient.name, asked.recipient.email, asked.decided_by, asked.comment) == (ERASED, "", ERASED, "")


def item_version(office: Office, item: TimeEntry) -> int:
    """The version of an item, as stored."""
    return office.item(item.id).version


def test_nothing_is_erased_before_its_time(office: Office) -> None:
    """Nor what an administrator wants to keep, nor what is held."""
    everything_old(office)
    office.clock.tick(timedelta(days=300))
    assert office.engine.run_due().erased == 0
    with office.acting(office.admin) as tx:
        forever = dict.fromkeys(("notes", "receipts", "comments", "evidence", "invitations", "invoices"))
        tx.privacy.change_retention(version=0, **forever)
    office.clock.tick(LATER)
    assert office.engine.run_due().erased == 0


@pytest.mark.parametrize("subject", HoldSubject)
def test_what_is_held_is_kept_past_its_time(office: Office, subject: HoldSubject) -> None:
    """Until the hold is lifted: then on the same day."""
    item, request, _ = everything_old(office)
    place(office, subject)
    office.clock.tick(LATER)
    office.engine.run_due()
    with office.viewing(office.admin) as tx:
        names = tx.signoff.get(request.id).request.recipient.name
    assert names != ERASED
    if subject is not HoldSubject.CONTACT:
        assert office.item(item.id).note
    with office.acting(office.admin) as tx:
        (hold,) = tx.privacy.holds()
        tx.privacy.lift_hold(hold.id)
    assert office.engine.run_due().erased
    with office.viewing(office.admin) as tx:
        assert tx.signoff.get(request.id).request.recipient.name == ERASED


def test_one_round_takes_so_much_and_no_more(office: Office) -> None:
    """The next one goes on, until nothing is left."""
    for _ in range(3):
        office.time()
    office.clock.tick(LATER)
    counts = []
    for _ in range(4):
        with office.acting(office.system) as tx:
            counts.append(ApplyingRetention(tx._context, at_once=2).run())
    assert counts == [2, 1, 0, 0]


def test_shorter_notes_leave_the_proof_of_the_decision(office: Office) -> None:
    """Who decided is still proven; only the texts cannot be compared."""
    _, request = decided(office)
    with office.acting(office.admin) as tx:
        tx.privacy.change_retention(version=0, notes=1)
    office.clock.tick(timedelta(days=90))
    office.engine.run_due()
    with office.viewing(office.admin) as tx:
        found = tx.signoff.verify(request.id)
    assert (found.is_intact, found.lines_match, found.proof_matches) == (True, None, True)


def test_expired_request_without_recipient_is_put_to_somebody_else(office: Office) -> None:
    """It cannot be renewed, for nobody would get it."""
    asks_contact(office)
    request = office.asked(office.time())
    office.clock.tick(LATER)
    office.engine.run_due()
    office.clock.tick(LATER)
    office.engine.run_due()
    stored = office.requests()[-1]
    assert (stored.status, stored.recipient.name) == (RequestStatus.EXPIRED, ERASED)
    renew: Callable[[Transaction], object] = lambda tx: tx.signoff.renew(request.id, version=stored.version)  # noqa: E731  # a short way to say it
    assert codes(office.refuses(office.manager, renew, Refused)) == ["recipient_without_email"]
    with office.acting(office.manager) as tx:
        again = tx.signoff.redirect(request.id, version=stored.version, contact_id=office.firm.contact.id)
    assert again.status is RequestStatus.OPEN
