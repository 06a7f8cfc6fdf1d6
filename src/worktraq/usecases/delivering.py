"""Delivering one claimed intent: put together in a view, carried without any lock, noted afterwards."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from attrs import evolve

from worktraq.core.ids import OrganizationId
from worktraq.core.notifications import ClaimedIntent, DeliveryReport, Notification, wait_after
from worktraq.errors import AdapterError, WorktraqError
from worktraq.ports.notifications import NotifierSession, OutboxClaims
from worktraq.usecases.context import Context
from worktraq.usecases.notifications import Composing

Views = Callable[[OrganizationId], AbstractContextManager[Context]]


class Delivering:
    """Delivers intents, whichever organization they belong to."""

    def __init__(self, claims: OutboxClaims, views: Views) -> None:
        self._claims = claims
        self._views = views

    def deliver(self, claimed: ClaimedIntent, session: NotifierSession, report: DeliveryReport) -> DeliveryReport:
        """Deliver one intent, and note what became of it.

        Returns:
            The report with this intent added.
        """
        try:
            notification = self._compose(claimed)
            if notification is not None:
                session.deliver(notification)
        except AdapterError as error:
            wait = wait_after(claimed.attempts) if error.is_transient else None
            if wait is not None:
                self._claims.postpone(claimed, wait, error.code)
                return evolve(report, postponed=report.postponed + 1)
            return self._bury(claimed, error.code, report)
        except WorktraqError as error:
            return self._bury(claimed, type(error).__name__, report)
        self._claims.complete(claimed)
        if notification is None:
            return evolve(report, dropped=report.dropped + 1)
        return evolve(report, delivered=report.delivered + 1)

    def _compose(self, claimed: ClaimedIntent) -> Notification | None:
        with self._views(claimed.intent.organization_id) as context:
            return Composing(context).compose(claimed.intent)

    def _bury(self, claimed: ClaimedIntent, problem: str, report: DeliveryReport) -> DeliveryReport:
        self._claims.bury(claimed, problem)
        return evolve(report, dead=report.dead + 1)
