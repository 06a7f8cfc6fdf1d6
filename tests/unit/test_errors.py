"""The error tree."""

import pickle

import pytest

from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Problem, Reason, Refused, WorktraqError

EXAMPLES = [
    Refused([Reason.of("needs_admin"), Reason.of("day_is_full", on="2026-10-05", minutes=1500, most=1440)]),
    NotFound("customer"),
    Conflict("changed_meanwhile"),
    InvalidInput.of("name", "text_too_long", longest=200),
    AdapterError("database_failed", is_transient=True),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=[type(each).__name__ for each in EXAMPLES])
def test_every_error_is_of_one_root(error: WorktraqError) -> None:
    """A host catches them all at once, and each says something."""
    assert isinstance(error, WorktraqError)
    assert str(error).endswith(".")


def test_refusal_says_all_its_reasons() -> None:
    """With what their parameters fill in."""
    text = str(EXAMPLES[0])
    assert "administrator" in text
    assert "1500" in text


def test_reason_has_its_parameters_in_one_order() -> None:
    """Two reasons are the same whatever order they were written in."""
    assert Reason.of("x", b=1, a=2) == Reason.of("x", a=2, b=1)


def test_refusal_for_one_reason() -> None:
    """The short form."""
    assert Refused.because("needs_admin").reasons == (Reason.of("needs_admin"),)


def test_bad_input_names_its_first_field_and_code() -> None:
    """A host that shows one problem shows the first."""
    error = InvalidInput([Problem("name", "text_missing"), Problem("email", "mail_malformed", place="C7")])
    assert (error.field, error.code) == ("name", "text_missing")
    assert "(C7)" in str(error)


def test_not_found_says_the_same_for_what_exists_elsewhere() -> None:
    """It knows the kind of thing only."""
    assert vars(NotFound("customer")) == {"kind": "customer"}


def test_conflict_tells_whether_trying_again_may_help() -> None:
    """As after a deadlock, but not when something is stale."""
    assert Conflict("transaction_conflict", is_retryable=True).is_retryable
    assert not Conflict("changed_meanwhile").is_retryable


def test_adapter_error_is_transient_or_not() -> None:
    """With what its message fills in."""
    error = AdapterError("file_line_too_long", limit=5)
    assert not error.is_transient
    assert "5" in str(error)


@pytest.mark.parametrize("error", EXAMPLES, ids=[type(each).__name__ for each in EXAMPLES])
def test_error_survives_pickling(error: WorktraqError) -> None:
    """A worker process can hand it over."""
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
