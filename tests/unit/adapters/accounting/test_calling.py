"""Calling an accounting system: each failure as the error that it is, and no secret in any of them."""

import logging
from collections.abc import Callable
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import httpx
import pytest

from worktraq.adapters.accounting import calling
from worktraq.adapters.accounting.calling import Caller, cursor_of, http_client, is_safe, is_text, is_whole
from worktraq.errors import AdapterError, SourceBroken, SourceDenied, SourceLimited, SourceUnavailable
from worktraq.testing.contracts.accounting_failures import shown
from worktraq.testing.fakes import FixedClock

ADDRESS = "https://books.example/api"
WINDOWS = (("Minute-Remaining", "Minute-Reset"), ("Day-Remaining", "Day-Reset"))
pytestmark = pytest.mark.requirement("T-01")


def caller(answer: Callable[[httpx.Request], httpx.Response], clock: FixedClock | None = None) -> Caller:
    """Reaches a system that answers so."""
    client = http_client(transport=httpx.MockTransport(answer))
    return Caller(client, clock or FixedClock(), windows=WINDOWS)


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (401, {}, SourceDenied),
        (403, {}, SourceDenied),
        (408, {}, SourceUnavailable),
        (429, {}, SourceLimited),
        (500, {}, SourceUnavailable),
        (503, {}, SourceUnavailable),
        (503, {"Retry-After": "5"}, SourceLimited),
        (503, {"Retry-After": "soon"}, SourceUnavailable),
        (301, {"Location": "https://elsewhere.example"}, SourceBroken),
        (400, {}, SourceBroken),
        (404, {}, SourceBroken),
        (418, {}, SourceBroken),
    ],
)
def test_status_says_what_went_wrong(status: int, headers: dict[str, str], error: type[AdapterError]) -> None:
    """No answer is followed elsewhere."""
    hosts = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(status, headers=headers)

    with pytest.raises(error):
        caller(answer).call("GET", ADDRESS)
    assert hosts == ["books.example"]


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (httpx.ConnectError, SourceUnavailable),
        (httpx.ReadTimeout, SourceUnavailable),
        (httpx.RemoteProtocolError, SourceUnavailable),
        (httpx.ProxyError, SourceUnavailable),
        (httpx.DecodingError, SourceBroken),
    ],
)
def test_failure_is_told_without_what_was_sent(failure: type[httpx.RequestError], error: type[AdapterError]) -> None:
    """The errors of httpx hold the request, and with it the token; none is chained."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise failure(f"while sending {request.headers['authorization']}", request=request)

    with pytest.raises(error) as raised:
        caller(answer).call("GET", ADDRESS, headers={"Authorization": "Bearer top-secret"})
    assert raised.value.__context__ is None
    assert not [text for text in shown(raised.value) if "secret" in text]


def test_header_that_cannot_be_sent_is_told_without_it() -> None:
    """Somebody pasted a token with a sign that no header can hold."""
    with pytest.raises(SourceBroken) as raised:
        caller(lambda _: httpx.Response(200)).call("GET", ADDRESS, headers={"Authorization": "Bearer secrét"})
    assert not [text for text in shown(raised.value) if "secr" in text]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"Retry-After": "5", "Day-Remaining": "0", "Day-Reset": "9000"}, 5),
        ({"Minute-Remaining": "0", "Minute-Reset": "40", "Day-Remaining": "0", "Day-Reset": "9000"}, 9000),
        ({"Minute-Remaining": "0", "Minute-Reset": "40", "Day-Remaining": "7", "Day-Reset": "9000"}, 40),
        ({"Minute-Remaining": "3", "Minute-Reset": "40", "Day-Reset": "9000"}, 40),
        ({"Minute-Remaining": "0", "Minute-Reset": "?"}, 60),
    ],
)
def test_limit_lasts_as_long_as_it_is_said(headers: dict[str, str], seconds: int) -> None:
    """In the words of the system, else until the full window begins anew, else the next one, else a minute."""
    clock = FixedClock()
    with pytest.raises(SourceLimited) as raised:
        caller(lambda _: httpx.Response(429, headers=headers), clock).call("GET", ADDRESS)
    assert raised.value.until == clock() + timedelta(seconds=seconds)


def test_nothing_is_asked_while_nothing_remains() -> None:
    """Afterwards it is."""
    clock = FixedClock()
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, headers={"Minute-Remaining": "0", "Minute-Reset": "40"})

    reaching = caller(answer, clock)
    reaching.call("GET", ADDRESS)
    with pytest.raises(SourceLimited) as raised:
        reaching.call("GET", ADDRESS)
    assert len(asked) == 1
    clock.set(raised.value.until)
    reaching.call("GET", ADDRESS)
    assert len(asked) == 2


def test_answer_that_is_too_large_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before all of it is here."""
    monkeypatch.setattr(calling, "MOST_BYTES", 1_000)
    with pytest.raises(SourceBroken) as raised:
        caller(lambda _: httpx.Response(200, content=b"x" * 1_001)).call("GET", ADDRESS)
    assert raised.value.code == "source_answer_too_large"
    assert caller(lambda _: httpx.Response(200, content=b"x" * 1_000)).call("GET", ADDRESS).content == b"x" * 1_000


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"{", b"\xff", b"1" * 5_000, b"[" * 100_000, b"1e99999999999999999999"]
)
def test_what_is_no_json_is_broken(content: bytes) -> None:
    """Or cannot be held."""
    with pytest.raises(SourceBroken) as raised:
        caller(lambda _: httpx.Response(200, content=content)).json("GET", ADDRESS)
    assert raised.value.code == "source_answer_malformed"


def test_number_with_a_fraction_is_no_text() -> None:
    """And keeps its digits."""
    told = caller(lambda _: httpx.Response(200, content=b"[0.10]")).json("GET", ADDRESS)
    assert str(told[0]) == "0.10"
    assert not isinstance(told[0], str | float)


@pytest.mark.parametrize(
    "url", ["http://books.example", "ftp://books.example", "books.example", "", "http://127.0.0.1.evil.example"]
)
def test_nothing_is_sent_that_others_could_read(url: str) -> None:
    """Over https, or to this machine."""
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200)

    with pytest.raises(SourceBroken):
        caller(answer).call("GET", url)
    assert asked == []


@pytest.mark.parametrize(
    "url", ["https://books.example", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"]
)
def test_this_machine_is_safe(url: str) -> None:
    """Nobody is in between."""
    assert is_safe(httpx.URL(url))


def test_hidden_part_of_an_address_is_sent_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Neither by httpx nor in the address as it shows itself."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    logging.getLogger("httpx").disabled = False  # another test may have set up logging in its own way
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200)

    caller(answer).call("GET", ADDRESS, params={"a": "b"}, hidden={"token": "top-secret"})
    assert dict(asked[0].url.params) == {"a": "b", "token": "top-secret"}
    assert b"top-secret" in asked[0].url.raw_path
    assert any("a=b" in text for text in caplog.messages)
    assert not [text for text in (*caplog.messages, repr(asked[0].url), repr(asked[0])) if "secret" in text]


class _Door(BaseHTTPRequestHandler):
    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        """Say yes."""
        self.asked.append((self.path, self.headers["Authorization"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_no_secret_is_logged_on_the_wire(caplog: pytest.LogCaptureFixture) -> None:
    """What lies below httpx logs every step; neither a header nor the hidden part is in it."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    logging.getLogger("httpx").disabled = False  # another test may have set up logging in its own way
    with HTTPServer(("127.0.0.1", 0), _Door) as server, http_client() as client:
        thread = Thread(target=server.handle_request)
        thread.start()
        Caller(client, FixedClock()).call(
            "GET",
            f"http://127.0.0.1:{server.server_port}/a",
            headers={"Authorization": "Bearer top-secret"},
            hidden={"token": "deep-secret"},
        )
        thread.join()
    assert _Door.asked == [("/a?token=deep-secret", "Bearer top-secret")]
    assert any("send_request_headers" in text for text in caplog.messages)
    assert not [text for text in caplog.messages if "secret" in text]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '{"a": 1}', '{"a": 1, "b": 2, "c": 3}', "[" * 100_000])
def test_cursor_of_another_form_is_refused(text: str) -> None:
    """Also one that holds more or less than it has to."""
    with pytest.raises(SourceBroken) as raised:
        cursor_of(text, {"a": is_whole, "b": is_whole})
    assert raised.value.code == "source_cursor_unknown"


@pytest.mark.parametrize(
    ("value", "whole", "text"),
    [
        (0, True, False),
        (2**63, False, False),
        (-1, False, False),
        (True, False, False),
        ("x", False, True),
        ("x" * 2_000, False, False),
    ],
)
def test_parts_of_a_cursor_are_checked(value: object, whole: bool, text: bool) -> None:
    """A switch is no number, and nothing is endless."""
    assert (is_whole(value), is_text(value)) == (whole, text)
