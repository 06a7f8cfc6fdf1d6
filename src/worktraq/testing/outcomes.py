"""What came of a command, so that it can be compared: what it gave, or its error with code and parameters."""

from collections.abc import Sequence

from attrs import frozen

from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Refused, WorktraqError
from worktraq.testing.deeds import Deed
from worktraq.usecases.transaction import Transaction


@frozen
class Failed:
    """An error, as it can be compared."""

    kind: type[WorktraqError]
    codes: tuple[object, ...]


def outcome_of(deed: Deed, tx: Transaction) -> object:
    """What a command gives, or its error."""
    try:
        return deed(tx)
    except WorktraqError as error:
        return _told(error)


def ends_transaction(outcome: object) -> bool:
    """Whether nothing more can be done: what a store keeps open after a conflict differs."""
    return isinstance(outcome, Failed) and issubclass(outcome.kind, Conflict | AdapterError)


def are_alike(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether a transaction came to the same twice.

    Of a refusal among several commands only the codes count. A transaction sees what others commit in between, so that
    what it says about a thing that it may not touch can be of another moment than what it did before.
    """
    if len(one) > 1:
        return list(map(_without_words, one)) == list(map(_without_words, other))
    return list(one) == list(other)


def _without_words(outcome: object) -> object:
    if isinstance(outcome, Failed) and outcome.kind is Refused:
        return Failed(Refused, tuple(getattr(reason, "code", reason) for reason in outcome.codes))
    return outcome


def _told(error: WorktraqError) -> Failed:
    if isinstance(error, Refused):
        return Failed(Refused, error.reasons)
    if isinstance(error, InvalidInput):
        return Failed(InvalidInput, error.problems)
    if isinstance(error, NotFound):
        return Failed(NotFound, (error.kind,))
    assert isinstance(error, Conflict | AdapterError)
    return Failed(type(error), (error.code, *sorted(error.parameters.items())))
