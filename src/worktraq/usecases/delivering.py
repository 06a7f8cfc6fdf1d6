"""Delivering claimed intents: put together in a view, carried without any lock, noted afterwards."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import groupby

from attrs import evolve

from worktraq.core.ids import IntentId, OrganizationId
from worktraq.core.notifications import (
    LEASE,
    MOST_ATTEMPTS,
    ClaimedIntent,
    DeliveryReport,
    Notification,
    wait_after,
)
from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Refused
from worktraq.ports.notifications import NotifierFlow, NotifierSession, OutboxClaims
from worktraq.usecases.context import Context
from worktraq.usecases.notifications import Composing
from worktraq.usecases.patience import Patiently

Views = Callable[[OrganizationId], AbstractContextManager[Context]]
Composed = Notification | None | Exception
_NOTED_AT_ONCE = 100
_NOTED_AFTER = 1.0


class Delivering:
    """Delivers intents, whichever organization they belong to.

    What was sent is noted for a few messages at a time: who is stopped in between, without a chance to note it, sends
    those again, under the same id.

    Args:
        claims: Where the intents are held.
        views: Opens a view of an organization.
        elapsed: Seconds since any beginning.
    """

    def __init__(self, claims: OutboxClaims, views: Views, elapsed: Callable[[], float], patiently: Patiently) -> None:
        self._claims = claims
        self._views = views
        self._elapsed = elapsed
        self._patiently = patiently

    def deliver(
        self, claimed: Sequence[ClaimedIntent], session: NotifierSession, report: DeliveryReport
    ) -> DeliveryReport:
        """Deliver intents that were just claimed for the time of `LEASE`, and note what became of each.

        Returns:
            The report with these intents added.
        """
        batch = _Batch(self._claims, claimed, self._elapsed, self._patiently)
        of_organizations = sorted(claimed, key=lambda each: each.intent.organization_id)
        try:
            for organization_id, group in groupby(of_organizations, key=lambda each: each.intent.organization_id):
                intents = batch.still_held(list(group))
                composed = self._compose(organization_id, intents)
                report = self._carry(intents, composed, batch, session, report)
        finally:
            batch.note()
        return report

    def _carry(
        self,
        claimed: Sequence[ClaimedIntent],
        composed: Mapping[IntentId, Composed],
        batch: "_Batch",
        session: NotifierSession,
        report: DeliveryReport,
    ) -> DeliveryReport:
        messages = []
        for each in claimed:
            message = composed[each.intent.id]
            if isinstance(message, Notification):
                messages.append(message)
            elif batch.still_held([each]):
                if message is None:
                    batch.done(each)
                    report = evolve(report, dropped=report.dropped + 1)
                else:
                    report = self._failed(each, message, report)
        of_ids = {each.intent.id: each for each in claimed}
        delivered = 0
        for intent_id, problem in _carried(session, batch.held_messages(messages)):
            if problem is None:
                batch.done(of_ids[intent_id])
                delivered += 1
            else:
                report = self._failed(of_ids[intent_id], problem, report)
        return evolve(report, delivered=report.delivered + delivered)

    def _compose(
        self, organization_id: OrganizationId, claimed: Sequence[ClaimedIntent]
    ) -> Mapping[IntentId, Composed]:
        intents = [each.intent for each in claimed]
        try:
            with self._views(organization_id) as context:
                composing = Composing(context, intents)
                return {each.intent.id: _composed(composing, each) for each in claimed}
        except Exception as error:  # noqa: BLE001  # the messages of another organization are delivered
            return dict.fromkeys((intent.id for intent in intents), error)

    def _failed(self, claimed: ClaimedIntent, error: Exception, report: DeliveryReport) -> DeliveryReport:
        code = _code_of(error)
        wait = wait_after(claimed.attempts) if _may_pass(error) else None
        if wait is not None:
            self._patiently(partial(self._claims.postpone, claimed, wait, code))
        else:
            self._patiently(partial(self._claims.bury, claimed, code))
        return report.failing(claimed, code, is_dead=wait is None)


class _Batch:
    """Intents that are held while they are worked through: for how long, and which of them are done."""

    def __init__(
        self,
        claims: OutboxClaims,
        claimed: Sequence[ClaimedIntent],
        elapsed: Callable[[], float],
        patiently: Patiently,
    ) -> None:
        self._claims = claims
        self._elapsed = elapsed
        self._patiently = patiently
        self._open = {each.intent.id: each for each in claimed}
        self._done: list[ClaimedIntent] = []
        self._note_at = self._renew_at = 0.0
        self._begin()

    def still_held(self, claimed: Sequence[ClaimedIntent]) -> list[ClaimedIntent]:
        """Those of them that nobody else has taken; half of the lease at least is left for each."""
        return [each for each in claimed if self._is_held(each.intent.id)]

    def held_messages(self, messages: Iterable[Notification]) -> Iterator[Notification]:
        """Those of them that nobody else has taken, each looked at when it is asked for."""
        for message in messages:
            if self._is_held(message.id):
                yield message

    def done(self, claimed: ClaimedIntent) -> None:
        """Nothing is left to do for an intent."""
        # What somebody else has taken meanwhile is noted as theirs.
        self._done.append(self._open.pop(claimed.intent.id, claimed))
        if len(self._done) == 1:
            self._note_at = self._elapsed() + _NOTED_AFTER
        if len(self._done) >= _NOTED_AT_ONCE or self._elapsed() >= self._note_at:
            self.note()

    def note(self) -> None:
        """Note what was done since the last time."""
        done, self._done = self._done, []
        if done:
            self._patiently(partial(self._claims.complete, *done))

    def _is_held(self, intent_id: IntentId) -> bool:
        if self._elapsed() >= self._renew_at:
            self.note()
            extended = self._patiently(partial(self._claims.extend, LEASE, *self._open.values()))
            self._open = {each.intent.id: each for each in extended}
            self._begin()
        return intent_id in self._open

    def _begin(self) -> None:
        self._renew_at = self._elapsed() + LEASE.total_seconds() / 2


def _carried(session: NotifierSession, messages: Iterable[Notification]) -> Iterator[tuple[IntentId, Exception | None]]:
    if isinstance(session, NotifierFlow):
        yield from session.deliver_each(messages)
        return
    for message in messages:
        try:
            session.deliver(message)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with one message, the others are delivered
            yield message.id, error
        else:
            yield message.id, None


def _composed(composing: Composing, claimed: ClaimedIntent) -> Composed:
    if claimed.attempts > MOST_ATTEMPTS:
        # Every attempt is counted before it is made: none of these came to an end, not even to a bad one.
        return AdapterError("delivery_interrupted")
    try:
        return composing.compose(claimed.intent)
    except Exception as error:  # noqa: BLE001  # as for `_carried`
        return error


def _may_pass(error: Exception) -> bool:
    """Whether trying again later may help."""
    match error:
        case AdapterError():
            return error.is_transient
        case Conflict():
            return error.is_retryable
        case InvalidInput() | NotFound() | Refused():
            return False
    return True


def _code_of(error: Exception) -> str:
    match error:
        case AdapterError() | Conflict():
            return error.code
        case InvalidInput():
            return error.problems[0].code
        case Refused():
            return error.reasons[0].code
        case NotFound():
            return "not_found"
    return "delivery_broken"
