"""Who tries too often is slowed down, and nobody else (B-05)."""

import pytest
from starlette.requests import Request

from tests.unit.adapters.web.asking import Browser, asking, mounted
from worktraq.adapters.web.limiting import Gate, ProcessLimiter, connected_address
from worktraq.core.entries import State
from worktraq.ports.limits import Limit

pytestmark = pytest.mark.requirement("B-05")

LIMIT = Limit(most=6, seconds=60)


class Watch:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        """The seconds."""
        return self.now


def tries(limiter: ProcessLimiter, key: str, number: int) -> int:
    """How many of so many tries are allowed."""
    allowed = 0
    for _ in range(number):
        if not limiter.wait(key, LIMIT):
            limiter.count(key, LIMIT)
            allowed += 1
    return allowed


def test_as_many_are_allowed_as_the_limit_says() -> None:
    """At once; each key by itself."""
    limiter = ProcessLimiter(clock=Watch())
    assert (tries(limiter, "a", 20), tries(limiter, "b", 20)) == (6, 6)


def test_waiting_as_long_as_told_is_enough() -> None:
    """One more each time, and all of them after the whole time."""
    watch = Watch()
    limiter = ProcessLimiter(clock=watch)
    tries(limiter, "a", 6)
    assert limiter.wait("a", LIMIT) == 10
    watch.now += 9.5
    assert limiter.wait("a", LIMIT) == 1
    watch.now += 0.5
    assert tries(limiter, "a", 20) == 1
    watch.now += 60
    assert tries(limiter, "a", 20) == 6


def test_memory_is_bounded() -> None:
    """The key that was quiet for longest is forgotten first."""
    limiter = ProcessLimiter(most_keys=2, clock=Watch())
    for key, number in (("a", 3), ("b", 6), ("a", 3), ("c", 6)):
        tries(limiter, key, number)
    assert (limiter.wait("b", LIMIT), limiter.wait("a", LIMIT), len(limiter._paid_at)) == (0, 10, 2)


def from_address(address: str | None) -> Request:
    """A request over a connection from an address."""
    client = (address, 1) if address is not None else None
    return Request({"type": "http", "headers": [], "client": client})


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("testclient", "testclient", True),
        ("testclient", "another", False),
        (None, None, False),
        ("", "", False),
    ],
)
def test_unknown_links_are_counted_by_address(one: str | None, other: str | None, is_same: bool) -> None:
    """Of IPv6 by network, which is one subscriber's; where there is no address nobody is taken for somebody else."""
    gate = Gate(ProcessLimiter(clock=Watch()), connected_address)
    for _ in range(30):
        gate.count_unknown(from_address(one))
    assert bool(gate.wait_for_unknown(from_address(other))) == is_same


def test_guessing_is_slowed_down() -> None:
    """After thirty links that do not exist even an existing one has to wait; the answer says how long."""
    asked = asking()
    browser = Browser(asked.app)
    organization = asked.path.split("/")[1]
    answers = [browser.get(f"/approve/{organization}/{number:043}").status_code for number in range(32)]
    late = browser.get(f"/approve{asked.path}")
    assert (answers, late.status_code, int(late.headers["retry-after"]) in range(1, 4)) == (
        [404] * 30 + [429] * 2,
        429,
        True,
    )
    assert "Too many attempts" in late.text


def test_addresses_behind_a_proxy_are_told_apart_where_the_host_says_how() -> None:
    """Only by what the host trusts: what a visitor writes into a header counts for nothing by default."""
    asked = asking()
    organization = asked.path.split("/")[1]

    def guess(*, trusts_header: bool) -> set[int]:
        app = mounted(
            asked.engine,
            client_address=(lambda request: request.headers["x-real-ip"]) if trusts_header else connected_address,
        )
        browser = Browser(app)
        paths = [f"/approve/{organization}/{number:043}" for number in range(40)]
        visitors = [{"X-Real-IP": f"192.0.2.{number}"} for number in range(40)]
        return {browser.send("GET", path, headers=who).status_code for path, who in zip(paths, visitors, strict=True)}

    assert (guess(trusts_header=True), guess(trusts_header=False)) == ({404}, {404, 429})


def test_one_link_is_not_asked_for_without_end() -> None:
    """Sixty times a minute; nothing is decided meanwhile, and others are not slowed down."""
    asked, other = asking(), asking(language="nl")
    browser = Browser(asked.app)
    answers = [browser.send("HEAD", f"/approve{asked.path}").status_code for _ in range(62)]
    assert (answers, asked.states()[0]) == ([303] * 60 + [429] * 2, State.AWAITING_CUSTOMER)
    assert Browser(other.app).get(f"/approve{other.path}").status_code == 200


def test_limiter_of_the_host_is_used() -> None:
    """Shared by all processes, for example."""

    class Closed:
        def wait(self, key: str, limit: Limit) -> int:
            return 7

        def count(self, key: str, limit: Limit) -> None:
            raise AssertionError("nothing is counted for who has to wait")

    asked = asking()
    answer = Browser(mounted(asked.engine, limiter=Closed())).get(f"/approve{asked.path}")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
