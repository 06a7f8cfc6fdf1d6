"""Personal data: periods, holds, and what is left of a record."""

from datetime import date
from uuid import UUID

import pytest
from attrs import evolve

from worktraq.core.actors import ActorKind
from worktraq.core.entries import Expense, TimeEntry
from worktraq.core.erasing import (
    NO_TOKEN,
    Edits,
    attested_by,
    attested_without_notes,
    attested_without_words,
    decided_by,
    decided_without_words,
    erased_contact,
    erased_customer,
    erased_user,
    is_of_customer,
    with_decider,
    without_names,
    without_note,
    without_receipt,
    without_recipient,
    without_words,
)
from worktraq.core.holds import HoldSubject, LegalHold, changed_hold, held, lifted, new_hold, without_reason
from worktraq.core.ids import ContactId, CustomerId, HoldId, UserId
from worktraq.core.invoices import Party
from worktraq.core.organizations import Address
from worktraq.core.privacy import (
    ERASED,
    DataCategory,
    ErasedCount,
    Erasure,
    ErasureCause,
    ErasurePlan,
    Person,
    PersonKind,
    Texts,
    erased_again,
    person_of,
    pseudonym_of,
    reasons_against_erasing,
)
from worktraq.core.retention import (
    MOST_MONTHS,
    RetentionPlan,
    changed_retention,
    default_retention,
    kept_from,
    kept_until,
    legal_months,
)
from worktraq.core.signoff import Line
from worktraq.errors import InvalidInput, Reason, Refused
from worktraq.testing.bills import a_line, an_invoice
from worktraq.testing.builders import (
    MONDAY,
    a_contact,
    a_decision,
    a_private_customer,
    a_request,
    a_time_entry,
    a_user,
    an_attestation,
    an_expense,
    new_id,
)
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm, a_firm

pytestmark = pytest.mark.requirement("B-07")
FIRM: Firm = a_firm()
PSEUDONYM = pseudonym_of(UUID(int=0x1234_5678_9ABC))


def a_hold(subject: HoldSubject, subject_id: UUID) -> LegalHold:
    """A hold of the firm, in force."""
    return new_hold(HoldId(new_id()), FIRM.id, subject, subject_id, "Dispute", by=FIRM.admin.id, at=BEGINNING)


def test_exactly_one_person_is_named() -> None:
    """Nobody, or two, is not clear."""
    user, contact, customer = UserId(new_id()), ContactId(new_id()), CustomerId(new_id())
    assert person_of(user, None, None) == Person(PersonKind.USER, user)
    assert person_of(None, contact, None) == Person(PersonKind.CONTACT, contact)
    assert person_of(None, None, customer) == Person(PersonKind.CUSTOMER, customer)
    for named in ((None, None, None), (user, contact, None)):
        with pytest.raises(InvalidInput) as caught:
            person_of(*named)
        assert caught.value.problems[0].code == "person_unclear"


def test_pseudonyms_tell_people_apart() -> None:
    """By the random end of what was drawn."""
    assert PSEUDONYM == "Erased 123456789abc"
    assert pseudonym_of(UUID(int=1)) != pseudonym_of(UUID(int=2))


def test_reasons_against_erasing_are_all_given() -> None:
    """Nothing stands in the way of somebody inactive whom nothing is asked."""
    inactive = evolve(FIRM.admin, is_active=False)
    none = {"is_last_administrator": False, "open_requests": 0, "is_internal": False, "is_business": False}
    assert reasons_against_erasing(user=inactive, **none) == ()  # type: ignore[arg-type]  # named values
    assert reasons_against_erasing(user=None, **none) == ()  # type: ignore[arg-type]  # likewise
    found = reasons_against_erasing(
        user=FIRM.admin, is_last_administrator=True, open_requests=2, is_internal=True, is_business=True
    )
    assert [reason.code for reason in found] == [
        *("erasing_active_user", "last_administrator", "erasing_open_requests"),
        *("customer_is_internal", "erasing_business"),
    ]
    found = reasons_against_erasing(user=FIRM.employee, **none)  # type: ignore[arg-type]  # likewise
    assert [reason.code for reason in found] == ["erasing_active_user"]


@pytest.mark.parametrize("texts", Texts)
def test_texts_that_are_gone_do_not_come_back(texts: Texts) -> None:
    """Erasing again with less is still what was erased."""
    erasure = Erasure(
        subject_id=FIRM.employee.id,
        organization_id=FIRM.id,
        kind=PersonKind.USER,
        pseudonym=PSEUDONYM,
        cause=ErasureCause.REQUESTED,
        texts=texts,
        at=BEGINNING,
        by=None,
    )
    again = erased_again(erasure, cause=ErasureCause.OBJECTED, texts=Texts.KEEP, at=BEGINNING, by=FIRM.admin.id)
    assert (again.id, again.texts, again.cause, again.version) == (FIRM.employee.id, texts, ErasureCause.OBJECTED, 2)


def test_a_hold_needs_a_reason_and_is_lifted_once() -> None:
    """And a subject that there is."""
    hold = a_hold(HoldSubject.USER, FIRM.employee.id)
    after = lifted(hold, by=FIRM.admin.id, at=BEGINNING)
    assert hold.is_in_force
    assert (after.is_in_force, after.lifted_by, after.version) == (False, FIRM.admin.id, 2)
    with pytest.raises(Refused):
        lifted(after, by=None, at=BEGINNING)
    with pytest.raises(InvalidInput):
        new_hold(HoldId(new_id()), FIRM.id, HoldSubject.USER, FIRM.employee.id, " ", by=None, at=BEGINNING)


def test_reason_of_a_hold_is_changed_while_it_is_in_force() -> None:
    """Into another one; what it is on stays. It is erased whenever its time has come."""
    hold = a_hold(HoldSubject.USER, FIRM.employee.id)
    after = changed_hold(hold, " Inspection ")
    assert after == evolve(hold, reason="Inspection", version=2)
    with pytest.raises(InvalidInput):
        changed_hold(hold, " ")
    over = lifted(hold, by=FIRM.admin.id, at=BEGINNING)
    with pytest.raises(Refused):
        changed_hold(over, "Inspection")
    assert without_reason(over) == evolve(over, reason=ERASED, version=3)


def test_plan_of_periods_counts_by_category() -> None:
    """None of a category that is not there."""
    erased = (ErasedCount(DataCategory.NOTES, 3), ErasedCount(DataCategory.EVIDENCE, 2))
    plan = RetentionPlan(default_retention(FIRM.id, "NL"), MONDAY, erased)
    assert [plan.count(each) for each in (DataCategory.NOTES, DataCategory.EVIDENCE, DataCategory.MAIL)] == [3, 2, 0]


@pytest.mark.parametrize("subject", HoldSubject)
def test_a_hold_stands_in_the_way_of_what_it_is_on(subject: HoldSubject) -> None:
    """And of nothing else; one on the organization of everything."""
    mine, other = new_id(), new_id()
    hold = a_hold(subject, mine)
    now = held([hold, lifted(a_hold(subject, other), by=None, at=BEGINNING)])
    named = {"user": "user_ids", "contact": "contact_ids", "customer": "customer_ids", "project": "project_ids"}
    for kind, argument in named.items():
        found = now.reasons_against(**{argument: [mine, None]})
        assert bool(found) is (subject.value in (kind, "organization"))
        assert bool(now.reasons_against(**{argument: [other]})) is (subject is HoldSubject.ORGANIZATION)
    assert now.is_everything is (subject is HoldSubject.ORGANIZATION)
    assert now.subject_ids == (frozenset() if now.is_everything else {mine})
    assert held([]).reasons_against(user_ids=[mine]) == ()
    held([]).require_none(user_ids=[mine])


def test_who_is_stopped_by_a_hold_is_told_which() -> None:
    """By its id."""
    hold = a_hold(HoldSubject.ORGANIZATION, FIRM.id)
    with pytest.raises(Refused) as caught:
        held([hold]).require_none()
    assert [dict(reason.parameters) for reason in caught.value.reasons] == [{"hold_id": str(hold.id)}]


def test_periods_begin_with_those_of_the_country() -> None:
    """The longer one where nobody looked."""
    assert [legal_months(country) for country in ("", "NL", "BE", "FR")] == [84, 84, 120, 120]
    retention = default_retention(FIRM.id, "BE")
    assert (retention.invoices, retention.notes, retention.invitations, retention.version) == (120, 120, 12, 0)
    assert retention.months(DataCategory.PROFILE) is None


def test_periods_are_chosen_one_by_one() -> None:
    """None is for ever; the others stay."""
    after = changed_retention(default_retention(FIRM.id, ""), "", notes=None, comments=6)
    assert (after.notes, after.comments, after.evidence, after.version) == (None, 6, 84, 1)


@pytest.mark.parametrize("months", [0, -1, MOST_MONTHS + 1, True, "12", 1.5])
def test_wrong_periods_are_named(months: int) -> None:
    """All of them at once."""
    with pytest.raises(InvalidInput) as caught:
        changed_retention(default_retention(FIRM.id, ""), "", notes=months, comments=months)
    assert [problem.field for problem in caught.value.problems] == ["notes", "comments"]


@pytest.mark.parametrize("category", ["invoices", "receipts"])
def test_nothing_is_kept_shorter_than_the_law_demands(category: str) -> None:
    """To the month."""
    before = default_retention(FIRM.id, "NL")
    assert changed_retention(before, "NL", **{category: 84}).months(DataCategory(category)) == 84
    with pytest.raises(InvalidInput):
        changed_retention(before, "NL", **{category: 83})
    with pytest.raises(InvalidInput):
        changed_retention(before, "BE", **{category: 84})


def test_periods_are_counted_in_calendar_months() -> None:
    """From the day of the thing, and back from today."""
    assert kept_until(MONDAY, 84) == date(2033, 10, 5)
    assert kept_until(MONDAY, None) is None
    assert kept_until(None, 84) is None
    assert kept_from(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert kept_from(MONDAY, None) is None


def test_people_lose_what_tells_who_they_are() -> None:
    """Once: what is erased stays as it is."""
    user = erased_user(evolve(a_user(FIRM.id, "Eva"), external_id="7", contract_minutes_per_week=2400), PSEUDONYM)
    assert (user.name, user.email, user.external_id, user.contract_minutes_per_week, user.is_active) == (
        *(PSEUDONYM, "123456789abc@erased.invalid", "", None),
        False,
    )
    contact = erased_contact(evolve(a_contact(FIRM.id, FIRM.customer), phone="1"), PSEUDONYM)
    assert (contact.name, contact.email, contact.phone, contact.customer_ids, contact.is_ended) == (
        *(PSEUDONYM, "", "", ()),
        True,
    )
    customer = erased_customer(a_private_customer(FIRM.id), PSEUDONYM)
    assert (customer.name, customer.data.email, customer.data.address.street, customer.is_active) == (
        *(PSEUDONYM, "", ""),
        False,
    )
    assert {user.version, contact.version, customer.version} == {2}
    assert erased_user(user, PSEUDONYM) is user
    assert erased_contact(contact, PSEUDONYM) is contact
    assert erased_customer(customer, PSEUDONYM) is customer


def test_items_keep_what_adds_up() -> None:
    """Without a note, a start and a receipt."""
    entry = evolve(a_time_entry(FIRM.activity), note="x", utc_offset=60)
    spent = evolve(an_expense(FIRM.activity), note="x", receipt_reference="R-1")
    bare = without_note(entry)
    assert isinstance(bare, TimeEntry)
    assert (bare.note, bare.starts_at, bare.utc_offset, bare.minutes, bare.version) == (
        *("", None, None, entry.minutes),
        entry.version,
    )
    assert without_note(spent) == evolve(spent, note="")
    lost = without_receipt(spent)
    assert isinstance(lost, Expense)
    assert (lost.receipt_reference, lost.note) == ("", "x")
    assert without_receipt(entry) is entry


def test_requests_and_decisions_keep_what_was_decided() -> None:
    """Without who was asked, who decided, and what was said."""
    request = evolve(
        a_request(FIRM.project, FIRM.employee), decided_by="Piet", comment="x", previous_token_hash=b"p" * 32
    )
    asked = without_recipient(request, PSEUDONYM)
    assert (asked.recipient.name, asked.recipient.email, asked.token_hash, asked.previous_token_hash) == (
        *(PSEUDONYM, "", NO_TOKEN),
        None,
    )
    assert with_decider(request, PSEUDONYM).decided_by == PSEUDONYM
    assert with_decider(evolve(request, decided_by=""), PSEUDONYM).decided_by == ""
    assert without_words(request).comment == ""
    decision = evolve(a_decision(a_time_entry(FIRM.activity), FIRM.manager), comment="x", request_id=request.id)
    assert decided_by(decision, PSEUDONYM).actor_name == PSEUDONYM
    assert decided_by(evolve(decision, actor_name=""), PSEUDONYM).actor_name == ""
    assert decided_without_words(decision) == evolve(decision, comment="")
    assert not is_of_customer(decision, {request.id})
    through_link = evolve(decision, actor_kind=ActorKind.CONTACT)
    assert is_of_customer(through_link, {request.id})
    assert not is_of_customer(through_link, set())


def test_attestations_lose_names_words_and_notes_apart() -> None:
    """With the salt goes what leads from the proof to a name."""
    line = Line(a_time_entry(FIRM.activity).id, MONDAY, "Advice", "note", 60, None)
    kept = evolve(an_attestation(a_request(FIRM.project, FIRM.employee), line), comment="x", address="::1")
    nameless = attested_by(kept, PSEUDONYM)
    assert (nameless.by, nameless.address, nameless.salt, nameless.comment) == (PSEUDONYM, "", "", "x")
    wordless = attested_without_words(kept)
    assert (wordless.comment, wordless.salt, [each.comment for each in wordless.lines]) == ("", "", [""])
    assert attested_without_notes(kept).lines[0].line == evolve(line, note="")
    assert attested_without_notes(kept).salt == kept.salt


def test_invoices_keep_what_adds_up() -> None:
    """Without who bought, whom to ask, and what was done."""
    bare = an_invoice(FIRM.customer, a_line())
    before = evolve(bare, seller=evolve(bare.seller, contact_name="Ada", phone="1"), note="Thanks, Piet")
    after = without_names(before)
    assert after.buyer == Party(name=ERASED, address=Address(country=before.buyer.address.country))
    assert (after.seller.contact_name, after.seller.phone, after.note) == ("", "", "")
    assert {(line.text, line.project_name) for line in after.lines} == {(ERASED, "")}
    assert [line.net for line in after.lines] == [line.net for line in before.lines]
    assert (after.number, after.totals, after.version) == (before.number, before.totals, before.version)


def test_plan_counts_by_category_and_says_whether_it_can_be_done() -> None:
    """What is not named is nothing."""
    plan = ErasurePlan(
        person=Person(PersonKind.USER, UUID(int=1)),
        texts=Texts.KEEP,
        erased=(ErasedCount(DataCategory.NOTES, 2), ErasedCount(DataCategory.MAIL, 1)),
        kept=(),
    )
    assert (plan.count(DataCategory.NOTES), plan.count(DataCategory.COMMENTS)) == (2, 0)
    assert plan.is_allowed
    assert not evolve(plan, refusals=(Reason.of("legally_held", hold_id="1"),)).is_allowed


def test_edits_are_what_is_another_in_the_end() -> None:
    """Rules work one after the other on the same record."""
    edits: Edits[tuple[int, str]] = Edits(lambda record: record[0])
    edits.apply(lambda record: (record[0], record[1] + "!"), [(1, "a"), (2, "b")])
    edits.apply(lambda record: (record[0], record[1].rstrip("!")), [(2, "b")])
    assert edits.changed == [(1, "a!")]
