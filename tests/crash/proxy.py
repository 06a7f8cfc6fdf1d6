"""A wire of our own between the driver and the server, which can be cut at a COMMIT."""

import select
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from threading import Event, Thread

from attrs import define, field
from sqlalchemy import URL, make_url

COMMITS = {
    "postgresql": b"Q\x00\x00\x00\x0bCOMMIT\x00",
    "mariadb": b"\x07\x00\x00\x00\x03COMMIT",
}
"""A COMMIT as it goes over the wire, by database."""
_FIRST_CHANGE = b"INSERT INTO worktraq_item "
_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)


class Cut(StrEnum):
    """Where the wire is cut."""

    ANYWHERE = "at any message of the client"
    MIDWAY = "before the first change"
    BEFORE = "before COMMIT is sent on"
    UNREAD = "when COMMIT is sent on"
    SWALLOWED = "when the reply has come, none of it sent on"
    HALF = "in the middle of the reply"


AT_COMMITS = (Cut.MIDWAY, Cut.BEFORE, Cut.UNREAD, Cut.SWALLOWED, Cut.HALF)


@define
class Proxy:
    """Passes everything on, until it is told to cut the wire once.

    Attributes:
        target: Where the server is.
        commit: What a COMMIT looks like.
        port: Where it listens itself.
        cut: Where it cuts the wire next, if it does.
        passing: How many it lets pass before.
        resets: Whether it then ends connections with a reset instead of in good order.
        has_cut: Set when it has.
    """

    target: tuple[str, int]
    commit: bytes
    port: int
    cut: Cut | None = None
    passing: int = 0
    resets: bool = False
    has_cut: Event = field(factory=Event)

    def arm(self, cut: Cut, *, resets: bool, passing: int = 0) -> None:
        """Cut the wire at the next chance, or let some pass before."""
        self.has_cut.clear()
        self.resets, self.passing, self.cut = resets, passing, cut

    def follow(self, client: socket.socket) -> None:
        """Pass on what two sides say until one is gone."""
        with client, socket.create_connection(self.target) as server:
            while True:
                ready, _, _ = select.select([client, server], [], [])
                for source in ready:
                    with suppress(OSError):
                        said = source.recv(_CHUNK)
                        if said and self._passes_on(said, client, server, is_from_client=source is client):
                            continue
                    return

    def _passes_on(self, said: bytes, client: socket.socket, server: socket.socket, *, is_from_client: bool) -> bool:
        cut = self.cut
        if not is_from_client:
            client.sendall(said)
        elif cut is None or {Cut.ANYWHERE: b"", Cut.MIDWAY: _FIRST_CHANGE}.get(cut, self.commit) not in said:
            server.sendall(said)
        elif self.passing:
            self.passing -= 1
            server.sendall(said)
        else:
            self.cut = None
            self._cut(cut, said, client, server)
            return False
        return True

    def _cut(self, cut: Cut, said: bytes, client: socket.socket, server: socket.socket) -> None:
        if cut not in (Cut.ANYWHERE, Cut.MIDWAY, Cut.BEFORE):
            server.sendall(said)
        if cut in (Cut.SWALLOWED, Cut.HALF):
            reply = server.recv(_CHUNK)
            if cut is Cut.HALF:
                client.sendall(reply[: len(reply) // 2])
        if self.resets:
            for each in (client, server):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.has_cut.set()


@contextmanager
def proxied(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy in front of a server while the block runs.

    Yields:
        The proxy, and the address that goes through it.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    port = parsed.port or {"postgresql": 5432, "mariadb": 3306}[backend]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        proxy = Proxy((parsed.host or "127.0.0.1", port), COMMITS[backend], listening.getsockname()[1])
        accepting = Thread(target=_accept, args=(listening, proxy), daemon=True)
        accepting.start()
        try:
            yield proxy, _through(parsed, proxy.port).render_as_string(hide_password=False)
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _through(url: URL, port: int) -> URL:
    plain = {"sslmode": "disable"} if url.get_backend_name() == "postgresql" else {"ssl_disabled": "true"}
    return url.set(host="127.0.0.1", port=port, query={**url.query, **plain})


def _accept(listening: socket.socket, proxy: Proxy) -> None:
    followers: list[Thread] = []
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            break
        followers.append(Thread(target=proxy.follow, args=(client,), daemon=True))
        followers[-1].start()
    for follower in followers:
        follower.join()
