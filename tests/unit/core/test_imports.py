"""Importing customers: comparing three ways, and deciding."""

import json
from collections.abc import Mapping

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from worktraq.core.comparing import ImportedText, Merged, RowDigest, decided, three_way, values_imported
from worktraq.core.customers import CustomerData
from worktraq.core.imports import (
    Change,
    ConflictDecision,
    Decisions,
    FieldConflict,
    FieldDecision,
    ImportPlan,
    MatchDecision,
    PlannedCustomer,
    RowDecision,
    as_checked,
)
from worktraq.errors import InvalidInput
from worktraq.testing.builders import a_customer, an_import_link, an_organization

KEEP, TAKE = ConflictDecision.KEEP_OURS, ConflictDecision.TAKE_THEIRS
CITY = FieldConflict("city", "Gent", "Brugge", "Aalst")
EMAIL = FieldConflict("email", None, "a@x.example", "b@x.example")
IN_CONFLICT = PlannedCustomer(2, Change.CONFLICT, "K-1", CustomerData(), conflicts=(CITY, EMAIL))
SUGGESTED = PlannedCustomer(3, Change.SUGGESTED, "K-2", CustomerData(), conflicts=(CITY,))
PLAN = ImportPlan("excel", (IN_CONFLICT, SUGGESTED, PlannedCustomer(4, Change.CREATE, "K-3", CustomerData())), ())
values = st.sampled_from(("", "a", "b", "c"))


def merged(before: str | None, here: str, there: str, field: str = "city") -> Merged:
    """What becomes of one field."""
    return three_way((field,), {} if before is None else {field: before}, (here,), (there,))


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    ("before", "here", "there", "change"),
    [
        ("a", "a", "a", {}),
        ("a", "b", "a", {}),
        ("a", "a", "b", {"city": "b"}),
        ("a", "a", "", {"city": ""}),
        ("a", "b", "b", {}),
        ("", "", "b", {"city": "b"}),
        (None, "", "b", {"city": "b"}),
        (None, "b", "b", {}),
        (None, "b", "", {}),
    ],
)
def test_side_that_changed_wins(before: str | None, here: str, there: str, change: Mapping[str, str]) -> None:
    """Where nothing was imported before, what is empty here is filled, and an empty cell says nothing."""
    assert merged(before, here, there) == Merged(change, ())


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    ("before", "here", "there"), [("a", "b", "c"), ("a", "", "c"), ("a", "b", ""), (None, "b", "c")]
)
def test_change_on_both_sides_is_a_conflict(before: str | None, here: str, there: str) -> None:
    """Somebody decides by hand."""
    assert merged(before, here, there) == Merged({}, (FieldConflict("city", before, here, there),))


@given(before=st.none() | values, here=values, there=values)
def test_every_value_is_kept_taken_or_in_conflict(before: str | None, here: str, there: str) -> None:
    """Nothing that was changed here is lost without somebody deciding so."""
    found = merged(before, here, there)
    if found.values:
        assert (found.values["city"], here) == (there, before or "")
    elif not found.conflicts:
        assert here == there or there in (before, "")


def test_kind_that_is_not_given_says_nothing() -> None:
    """Even where it was given before."""
    assert merged("business", "business", "", "kind") == Merged({}, ())


@pytest.mark.requirement("B-10")
def test_decision_is_that_of_the_field_or_that_of_all() -> None:
    """The single one comes first."""
    decisions = Decisions(KEEP, fields=(FieldDecision(2, "email", TAKE),))
    assert [decisions.on_field(2, name) for name in ("city", "email")] == [KEEP, TAKE]
    assert decided(IN_CONFLICT, decisions) == {"email": "b@x.example"}
    assert decisions.is_complete_for(IN_CONFLICT)


@pytest.mark.requirement("B-10")
def test_row_is_undecided_while_one_field_is() -> None:
    """All of its fields in conflict have to be decided."""
    assert not Decisions(fields=(FieldDecision(2, "email", TAKE),)).is_complete_for(IN_CONFLICT)
    assert not Decisions(suggestions=MatchDecision.CREATE).is_complete_for(IN_CONFLICT)


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    ("decisions", "is_complete"),
    [
        (Decisions(), False),
        (Decisions(KEEP), False),
        (Decisions(suggestions=MatchDecision.CREATE), True),
        (Decisions(suggestions=MatchDecision.MATCH), False),
        (Decisions(KEEP, MatchDecision.MATCH), True),
        (Decisions(suggestions=MatchDecision.MATCH, rows=(RowDecision(3, MatchDecision.CREATE),)), True),
    ],
)
def test_suggestion_is_decided_with_its_conflicts_or_without_it(decisions: Decisions, is_complete: bool) -> None:
    """Who is a new customer is in no conflict."""
    assert decisions.is_complete_for(SUGGESTED) is is_complete


@pytest.mark.requirement("B-10")
@pytest.mark.parametrize(
    "decisions",
    [
        Decisions(fields=(FieldDecision(2, "street", TAKE),)),
        Decisions(fields=(FieldDecision(9, "city", TAKE),)),
        Decisions(rows=(RowDecision(2, MatchDecision.MATCH),)),
    ],
)
def test_decision_that_nobody_asked_for_is_refused(decisions: Decisions) -> None:
    """It was meant for another row or field."""
    with pytest.raises(InvalidInput) as raised:
        decisions.require_asked(PLAN)
    assert (raised.value.field, raised.value.code) == ("decisions", "decision_not_asked")


def test_decisions_that_the_plan_asks_for_are_taken() -> None:
    """One by one or for all."""
    rows = (RowDecision(3, MatchDecision.MATCH),)
    Decisions(
        KEEP, MatchDecision.CREATE, (FieldDecision(2, "city", TAKE), FieldDecision(3, "city", KEEP)), rows
    ).require_asked(PLAN)


def test_plan_counts_its_changes() -> None:
    """How many rows would be changed so."""
    assert [PLAN.count(change) for change in list(Change)[:5]] == [1, 0, 0, 1, 1]


def test_plan_that_was_touched_is_unchecked() -> None:
    """Only the one that was made counts as checked."""
    plan = as_checked(evolve(PLAN))
    assert (plan.is_checked, evolve(plan, source="x").is_checked, plan == PLAN) == (True, False, True)


@given(st.lists(st.text(), min_size=2, max_size=2))
@example(["Gent", 'the "Boer"'])
@example(["Gent\\", "é"])
@example(["a\u2028b", ""])
def test_imported_values_come_back(said: list[str]) -> None:
    """Whatever they hold; the text is the one that `json.dumps` makes."""
    form = ImportedText(("city", "email"))
    text = form.of(said, {})
    assert json.loads(text) == {"city": said[0], "email": said[1]}
    link = evolve(an_import_link(a_customer(an_organization().id), "K-1"), imported=text)
    assert values_imported(link) == {"city": said[0], "email": said[1]}


def test_column_that_is_gone_keeps_what_it_said() -> None:
    """So that it is compared with that when it comes back."""
    form = ImportedText(("city",))
    assert json.loads(form.of(["Gent"], {"city": "Aalst", "email": "x"})) == {"city": "Gent", "email": "x"}
    assert json.loads(form.of(["Gent"], {"city": "Aalst"})) == {"city": "Gent"}


def test_link_without_values_says_nothing() -> None:
    """As one from before they were kept."""
    assert values_imported(None) == {}
    assert values_imported(an_import_link(a_customer(an_organization().id), "K-1")) == {}


def test_digest_tells_rows_apart() -> None:
    """By their texts and by their columns."""
    rows = [(("a", "b"), ("x", "y")), (("a", "b"), ("xy", "")), (("a", "c"), ("x", "y")), (("a",), ("x",))]
    digests = {RowDigest(fields).of(texts) for fields, texts in rows}
    assert len(digests) == len(rows)
    assert RowDigest(("a", "b")).of(("x", "y")) in digests
