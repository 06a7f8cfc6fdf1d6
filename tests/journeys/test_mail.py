"""From submitted hours to the mails that people read, over a real mail server on this machine."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from attrs import frozen

from tests.unit.adapters.email.builders import part, received
from tests.unit.adapters.email.servers import Behaviour, serving
from worktraq.adapters.email import EmailNotifier, EmailTemplates, FolderTransport, SmtpTransport
from worktraq.adapters.memory import MemoryStore
from worktraq.core.actors import Actor
from worktraq.core.ids import ItemId
from worktraq.core.links import Links, SigningKey
from worktraq.core.money import Money, Rate
from worktraq.core.notifications import DeliveryReport, NotificationKind
from worktraq.core.rates import RateSubject
from worktraq.engine import WorkTraq
from worktraq.ports.notifications import Notifier
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import Firm, stored_firm

SENDER = "Acme Hours <hours@acme.example>"
CANARY = Rate("77.7731", "EUR")


@frozen
class Office:
    """A firm whose customer has approved nothing yet.

    Attributes:
        engine: With a notifier.
        firm: The firm.
        clock: Of the engine and the store.
        items: Eva's hours and expense, approved inside the firm and offered to the customer.
    """

    engine: WorkTraq
    firm: Firm
    clock: FixedClock
    items: Sequence[ItemId]

    def decide(self, message: EmailMessage, *, rejected: dict[ItemId, str]) -> None:
        """Decide as whoever follows the link in a mail."""
        found = re.search(r"https://hours\.example/\S+", part(message, "plain"))
        assert found is not None
        contact = Actor.contact(self.firm.id, found[0].rsplit("/", 1)[1])
        with self.engine.transaction(contact) as tx:
            accepted = [item_id for item_id in self.items if item_id not in rejected]
            tx.signoff.decide(digest=tx.signoff.shown().digest, accept=accepted, reject=rejected)


def an_office(notifier: Notifier) -> Office:
    """A firm that has registered, submitted and approved some work for a customer with a rate."""
    clock = FixedClock()
    store = MemoryStore(clock)
    firm = stored_firm(store)
    links = Links("https://hours.example", [SigningKey("2026", b"k" * 32)])
    engine = WorkTraq(store, notifier=notifier, links=links, templates=EmailTemplates(), clock=clock)
    manager, eva = Actor.user(firm.id, firm.manager.id), Actor.user(firm.id, firm.employee.id)
    with engine.transaction(manager) as tx:
        tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, CANARY)
    with engine.transaction(eva) as tx:
        time = tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=465, note="Year-end file")
        expense = tx.entries.register_expense(
            firm.activity.id, on=MONDAY, amount=Money("12.50", "EUR"), description="Parking"
        )
        tx.approval.submit(OCTOBER)
    with engine.transaction(manager) as tx:
        tx.approval.approve([time.id, expense.id])
    return Office(engine, firm, clock, [time.id, expense.id])


@contextmanager
def an_office_with_a_server() -> Iterator[tuple[Office, Behaviour]]:
    """The same, with a mail server that is running."""
    behaviour = Behaviour()
    with serving(behaviour) as port:
        yield an_office(notifier_to(port)), behaviour


def notifier_to(port: int) -> EmailNotifier:
    """A notifier that mails through a server on this machine."""
    return EmailNotifier(SmtpTransport("127.0.0.1", port, starttls=False, timeout=5), sender=SENDER)


def read(behaviour: Behaviour, email: str) -> list[EmailMessage]:
    """What somebody received, in order."""
    return [received(taken.content) for taken in behaviour.mails if email in taken.recipients]


@pytest.mark.requirement("L-07", "L-08", "L-09", "L-10")
def test_customer_is_asked_decides_and_everybody_is_told() -> None:
    """The link in the mail leads to the decision; the customer and the employee each get one mail about it."""
    with an_office_with_a_server() as (office, behaviour):
        customer, eva = office.firm.customer.data.email, office.firm.employee.email
        office.engine.deliver_notifications()
        office.decide(read(behaviour, customer)[0], rejected={})
        office.engine.deliver_notifications()
    subjects = [[str(each["Subject"]).partition(":")[0] for each in read(behaviour, to)] for to in (customer, eva)]
    assert subjects == [["Ter goedkeuring", "Goedgekeurde urenbrief"], ["Goedgekeurd"]]


@pytest.mark.requirement("L-10")
def test_employee_gets_one_mail_about_a_mixed_decision() -> None:
    """With the comment on what was rejected."""
    with an_office_with_a_server() as (office, behaviour):
        office.engine.deliver_notifications()
        request = read(behaviour, office.firm.customer.data.email)[0]
        office.decide(request, rejected={office.items[1]: "Parking is free here."})
        office.engine.deliver_notifications()
    told = read(behaviour, office.firm.employee.email)
    assert len(told) == 1
    said = ["is afgekeurd.", "1 regel is goedgekeurd.", "Opmerking: Parking is free here."]
    assert [each for each in said if each not in part(told[0], "plain")] == []


@pytest.mark.requirement("L-09")
def test_customer_gets_the_approved_lines_of_a_mixed_decision() -> None:
    """And none that was rejected."""
    with an_office_with_a_server() as (office, behaviour):
        office.engine.deliver_notifications()
        request = read(behaviour, office.firm.customer.data.email)[0]
        office.decide(request, rejected={office.items[1]: "Parking is free here."})
        office.engine.deliver_notifications()
    text = part(read(behaviour, office.firm.customer.data.email)[1], "plain")
    assert ("Year-end file" in text, "Parking" in text, "12,50" in text) == (True, False, False)


@pytest.mark.requirement("W-05")
def test_no_mail_holds_a_rate() -> None:
    """Nor what hours are worth by it."""
    with an_office_with_a_server() as (office, behaviour):
        office.engine.deliver_notifications()
        office.decide(read(behaviour, office.firm.customer.data.email)[0], rejected={})
        office.engine.deliver_notifications()
    sent = [part(received(taken.content), form) for taken in behaviour.mails for form in ("plain", "html")]
    assert len(sent) == 6
    assert [text for text in sent if re.search(r"77[.,]77|602[.,]74", text)] == []


def test_mail_waits_for_a_server_that_is_away() -> None:
    """It is postponed, and delivered once the server is back."""
    with serving(Behaviour()) as port:
        pass
    office = an_office(notifier_to(port))
    postponed = office.engine.deliver_notifications()
    behaviour = Behaviour()
    office.clock.tick(timedelta(hours=1))
    with serving(behaviour, port=port):
        delivered = office.engine.deliver_notifications()
    assert (postponed, delivered) == (DeliveryReport(postponed=1), DeliveryReport(delivered=1))
    assert len(behaviour.mails) == 1


def test_mail_to_an_unknown_mailbox_waits_for_a_person() -> None:
    """An administrator sees it, and why."""
    with an_office_with_a_server() as (office, behaviour):
        behaviour.answers[office.firm.customer.data.email] = "550 no such user"
        report = office.engine.deliver_notifications()
    with office.engine.view(Actor.user(office.firm.id, office.firm.admin.id)) as tx:
        assert [dead.problem for dead in tx.notifications.dead()] == ["mail_recipient_refused"]
    assert report == DeliveryReport(dead=1)


def test_mails_in_a_folder_are_the_default_of_who_has_no_server(tmp_path: Path) -> None:
    """A mail program opens them."""
    office = an_office(EmailNotifier(FolderTransport(tmp_path), sender=SENDER))
    office.engine.deliver_notifications()
    mails = [received(path.read_bytes()) for path in tmp_path.iterdir()]
    assert [each["To"].addresses[0].addr_spec for each in mails] == [office.firm.customer.data.email]


@pytest.mark.requirement("L-06")
def test_reminder_reaches_the_customer_in_the_words_that_were_chosen() -> None:
    """One of several texts; the link in it is that of the request."""
    with an_office_with_a_server() as (office, behaviour):
        office.engine.deliver_notifications()
        admin, manager = (Actor.user(office.firm.id, user.id) for user in (office.firm.admin, office.firm.manager))
        with office.engine.transaction(admin) as tx:
            texts = [
                tx.notifications.add_template(
                    NotificationKind.APPROVAL_REMINDER,
                    language="nl",
                    name=name,
                    subject=f"{name}: {{{{ period }}}}",
                    body="Beste {{ recipient }},\n\n{{ link }}\n\n{{ hours }} uur van {{ employee }}.",
                )
                for name in ("Kort", "Streng")
            ]
        with office.engine.transaction(manager) as tx:
            (request,) = tx.signoff.list()
            tx.signoff.remind(request.id, version=request.version, template_id=texts[1].id)
        office.engine.deliver_notifications()
        asked, reminded = read(behaviour, office.firm.customer.data.email)
        assert reminded["Subject"] == "Streng: oktober 2026"
        assert "7:45 uur van Eva." in part(reminded, "plain")
        office.decide(reminded, rejected={})
    assert reminded["Message-ID"] != asked["Message-ID"]


def test_one_mail_that_cannot_be_sent_keeps_no_other_back() -> None:
    """The employee is told though the customer's mailbox is full; the report says which was not."""
    with an_office_with_a_server() as (office, behaviour):
        office.engine.deliver_notifications()
        office.decide(read(behaviour, office.firm.customer.data.email)[0], rejected={})
        behaviour.answers[office.firm.customer.data.email] = "452 full"
        report = office.engine.deliver_notifications()
    assert (report.delivered, report.postponed) == (1, 1)
    assert [(failure.code, failure.is_dead) for failure in report.failures] == [("mail_postponed", False)]
    assert len(read(behaviour, office.firm.employee.email)) == 1


def test_worker_that_is_killed_after_sending_sends_the_same_mail_again() -> None:
    """It could not note that it was sent; the reader's program can tell by the Message-ID."""
    with an_office_with_a_server() as (office, behaviour):
        claims = office.engine.store.claims
        claims.complete, complete = (lambda *_claimed: 0), claims.complete  # type: ignore[method-assign]  # dies before it
        office.engine.deliver_notifications()
        claims.complete = complete  # type: ignore[method-assign]  # as before
        office.clock.tick(timedelta(hours=1))
        office.engine.deliver_notifications()
    first, again = read(behaviour, office.firm.customer.data.email)
    assert first["Message-ID"] == again["Message-ID"]
