"""P12: from the outbox to an SMTP server, one connection reused, against smtplib sending bytes that are ready."""

import asyncio
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from smtplib import SMTP
from uuid import UUID

from attrs import evolve, field, frozen

from bench.firm import Firm, firm
from bench.measuring import Figure, Scale, seconds
from worktraq import Links, NewTime, SigningKey, WorkTraq
from worktraq.adapters.email import EmailNotifier, SmtpTransport
from worktraq.adapters.email.transport import Mail
from worktraq.core.entries import Item
from worktraq.core.ids import IntentId
from worktraq.core.notifications import Intent, NotificationKind
from worktraq.testing.builders import a_request, new_id

_SENDER = "Acme <hours@acme.example>"
_ITEMS_PER_MAIL = 2


async def _serve(offers: str) -> None:
    """A server that takes everything and keeps nothing."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            command = line[:4].upper()
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
            elif command == b"EHLO":
                writer.write(f"250-sink\r\n{offers}250 8BITMIME\r\n".encode())
                continue
            elif command == b"QUIT":
                break
            writer.write(b"250 fine\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=2**24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def _server(offers: str) -> Iterator[int]:
    command = [sys.executable, "-m", "bench.p12_mail", offers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


@frozen
class _Collecting:
    """A transport that keeps what it is given."""

    mails: list[Mail] = field(factory=list)

    @contextmanager
    def session(self) -> Iterator["_Collecting"]:
        yield self

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)


def _intents(of: Firm, count: int) -> Sequence[Intent]:
    """Half of them ask a customer about a request, half tell an employee of an approval; each about items of its own."""
    owner = of.admin.organization_id
    first = date(2001, 1, 1)
    with of.engine.transaction(of.employee) as tx:
        news = [
            NewTime(of.activity.id, first + timedelta(days=at // 50), 10, "Year-end file")
            for at in range(count * _ITEMS_PER_MAIL)
        ]
        items: Sequence[Item] = tx.entries.register_times(news)
    with of.engine.store.unit_of_work(owner, writes=True) as uow:
        (user,) = uow.users.find_many([of.activity.user_id])
        assert of.activity.project_id is not None
        (project,) = uow.projects.find_many([of.activity.project_id])
        intents, requests = [], []
        for at in range(count):
            mine = items[at * _ITEMS_PER_MAIL : (at + 1) * _ITEMS_PER_MAIL]
            ids = tuple(item.id for item in mine)
            if at % 2:
                intents.append(Intent(IntentId(new_id()), owner, NotificationKind.ITEMS_APPROVED, user.id, None, ids))
            else:
                request = evolve(a_request(project, user, *mine), key_name="bench")
                requests.append(request)
                kind = NotificationKind.APPROVAL_REQUESTED
                intents.append(Intent(IntentId(new_id()), owner, kind, None, request.id, ids))
        uow.requests.add(*requests)
    return intents


def _put(of: Firm, intents: Sequence[Intent]) -> None:
    with of.engine.store.unit_of_work(of.admin.organization_id, writes=True) as uow:
        uow.outbox.add(*(evolve(intent, id=IntentId(UUID(int=new_id().int))) for intent in intents))


def measure(scale: Scale) -> list[Figure]:
    """Claiming, composing, rendering, sending and noting, for mails in the outbox of a database in a file."""
    count = scale.of(10_000, 100)
    links = Links("https://hours.example", [SigningKey("bench", b"k" * 32)])
    figures = []
    with firm() as of:
        intents = _intents(of, count)
        ready = _Collecting()
        _put(of, intents)
        WorkTraq(of.engine.store, notifier=EmailNotifier(ready, sender=_SENDER), links=links).deliver_notifications()
        assert len(ready.mails) == count
        for offers, name in (("250-PIPELINING\r\n", "with pipelining"), ("", "without pipelining")):
            with _server(offers) as port:
                ours, theirs = _times(of, intents, ready.mails, links, port=port, repetitions=scale.repetitions)
            work = f"{count:,} mails from the outbox to a server {name}"
            figures.append(Figure("P12", work, "smtplib, ready bytes", ours, theirs, "<= 2.0"))
    return figures


def _times(
    of: Firm, intents: Sequence[Intent], ready: Sequence[Mail], links: Links, *, port: int, repetitions: int
) -> tuple[float, float]:
    transport = SmtpTransport("127.0.0.1", port, starttls=False)
    engine = WorkTraq(of.engine.store, notifier=EmailNotifier(transport, sender=_SENDER), links=links)

    def theirs() -> None:
        with SMTP("127.0.0.1", port) as connection:
            for mail in ready:
                connection.sendmail(mail.sender, [mail.recipient], mail.content)

    def ours() -> None:
        assert engine.deliver_notifications().delivered == len(intents)

    measured: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(repetitions + 1):
        _put(of, intents)
        measured["ours"].append(seconds(ours))
        measured["theirs"].append(seconds(theirs))
    return statistics.median(measured["ours"][1:]), statistics.median(measured["theirs"][1:])


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
