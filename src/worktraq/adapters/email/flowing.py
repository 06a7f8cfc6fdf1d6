"""Many mails through one connection, without waiting for each answer by itself.

While the server looks at a mail, the next one is put together; and its commands go together with the content of the
one before, where the server takes commands so (RFC 2920), so that a mail costs one answer to wait for. An answer counts
for the mail that it was given to: what breaks off leaves the mails without an answer, and these only, to be sent again.
"""

from collections.abc import Iterator
from smtplib import SMTP
from typing import Protocol

from worktraq.adapters.email.dialogue import announce, announced, has_hung_up, put, taken
from worktraq.adapters.email.transport import Mail
from worktraq.errors import AdapterError

Outcome = tuple[Mail, Exception | None]


class Way(Protocol):
    """A session that a flow goes by; see `worktraq.adapters.email.smtp`."""

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""

    def connection(self) -> SMTP:
        """The connection; it is opened where there is none.

        Raises:
            AdapterError: It cannot be opened.
        """

    def send(self, mail: Mail) -> None:
        """Carry one mail, and wait for its answer.

        Raises:
            AdapterError: It was not carried.
        """

    def failed(self, error: Exception) -> AdapterError:
        """An error in our own terms; the connection is closed unless it serves for another mail."""

    def drop(self) -> None:
        """Close the connection without a word."""


class Flow:
    """What is on its way to the server, and not yet answered.

    Args:
        way: The session; what does not go smoothly is sent through it again, as a mail by itself.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        # The mail whose content is on its way, and whether it is tried again when the server hangs up.
        self._sent: tuple[Mail, bool] | None = None
        self._is_announced = False
        self._is_refused = False

    def answered(self) -> Iterator[Outcome]:
        """Wait for what becomes of the mail whose content is on its way, if one is."""
        self._is_refused = False
        if self._sent is None:
            return
        (mail, is_tried_again), self._sent = self._sent, None
        connection = self._way.connection()
        try:
            taken(connection)
        except OSError as error:
            yield mail, self._broken(mail, error, is_tried_again=is_tried_again and has_hung_up(error))
        else:
            yield mail, None

    def carry(self, mail: Mail, following: Mail | None) -> Iterator[Outcome]:
        """Ask the server to take a mail, unless it has been asked, and send the content; nothing may be unanswered."""
        was_open, was_announced = self._way.is_open, self._is_announced
        self._is_announced = False
        try:
            connection = self._way.connection()
            if was_announced:
                announced(connection, mail)
            else:
                announce(connection, mail)
            self._sent = mail, was_open
            self._is_announced = put(connection, mail, following)
        except OSError as error:
            self._sent = None
            # Servers close connections that have carried enough; and after a refusal, one may not be ready at once.
            is_tried_again = (was_open and has_hung_up(error)) or self._is_refused
            yield mail, self._broken(mail, error, is_tried_again=is_tried_again)
        except AdapterError as error:
            yield mail, error

    def cut(self) -> None:
        """Leave nothing unanswered behind that would be taken for the answer to another mail."""
        if self._sent is not None or self._is_announced:
            self._way.drop()

    def _broken(self, mail: Mail, error: OSError, *, is_tried_again: bool) -> Exception | None:
        """What becomes of a mail that the server did not take, or did not say so."""
        failed = self._way.failed(error)
        if not self._way.is_open:
            self._is_announced = False
        self._is_refused = self._way.is_open
        if not is_tried_again:
            return failed
        try:
            self._way.send(mail)
        except AdapterError as again:
            return again
        return None
