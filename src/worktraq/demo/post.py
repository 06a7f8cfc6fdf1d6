"""The post of the demo: passes messages on, and keeps the links in them as the customers do who receive them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from worktraq.core.notifications import Notification, NotificationKind
from worktraq.ports.notifications import Notifier, NotifierSession


class Post:
    """A notifier that looks over the shoulder of another one.

    Args:
        notifier: What really carries the messages.

    Attributes:
        sent: How many messages of each kind were carried.
    """

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._links: list[str] = []
        self.sent: Counter[NotificationKind] = Counter()

    @contextmanager
    def session(self) -> Iterator[NotifierSession]:
        """Open a way to the readers."""
        with self._notifier.session() as session:
            yield _Carrier(self, session)

    def unread(self) -> list[str]:
        """The links to requests that came since this was asked last, the oldest first."""
        links, self._links = self._links, []
        return links

    def keep(self, notification: Notification) -> None:
        """Note a message that was carried."""
        self.sent[notification.kind] += 1
        if notification.kind is NotificationKind.APPROVAL_REQUESTED:
            self._links.append(notification.link)


class _Carrier:
    def __init__(self, post: Post, session: NotifierSession) -> None:
        self._post = post
        self._session = session

    def deliver(self, notification: Notification) -> None:
        self._session.deliver(notification)
        self._post.keep(notification)
