"""The customers' page, served on this machine only."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = "127.0.0.1"
_PORT = 8000


@frozen
class Doorway:
    """A socket that the page will be served on: taken early, because mails carry its address.

    Attributes:
        listening: The socket.
    """

    USUAL: ClassVar[str] = f"http://{_HOST}:{_PORT}"

    listening: socket.socket

    @classmethod
    def open(cls) -> "Doorway":
        """Take the usual port, or any other that is free."""
        try:
            return cls(socket.create_server((_HOST, _PORT)))
        except OSError:
            return cls(socket.create_server((_HOST, 0)))

    @property
    def address(self) -> str:
        """What links begin with."""
        return f"http://{_HOST}:{self.listening.getsockname()[1]}"

    def serve(self, page: "ASGIApp", after_post: Callable[[], None]) -> None:
        """Serve a page until somebody interrupts it.

        Args:
            page: The application.
            after_post: Called after every POST, when a decision may have been taken.
        """
        import uvicorn

        config = uvicorn.Config(followed(page, after_post), log_level="warning", lifespan="off")
        # The server ends in good order and then passes the interruption on, which is how it was meant to end.
        with contextlib.closing(self.listening), contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[self.listening])


def followed(page: "ASGIApp", after_post: Callable[[], None]) -> "ASGIApp":
    """A page, and what is to be done after every POST to it."""

    async def answer(scope: "Scope", receive: "Receive", send: "Send") -> None:
        await page(scope, receive, send)
        if scope["type"] == "http" and scope["method"] == "POST":
            await asyncio.to_thread(after_post)

    return answer
