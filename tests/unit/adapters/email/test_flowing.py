"""Many mails through one connection, of which each is answered while the next is on its way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.unit.adapters.email.builders import intent, notification, received, written
from tests.unit.adapters.email.servers import SILENCE, Behaviour, scripted, serving
from worktraq.adapters.email import Mail, SmtpTransport
from worktraq.adapters.email.transport import MailFlow
from worktraq.core.notifications import Attachment
from worktraq.errors import AdapterError

NOBODY = "nobody@jansen.example"
WITH_PIPELINING = "250-scripted\r\n250 PIPELINING"

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")


def mails(count: int, *, to_nobody: Sequence[int] = ()) -> list[Mail]:
    """Some mails, some of them to a mailbox that there is not."""
    return [
        written(notification(id=intent(at), recipient_email=NOBODY if at in to_nobody else "jan@jansen.example"))
        for at in range(count)
    ]


@contextmanager
def flow(port: int, **changes: float) -> Iterator[MailFlow]:
    """A session to a server on this machine."""
    transport = SmtpTransport("127.0.0.1", port, starttls=False, timeout=changes.get("timeout", 5))
    with transport.session() as session:
        assert isinstance(session, MailFlow)
        yield session


def outcomes(session: MailFlow, sent: Sequence[Mail]) -> dict[int, str]:
    """What became of each mail, by its place."""
    told = {}
    for mail, problem in session.send_each(sent):
        assert isinstance(problem, AdapterError | None)
        told[sent.index(mail)] = problem.code if problem is not None else ""
    return told


def numbers(behaviour: Behaviour) -> list[tuple[int, int]]:
    """The connection and the place of each mail that the server took."""
    ids = {f"<{intent(at).hex}": at for at in range(100)}
    return [(taken.connection, ids[str(received(taken.content)["Message-ID"])[:33]]) for taken in behaviour.mails]


@pytest.fixture(params=[False, True], ids=["one by one", "pipelining"])
def pipelines(request: pytest.FixtureRequest) -> bool:
    """Whether the server takes commands together."""
    return bool(request.param)


def test_all_arrive_once_and_in_order(pipelines: bool) -> None:
    """By one connection, byte by byte."""
    behaviour, sent = Behaviour(pipelines=pipelines), mails(5)
    with serving(behaviour) as port, flow(port) as session:
        assert outcomes(session, sent) == dict.fromkeys(range(5), "")
        assert outcomes(session, sent[:1]) == {0: ""}
    assert [taken.content for taken in behaviour.mails] == [mail.content for mail in [*sent, sent[0]]]
    assert {taken.connection for taken in behaviour.mails} == {1}


def test_no_mail_is_no_connection() -> None:
    """Nothing to send needs no server."""
    with flow(1) as session:
        assert outcomes(session, []) == {}


def test_next_mail_is_put_together_before_the_answer_is_waited_for(pipelines: bool) -> None:
    """That is what the flow is for; a mail is told of only when it was answered."""
    asked: list[int] = []

    def coming() -> Iterator[Mail]:
        for at, mail in enumerate(mails(4)):
            asked.append(at)
            yield mail

    behaviour = Behaviour(pipelines=pipelines)
    with serving(behaviour) as port, flow(port) as session:
        seen = [(len(asked), len(behaviour.mails)) for _ in session.send_each(coming())]
    assert [taken for _, taken in seen] == [1, 2, 3, 4]
    assert [ahead for ahead, _ in seen] == [3, 4, 4, 4]


@pytest.mark.parametrize("to_nobody", [[0], [1], [2], [1, 2], [0, 1, 2], [0, 1, 2, 3]])
def test_refused_recipient_is_told_of_the_right_mail(pipelines: bool, to_nobody: list[int]) -> None:
    """The others go by the same connection."""
    behaviour = Behaviour(pipelines=pipelines, answers={NOBODY: "550 no such user"})
    with serving(behaviour) as port, flow(port) as session:
        told = outcomes(session, mails(4, to_nobody=to_nobody))
    assert told == {at: "mail_recipient_refused" if at in to_nobody else "" for at in range(4)}
    assert numbers(behaviour) == [(1, at) for at in range(4) if at not in to_nobody]


def test_refused_content_is_told_of_the_right_mail(pipelines: bool) -> None:
    """Although the next one was already on its way."""
    behaviour = Behaviour(pipelines=pipelines, data_answers=["554 looks like spam"])
    with serving(behaviour) as port, flow(port) as session:
        assert outcomes(session, mails(3)) == {0: "mail_refused", 1: "", 2: ""}
    assert numbers(behaviour) == [(1, 1), (1, 2)]


def test_mail_that_a_server_is_not_ready_for_after_a_refusal_is_asked_again(pipelines: bool) -> None:
    """Once; the refusal was of the mail before."""
    behaviour = Behaviour(pipelines=pipelines, data_answers=["554 no"], mail_answers=["", "503 wait"])
    with serving(behaviour) as port, flow(port) as session:
        assert outcomes(session, mails(3)) == {0: "mail_refused", 1: "", 2: ""}
    assert numbers(behaviour) == [(1, 1), (1, 2)]


@pytest.mark.parametrize("place", ["MAIL", "."])
def test_connection_that_the_server_closes_after_some_mails_is_opened_again(pipelines: bool, place: str) -> None:
    """None is lost; only one whose answer was lost comes twice, as the same mail."""
    behaviour = Behaviour(
        pipelines=pipelines, hangs_up_at=2 if place == "MAIL" else None, loses_answer_at=2 if place == "." else None
    )
    with serving(behaviour) as port, flow(port) as session:
        assert outcomes(session, mails(5)) == dict.fromkeys(range(5), "")
    again = [] if place == "MAIL" else [(1, 2)]
    assert numbers(behaviour) == [(1, 0), (1, 1), *again, (2, 2), (2, 3), (2, 4)]


def test_server_that_says_goodbye_gets_the_rest_by_another_connection(pipelines: bool) -> None:
    """As for one mail after another."""
    behaviour = Behaviour(pipelines=pipelines, says_goodbye_at=2)
    with serving(behaviour) as port, flow(port) as session:
        assert outcomes(session, mails(4)) == dict.fromkeys(range(4), "")
    assert numbers(behaviour) == [(1, 0), (1, 1), (2, 2), (2, 3)]


@pytest.mark.parametrize("offers", [WITH_PIPELINING, "250 scripted"])
def test_server_that_falls_silent_fails_one_mail_only(offers: str) -> None:
    """The one that it did not answer, which nobody knows to have arrived; the next goes by another connection."""
    with scripted({"EHLO": offers, ".": SILENCE}, {}) as (port, read), flow(port, timeout=0.3) as session:
        assert outcomes(session, mails(2)) == {0: "mail_server_unavailable", 1: ""}
    assert read.count(".") == 2


@pytest.mark.parametrize("offers", [WITH_PIPELINING, "250 scripted"])
def test_connection_that_breaks_within_a_content_fails_that_mail_once(offers: str) -> None:
    """It is larger than what a system takes without a reader; the next mail goes by another connection."""
    large = written(
        notification(id=intent(9), attachments=(Attachment("a.pdf", "application/pdf", bytes(20_000_000)),))
    )
    with scripted({"EHLO": offers, "line": None}, {}) as (port, _), flow(port) as session:
        told = [(mail.message_id, problem is None) for mail, problem in session.send_each([large, *mails(1)])]
    assert told == [(large.message_id, False), (mails(1)[0].message_id, True)]


def test_absent_server_fails_each_mail() -> None:
    """And is tried once."""
    with flow(1) as session:
        assert outcomes(session, mails(3)) == dict.fromkeys(range(3), "mail_server_unavailable")


@pytest.mark.parametrize(("offers", "ahead"), [(WITH_PIPELINING, ["MAIL", "RCPT", "DATA"]), ("250 scripted", [])])
def test_commands_of_the_next_mail_go_with_the_content(offers: str, ahead: list[str]) -> None:
    """To a server that takes them so; here they are read before anything is said to the content."""
    with scripted({"EHLO": offers, ".": SILENCE}) as (port, read), flow(port, timeout=0.3) as session:
        assert outcomes(session, mails(2))[0] == "mail_server_unavailable"
    assert [line[:4] for line in read[read.index(".") + 1 :]] == ahead


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_breaks_off_tells_nothing_of_unanswered_mails(pipelines: bool, count: int) -> None:
    """They may have arrived or not; the session serves for others."""

    def breaking() -> Iterator[Mail]:
        yield from mails(count)
        raise ZeroDivisionError

    behaviour = Behaviour(pipelines=pipelines)
    with serving(behaviour) as port, flow(port) as session:
        told = []
        with pytest.raises(ZeroDivisionError):
            told += [mail for mail, _ in session.send_each(breaking())]
        assert outcomes(session, mails(4)[3:]) == {0: ""}
    assert numbers(behaviour)[-1][1] == 3


def test_flow_that_is_left_leaves_no_answer_behind(pipelines: bool) -> None:
    """It would be taken for that to another mail."""
    behaviour = Behaviour(pipelines=pipelines)
    with serving(behaviour) as port, flow(port) as session:
        left = session.send_each(mails(4))
        next(left)
        left.close()  # type: ignore[attr-defined]  # it is a generator
        session.send(mails(5)[4])
    assert numbers(behaviour)[0] == (1, 0)
    assert numbers(behaviour)[-1][1] == 4
