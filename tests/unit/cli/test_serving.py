"""The door through which the customers' page is reached."""

import asyncio
import socket
from contextlib import closing

import pytest
from starlette.types import Message, Receive, Scope, Send

from worktraq.cli.serving import Doorway, followed


def test_door_opens_on_this_machine_only() -> None:
    """Nobody else on the network can come in."""
    door = Doorway.open()
    with closing(door.listening):
        assert door.listening.getsockname()[0] == "127.0.0.1"


def test_another_door_opens_when_the_usual_one_is_taken() -> None:
    """And the address says which."""
    first, second = Doorway.open(), Doorway.open()
    with closing(first.listening), closing(second.listening):
        assert first.address != second.address


def test_address_can_be_reached_at_once() -> None:
    """A browser that is quicker than the server waits in line."""
    door = Doorway.open()
    with closing(door.listening), socket.create_connection(door.listening.getsockname(), timeout=5) as caller:
        assert caller.getpeername() == door.listening.getsockname()


async def page(_scope: Scope, _receive: Receive, send: Send) -> None:
    """An application that answers."""
    await send({"type": "http.response.start", "status": 200})


async def nothing() -> Message:
    """What comes from the browser."""
    return {}


async def unheard(_message: Message) -> None:
    """What goes to the browser."""


@pytest.mark.parametrize(("method", "count"), [("GET", 0), ("HEAD", 0), ("POST", 1)])
def test_mails_are_carried_after_a_decision(method: str, count: int) -> None:
    """After a POST only, for nothing else changes anything."""
    calls: list[str] = []
    answer = followed(page, lambda: calls.append(method))

    async def ask() -> None:
        await answer({"type": "http", "method": method}, nothing, unheard)

    asyncio.run(ask())
    assert len(calls) == count
