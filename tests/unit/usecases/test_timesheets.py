"""Timesheets for those who see the work, for the customer behind a link, and with the confirmation mail."""

from datetime import timedelta

import pytest
from attrs import evolve, frozen

from tests.unit.usecases.firm import KEYS, Office, codes
from worktraq.core.approval import DecisionKind
from worktraq.core.calendar import Period
from worktraq.core.chains import Step
from worktraq.core.entries import Item
from worktraq.core.links import Links
from worktraq.core.money import Money
from worktraq.core.notifications import Attachment, NotificationKind
from worktraq.core.projects import FixedPrice, Hourly
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.timesheets import Timesheet
from worktraq.engine import WorkTraq
from worktraq.errors import NotFound, Refused
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.testing.fakes import RecordingDocuments, SeededIds
from worktraq.usecases import timesheets
from worktraq.usecases.transaction import Transaction


@frozen
class Writing:
    """An office whose engine writes documents.

    Attributes:
        office: The office.
        documents: What was written.
    """

    office: Office
    documents: RecordingDocuments

    @property
    def written(self) -> list[Timesheet]:
        """The timesheets, in order."""
        return [timesheet for timesheet, _ in self.documents.timesheets]


@pytest.fixture
def writing(office: Office) -> Writing:
    """The office, with a writer of documents."""
    documents = RecordingDocuments()
    engine = WorkTraq(
        office.store,
        notifier=office.notifier,
        links=Links("https://hours.example", KEYS),
        documents=documents,
        clock=office.clock,
        ids=SeededIds(2),
    )
    return Writing(evolve(office, engine=engine), documents)


def decide(office: Office, request: ApprovalRequest, *accept: Item, reject: tuple[Item, ...] = ()) -> None:
    """The customer decides through the link."""
    with office.acting(office.contact(request)) as tx:
        tx.signoff.decide(
            digest=tx.signoff.shown().digest,
            accept=[item.id for item in accept],
            reject={item.id: "no" for item in reject},
        )


def sheet(office: Office, tx: Transaction, period: Period = OCTOBER) -> Timesheet:
    """Eva's timesheet."""
    return tx.approval.timesheet(user_id=office.firm.employee.id, project_id=office.firm.project.id, period=period)


@pytest.mark.requirement("L-09")
def test_confirmation_has_the_timesheet_of_the_approved_lines(writing: Writing) -> None:
    """Also after a mixed decision: what was rejected stands on none, and it is sent once."""
    office = writing.office
    late, early, expense = office.time(30, MONDAY + timedelta(days=2)), office.time(90), office.expense()
    rejected = office.time(480)
    decide(office, office.asked(late, early, expense, rejected), late, early, expense, reject=(rejected,))
    office.deliver()
    office.deliver()
    (mail,) = office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)
    (timesheet,) = writing.written
    assert mail.attachments == (
        Attachment(
            "timesheet-2026-10-eva.pdf", "application/pdf", f"timesheet {timesheet.digest} {mail.language}".encode()
        ),
    )
    assert [(line.on, line.minutes, line.amount) for line in timesheet.lines] == [
        (MONDAY, 90, None),
        (MONDAY, None, Money("12.50", "EUR")),
        (late.on, 30, None),
    ]
    assert (timesheet.minutes, timesheet.expenses) == (120, (Money("12.50", "EUR"),))
    assert timesheet.is_approved
    assert [(each.step, each.by, each.lines) for each in timesheet.decisions] == [
        (Step.INTERNAL, "Mo", 3),
        (Step.CUSTOMER, "Bakkerij Jansen B.V.", 3),
    ]


@pytest.mark.requirement("L-09")
def test_confirmation_waits_while_nothing_can_be_written(writing: Writing) -> None:
    """It is tried again later, and is not lost."""
    office = writing.office
    item = office.time()
    decide(office, office.asked(item), item)
    writing.documents.is_failing = True
    office.deliver()
    assert office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED) == []
    writing.documents.is_failing = False
    office.clock.tick(timedelta(hours=1))
    office.deliver()
    (mail,) = office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)
    assert len(mail.attachments) == 1


def test_confirmation_goes_without_a_timesheet_where_nothing_writes_one(office: Office) -> None:
    """The mail is sent all the same."""
    item = office.time()
    decide(office, office.asked(item), item)
    office.deliver()
    (mail,) = office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)
    assert mail.attachments == ()


def test_other_mails_have_no_timesheet(writing: Writing) -> None:
    """Neither the one that asks, nor the one to the employee."""
    office = writing.office
    item = office.time()
    decide(office, office.asked(item), item)
    office.deliver()
    with_file = {mail.kind for mail in office.notifier.delivered if mail.attachments}
    assert with_file == {NotificationKind.TIMESHEET_APPROVED}


@pytest.mark.requirement("L-09")
def test_timesheet_holds_what_is_approved(writing: Writing) -> None:
    """Of the period, the employee and the project; drafts and what still waits are left out."""
    office = writing.office
    approved, other_month = office.time(45), office.time(60, MONDAY + timedelta(days=40))
    decide(office, office.asked(approved), approved)
    office.time(5)
    with office.viewing(office.manager) as tx:
        timesheet = sheet(office, tx)
        assert [line.minutes for line in timesheet.lines] == [45]
        assert (timesheet.employee_name, timesheet.project_name) == ("Eva", "Advice")
        assert timesheet.is_approved
    assert other_month.on not in OCTOBER
    office.refuses(office.manager, lambda tx: sheet(office, tx, Period.month(2026, 11)), NotFound)


@pytest.mark.requirement("L-14")
def test_waived_line_is_marked_with_who_when_and_why(writing: Writing) -> None:
    """The timesheet says that the firm went on without the customer."""
    office = writing.office
    item = office.time()
    office.asked(item)
    with office.acting(office.manager) as tx:
        tx.approval.waive([item.id], reason="Customer is away")
    with office.viewing(office.manager) as tx:
        timesheet = sheet(office, tx)
    (line,), waiver = timesheet.lines, timesheet.decisions[-1]
    assert line.is_waived
    assert (waiver.kind, waiver.by, waiver.comment) == (DecisionKind.WAIVED, "Mo", "Customer is away")
    assert waiver.at == office.clock.now


@pytest.mark.requirement("W-04")
def test_timesheet_is_for_who_sees_the_work(writing: Writing) -> None:
    """The employee and the manager; a colleague and another organization find nothing."""
    office = writing.office
    item = office.time()
    decide(office, office.asked(item), item)
    for actor in (office.eva, office.manager, office.admin):
        with office.viewing(actor) as tx:
            assert sheet(office, tx).minutes == 60
    for actor in (office.coen, office.stranger):
        office.refuses(actor, lambda tx: sheet(office, tx), NotFound)


def test_what_is_not_billable_is_on_no_timesheet(writing: Writing) -> None:
    """It is never sent to a customer."""
    office = writing.office
    office.bill_project(FixedPrice())
    item = office.time()
    office.submit()
    office.approve(item)
    office.refuses(office.manager, lambda tx: sheet(office, tx), NotFound)


def test_pdf_is_in_the_language_of_who_asks(writing: Writing) -> None:
    """Unless another one is asked for."""
    office = writing.office
    item = office.time()
    decide(office, office.asked(item), item)
    eva, project = office.firm.employee.id, office.firm.project.id
    with office.viewing(office.eva) as tx:
        file = tx.approval.timesheet_pdf(user_id=eva, project_id=project, period=OCTOBER)
        assert (file.name, file.media_type) == ("timesheet-2026-10-eva.pdf", "application/pdf")
        tx.approval.timesheet_pdf(user_id=eva, project_id=project, period=OCTOBER, language="fr")
    assert [language for _, language in writing.documents.timesheets] == ["nl", "fr"]


@pytest.mark.requirement("B-07")
def test_evidence_is_written_for_managers(writing: Writing) -> None:
    """In the language of who asks, unless another one is asked for; an employee is refused."""
    office = writing.office
    item = office.time()
    request = office.asked(item)
    decide(office, request, item)
    with office.viewing(office.manager) as tx:
        file = tx.signoff.evidence_pdf(request.id)
        tx.signoff.evidence_pdf(request.id, language="de")
    assert (file.name, file.media_type) == ("evidence-2026-10-eva-bakkerij-jansen-b-v.pdf", "application/pdf")
    assert [language for _, language in writing.documents.evidence] == ["nl", "de"]
    office.refuses(office.eva, lambda tx: tx.signoff.evidence_pdf(request.id), Refused)


def test_nothing_is_written_without_a_writer(office: Office) -> None:
    """It says why."""
    item = office.time()
    request = office.asked(item)
    contact = office.contact(request)
    error = office.refuses(contact, lambda tx: tx.signoff.timesheet_pdf(), Refused)
    assert codes(error) == ["documents_missing"]
    error = office.refuses(office.manager, lambda tx: tx.signoff.evidence_pdf(request.id), Refused)
    assert codes(error) == ["documents_missing"]


def test_timesheet_that_is_too_long_is_refused(writing: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody makes the writer work for minutes."""
    office = writing.office
    items = [office.time(5), office.time(5)]
    decide(office, office.asked(*items), *items)
    monkeypatch.setattr(timesheets, "MOST_LINES", 1)
    assert codes(office.refuses(office.manager, lambda tx: sheet(office, tx), Refused)) == ["timesheet_too_long"]


@pytest.mark.requirement("B-04")
def test_customer_downloads_what_is_asked(writing: Writing) -> None:
    """All lines, marked as not decided yet, with the same digest as the page."""
    office = writing.office
    items = [office.time(), office.expense()]
    request = office.asked(*items)
    contact = office.contact(request)
    with office.viewing(contact) as tx:
        file = tx.signoff.timesheet_pdf()
        shown = tx.signoff.shown()
    (timesheet,) = writing.written
    assert file.name == "timesheet-2026-10-eva.pdf"
    assert not timesheet.is_approved
    assert timesheet.digest == shown.digest
    assert len(timesheet.lines) == 2
    assert [decision.step for decision in timesheet.decisions] == [Step.INTERNAL]
    decide(office, request, *items)
    error = office.refuses(contact, lambda tx: tx.signoff.timesheet_pdf(), Refused)
    assert codes(error) == ["request_decided"]


@pytest.mark.requirement("B-05")
def test_pin_guards_the_download_too(writing: Writing) -> None:
    """Whoever only holds the link gets nothing."""
    office = writing.office
    contact = office.contact(office.asked(office.time()))
    with office.acting(office.manager) as tx:
        tx.customers.set_pin(office.firm.customer.id, "4711")
    error = office.refuses(contact, lambda tx: tx.signoff.timesheet_pdf(), Refused)
    assert codes(error) == ["pin_needed"]
    entry = office.engine.run(contact, lambda tx: tx.signoff.enter_pin("4711"))
    with office.viewing(contact) as tx:
        assert tx.signoff.timesheet_pdf(pin_proof=entry.proof).name == "timesheet-2026-10-eva.pdf"


def test_manager_gets_the_timesheet_of_a_request(writing: Writing) -> None:
    """All lines while it is open, the approved ones once it is decided; none when nothing was approved."""
    office = writing.office
    kept, refused = office.time(40), office.time(20)
    request = office.asked(kept, refused)
    with office.viewing(office.manager) as tx:
        tx.signoff.request_timesheet_pdf(request.id)
    decide(office, request, kept, reject=(refused,))
    with office.viewing(office.manager) as tx:
        tx.signoff.request_timesheet_pdf(request.id, language="de")
    assert [(each.minutes, each.is_approved) for each in writing.written] == [(60, False), (40, True)]
    assert [language for _, language in writing.documents.timesheets] == ["nl", "de"]
    with office.acting(office.manager) as tx:
        tx.approval.reopen([kept.id], reason="mistake")
    office.refuses(office.manager, lambda tx: tx.signoff.request_timesheet_pdf(request.id), NotFound)


def test_timesheet_carries_the_brand(writing: Writing) -> None:
    """The organization's colour, and its time zone."""
    office = writing.office
    with office.acting(office.admin) as tx:
        tx.organizations.change_brand(version=0, colour="#aa3300")
    item = office.time()
    decide(office, office.asked(item), item)
    with office.viewing(office.eva) as tx:
        timesheet = sheet(office, tx)
    assert (timesheet.colour, timesheet.logo, timesheet.time_zone) == ("#aa3300", b"", "Europe/Amsterdam")


def test_project_that_asks_nobody_has_timesheets_too(writing: Writing) -> None:
    """Approved inside is approved."""
    office = writing.office
    office.bill_project(Hourly(customer_approval=False))
    item = office.time()
    office.submit()
    office.approve(item)
    with office.viewing(office.eva) as tx:
        timesheet = sheet(office, tx)
    assert [(each.step, each.by) for each in timesheet.decisions] == [(Step.INTERNAL, "Mo")]
