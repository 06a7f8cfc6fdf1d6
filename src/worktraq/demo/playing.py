"""The whole quarter, from the two files to what there is to see at the end."""

from collections.abc import Callable
from datetime import date

from worktraq.core.calendar import Period
from worktraq.core.links import Links
from worktraq.core.signoff import RequestStatus
from worktraq.demo.agenda import BEGINNING, END, Moment, moments
from worktraq.demo.clock import ManualClock
from worktraq.demo.files import read_sessions
from worktraq.demo.founding import Firm, set_up
from worktraq.demo.outcome import Outcome, look
from worktraq.demo.post import Post
from worktraq.demo.quarter import YEAR, Quarter
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError
from worktraq.i18n import Translator
from worktraq.ports.notifications import Notifier
from worktraq.ports.sheets import SheetReader
from worktraq.ports.unit_of_work import Store

Progress = Callable[[int, int, date], None]
"""Told how many moments of how many are over, and which day it is."""

KEPT_OPEN = ("kimai", "person-01", 5)
"""The request that is sent again today, by project, person and month."""


def unseen(_done: int, _all: int, _day: date) -> None:
    """Nobody follows along."""


class Play:
    """One performance of the demo.

    Args:
        store: With its schema up to date; what is in it already stays as it is.
        notifier: Carries the mails.
        reader: Of the two files.
        links: Where the customers' page stands.
        clock: Shared with the notifier, so that mails are dated as they are sent.
        translator: For what the people write; its language becomes the organization's.
    """

    def __init__(
        self,
        store: Store,
        *,
        notifier: Notifier,
        reader: SheetReader,
        links: Links,
        clock: ManualClock,
        translator: Translator,
    ) -> None:
        self._post = Post(notifier)
        self._clock = clock
        self._reader = reader
        self._translator = translator
        self._firm: Firm | None = None
        self.engine = WorkTraq(store, notifier=self._post, links=links, clock=clock)

    def run(self, progress: Progress = unseen) -> Outcome:
        """Play the quarter, and look at what came of it."""
        sessions = read_sessions(self._reader)
        self._firm = set_up(self.engine, self._reader, sessions, self._translator)
        quarter = Quarter(self.engine, self._firm, sessions, self._post, self._translator)
        agenda = moments()
        for done, moment in enumerate(agenda):
            progress(done, len(agenda), moment.at.date())
            self._clock.set(moment.at)
            if self._happens(moment, quarter):
                self.deliver()
        progress(len(agenda), len(agenda), END.date())
        return look(self.engine, self._firm, quarter.answers, self._post.sent)

    def deliver(self) -> None:
        """Carry the mails of the firm that wait.

        Raises:
            AdapterError: With ``delivery_failed`` when one could not be carried.
        """
        assert self._firm is not None
        report = self.engine.deliver_notifications(organization_id=self._firm.manager.organization_id)
        if report.postponed or report.dead:
            raise AdapterError("delivery_failed")

    def _happens(self, moment: Moment, quarter: Quarter) -> bool:
        """Let something happen; tells whether somebody may have to be told of it."""
        if moment.deed is not None:
            moment.deed(quarter)
            return True
        assert self._firm is not None
        report = self.engine.run_due(organization_id=self._firm.manager.organization_id)
        return report.requests + report.reminders > 0

    def keep_open(self) -> str:
        """Let the clock go, and send one open request again today.

        Returns:
            The link in the mail, which works now.
        """
        assert self._firm is not None
        self._clock.let_go()
        project, person, month = KEPT_OPEN
        with self.engine.transaction(self._firm.manager) as tx:
            (request,) = tx.signoff.list(
                status=RequestStatus.OPEN,
                user_id=self._firm.employees[person].user_id,
                project_id=self._firm.projects[project].id,
                period=Period.month(YEAR, month),
            )
            tx.signoff.renew(request.id, version=request.version)
        self._post.unread()
        self.deliver()
        return self._post.unread()[-1]


def clock_at_beginning() -> ManualClock:
    """The clock as it stands when the firm is founded."""
    return ManualClock(BEGINNING)
