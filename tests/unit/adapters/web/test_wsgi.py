"""The page in a host that speaks WSGI, such as Flask, through a2wsgi (L-07)."""

import re
from collections.abc import Iterator

import httpx
import pytest
from a2wsgi import ASGIMiddleware

from tests.unit.adapters.web.asking import Asking, asking, hidden_in
from worktraq.adapters.web import approval_app
from worktraq.core.entries import State


@pytest.fixture
def asked() -> Asking:
    """An open request."""
    return asking()


@pytest.fixture
def client(asked: Asking) -> Iterator[httpx.Client]:
    """A browser at a host that has the page below ``/approve``; it sees what the dispatcher of the host leaves of a path."""
    page = ASGIMiddleware(approval_app(asked.engine))  # type: ignore[arg-type]  # a2wsgi has types of its own for the same
    transport = httpx.WSGITransport(page, script_name="/approve", remote_addr="192.0.2.9")  # type: ignore[arg-type]  # as above
    with httpx.Client(transport=transport, base_url="https://acme.example") as made:
        yield made


@pytest.mark.requirement("L-07", "L-08")
def test_page_works_in_a_host_without_asgi(asked: Asking, client: httpx.Client) -> None:
    """From the link to the decision, cookies and redirect included."""
    opened = client.get(asked.path)
    assert re.fullmatch(r"[\w-]{22}", opened.headers["location"])
    path = f"/{asked.path.split('/')[1]}/{opened.headers['location']}"
    confirmation = client.post(path, data={**hidden_in(client.get(path)), "approve-all": "yes"})
    result = client.post(path, data={**hidden_in(confirmation), "step": "confirm"})
    assert (result.status_code, asked.states()) == (200, [State.APPROVED] * 3)
