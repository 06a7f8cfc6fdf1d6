"""Doing something once, however often it is asked for under the same key."""

from collections.abc import Callable
from typing import TypeVar, cast

from attrs import evolve

from worktraq.core.keyed_runs import new_run, outcome_again, outcome_of, outcome_text
from worktraq.usecases.context import Context
from worktraq.usecases.transaction import Transaction

T = TypeVar("T")


def once(context: Context, key: str, given: object, function: Callable[[Transaction], T]) -> T:
    """Call a function in the transaction, unless that was done under the key before; gives the outcome in either case.

    Raises:
        NotFound: When the user who asks does not exist.
        Refused: When that user is not active, which also holds for an outcome that is given again.
        InvalidInput: For a key that was used with another input, or something that cannot be kept.
        Conflict: Retryable, when somebody else is doing it.
    """
    runs, wanted = context.uow.keyed_runs, new_run(context.actor, key, given, context.at)
    _ = context.user
    stored = runs.find(wanted.key_hash)
    if stored is not None:
        return cast(T, outcome_again(stored, wanted))
    runs.claim(wanted)
    outcome = outcome_text(function(Transaction(context)))
    runs.keep(evolve(wanted, outcome=outcome))
    # As it will be given again, and no list that the function still holds.
    return cast(T, outcome_of(outcome))
