"""What is done under a key of the host: once, however often it is asked for.

The key, what was given with it and who asked are kept as digests, and are not readable from them. The outcome is kept
as it is, so that it can be given again; it is short, and best made of ids.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from attrs import field, frozen

from worktraq.core.actors import Actor
from worktraq.core.calendar import check_instant
from worktraq.core.ids import OrganizationId
from worktraq.core.text import clean_line
from worktraq.errors import InvalidInput

KEPT_FOR = timedelta(days=7)
"""For how long an outcome is given again, at least."""
LONGEST_KEY = 255
LONGEST_OUTCOME = 16_000
_LARGEST = 2**63


@frozen(kw_only=True)
class KeyedRun:
    """That something was done under a key.

    Attributes:
        organization_id: Whose things it was done with.
        key_hash: By which it is found: of the key and of who asked, so that nobody meets a key of somebody else.
        given_hash: By which another input is recognised; without the key it cannot be guessed from.
        at: When, in UTC.
        outcome: What came of it, as `outcome_text` writes it; empty while it is being done.
    """

    organization_id: OrganizationId
    key_hash: bytes = field(repr=False)
    given_hash: bytes = field(repr=False)
    at: datetime
    outcome: str = field(default="", repr=False)


def new_run(actor: Actor, key: str, given: object, at: datetime) -> KeyedRun:
    """The run of an actor under a key, not done yet.

    Args:
        actor: Who asks.
        key: Of 1 to 255 characters.
        given: What the outcome depends on, made of what can be kept; see `outcome_text`.
        at: The instant, in UTC.

    Raises:
        InvalidInput: With ``text_missing``, ``text_too_long``, ``text_malformed`` or ``text_control`` for the key,
            or ``value_not_kept`` for what is given.
    """
    key = clean_line("key", key, longest=LONGEST_KEY, is_required=True)
    user = actor.user_id.hex if actor.user_id is not None else ""
    who = json.dumps([actor.organization_id.hex, actor.kind, user, actor.token, key]).encode()
    return KeyedRun(
        organization_id=actor.organization_id,
        key_hash=sha256(who).digest(),
        given_hash=hmac.digest(who, _text_of("given", given).encode(), "sha256"),
        at=at,
    )


def outcome_again(stored: KeyedRun, wanted: KeyedRun) -> object:
    """What came of a run that was done before.

    Raises:
        InvalidInput: With ``key_of_other_input`` when something else was given then.
    """
    if not hmac.compare_digest(stored.given_hash, wanted.given_hash):
        raise InvalidInput.of("key", "key_of_other_input")
    return outcome_of(stored.outcome)


def outcome_text(outcome: object) -> str:
    """An outcome as it is kept.

    It is None or made of bools, whole numbers of 64 bits, texts, bytes, ids, dates, instants, and of lists, tuples and
    dictionaries of these, the latter with texts as keys. Exactly those types, so that what is given again is the same.

    Raises:
        InvalidInput: With ``value_not_kept`` for anything else, ``instant_naive`` for an instant without a zone, or
            ``text_too_long``.
    """
    text = _text_of("outcome", outcome)
    if len(text) > LONGEST_OUTCOME:
        raise InvalidInput.of("outcome", "text_too_long", longest=LONGEST_OUTCOME)
    return text


def outcome_of(text: str) -> object:
    """The outcome that `outcome_text` wrote."""
    return _read(json.loads(text))


def _text_of(name: str, value: object) -> str:
    try:
        return json.dumps(_written(name, value), sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise InvalidInput.of(name, "value_not_kept", kind=type(value).__name__) from None


def _written(name: str, value: object) -> object:
    """A value in the words of JSON; what JSON has no word for stands in an object that names its type."""
    if value is None or type(value) is bool or type(value) is str:
        return value
    if type(value) is int and -_LARGEST <= value < _LARGEST:
        return value
    if type(value) is list:
        return [_written(name, each) for each in value]
    if type(value) is tuple:
        return {"tuple": [_written(name, each) for each in value]}
    if type(value) is dict and all(type(key) is str for key in value):
        return {"dict": {key: _written(name, each) for key, each in value.items()}}
    return _tagged(name, value)


def _tagged(name: str, value: object) -> dict[str, str]:
    if type(value) is UUID:
        return {"id": value.hex}
    if type(value) is bytes:
        return {"bytes": value.hex()}
    if type(value) is datetime:
        return {"instant": check_instant(value, name=name).isoformat()}
    if type(value) is date:
        return {"date": value.isoformat()}
    raise InvalidInput.of(name, "value_not_kept", kind=type(value).__name__)


def _read(written: object) -> object:
    if isinstance(written, list):
        return [_read(each) for each in written]
    if not isinstance(written, dict):
        return written
    ((tag, value),) = written.items()
    return _READ[tag](value)


_READ: Mapping[str, Callable[..., object]] = {
    "tuple": lambda values: tuple(map(_read, values)),
    "dict": lambda values: {key: _read(each) for key, each in values.items()},
    "id": UUID,
    "bytes": bytes.fromhex,
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
}
