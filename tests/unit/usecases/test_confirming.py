"""What the customer and the employee are told of decisions: each line once, one mail per decision (L-09, L-10)."""

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from tests.unit.usecases.firm import Office, an_office
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State
from worktraq.core.ids import ItemId
from worktraq.core.notifications import NotificationKind
from worktraq.testing.builders import OCTOBER

C, CI, IC = ApprovalChain.CUSTOMER, ApprovalChain.CUSTOMER_INTERNAL, ApprovalChain.INTERNAL_CUSTOMER
FINAL = (State.APPROVED, State.REJECTED)
Told = list[list[int]]


class Story:
    """Three items of Eva's on their way, called 0, 1 and 2, and what is mailed of them."""

    def __init__(self, chain: ApprovalChain) -> None:
        self.office: Office = an_office()
        self.office.settle_settings(chain=chain)
        self.items: list[Item] = [self.office.time(minutes) for minutes in (60, 61)] + [self.office.expense()]
        self.seen = 0

    def ids(self, numbers: Sequence[int]) -> list[ItemId]:
        """Of items."""
        return [self.items[number].id for number in numbers]

    def submit(self, *numbers: int) -> None:
        """Hand in single items, or all of the month."""
        with self.office.acting(self.office.eva) as tx:
            tx.approval.submit_items(self.ids(numbers)) if numbers else tx.approval.submit(OCTOBER)

    def inside(self, *numbers: int) -> None:
        """Approve inside."""
        self.office.approve(*(self.items[number] for number in numbers))

    def reject_inside(self, *numbers: int) -> None:
        """Reject inside."""
        with self.office.acting(self.office.manager) as tx:
            tx.approval.reject(self.ids(numbers), reason="Too long")

    def by_customer(self, *numbers: int) -> None:
        """The customer approves these lines of the last request, and rejects the others."""
        request = self.office.requests()[-1]
        accept = self.ids(numbers)
        with self.office.acting(self.office.token(request)) as tx:
            reject = dict.fromkeys(set(request.item_ids) - set(accept), "No")
            tx.signoff.decide(digest=tx.signoff.shown().digest, accept=accept, reject=reject)

    def on_behalf(self, *numbers: int) -> None:
        """A manager approves these lines of the last request for the customer, and rejects the others."""
        request = self.office.requests()[-1]
        accept = self.ids(numbers)
        with self.office.acting(self.office.manager) as tx:
            reject = dict.fromkeys(set(request.item_ids) - set(accept), "No")
            tx.signoff.decide_on_behalf(
                request.id, version=request.version, reason="Phone", accept=accept, reject=reject
            )

    def one_by_one(self, *numbers: int) -> None:
        """A manager approves items for the customer, not through their request."""
        with self.office.acting(self.office.manager) as tx:
            tx.approval.approve(self.ids(numbers), reason="Phone")

    def waive(self, *numbers: int) -> None:
        """A manager goes on without the customer."""
        with self.office.acting(self.office.manager) as tx:
            tx.approval.waive(self.ids(numbers), reason="Urgent")

    def withdraw_request(self) -> None:
        """A manager asks the customer no longer."""
        request = self.office.requests()[-1]
        with self.office.acting(self.office.manager) as tx:
            tx.signoff.withdraw(request.id, version=request.version)

    def told(self, *kinds: NotificationKind) -> Told:
        """The items of each mail of these kinds since this was asked last, in order."""
        self.office.deliver()
        mails = [mail for mail in self.office.notifier.delivered[self.seen :] if mail.kind in kinds]
        self.seen = len(self.office.notifier.delivered)
        numbers = {60: 0, 61: 1, None: 2}
        return [sorted(numbers[line.minutes] for line in mail.lines) for mail in mails]


Step = tuple[Callable[[Story], None], Told]

CASES: dict[str, tuple[ApprovalChain, list[Step]]] = {
    "after internal approval, by the customer": (
        IC,
        [
            (lambda s: s.submit(), []),
            (lambda s: s.inside(0, 1, 2), []),
            (lambda s: s.by_customer(0, 1, 2), [[0, 1, 2]]),
        ],
    ),
    "after internal approval, mixed": (
        IC,
        [(lambda s: s.submit(), []), (lambda s: s.inside(0, 1, 2), []), (lambda s: s.by_customer(0, 2), [[0, 2]])],
    ),
    "everything rejected": (C, [(lambda s: s.submit(), []), (lambda s: s.by_customer(), [])]),
    "after submission, on behalf": (C, [(lambda s: s.submit(), []), (lambda s: s.on_behalf(0, 1), [[0, 1]])]),
    "one by one, the others by the customer": (
        C,
        [(lambda s: s.submit(), []), (lambda s: s.one_by_one(0), [[0]]), (lambda s: s.by_customer(1, 2), [[1, 2]])],
    ),
    "one by one, in two batches": (
        IC,
        [
            (lambda s: s.submit(), []),
            (lambda s: s.inside(0, 1, 2), []),
            (lambda s: s.one_by_one(0, 1), [[0, 1]]),
            (lambda s: s.one_by_one(2), [[2]]),
        ],
    ),
    "one by one, after the request was withdrawn": (
        C,
        [
            (lambda s: s.submit(), []),
            (lambda s: s.withdraw_request(), []),
            (lambda s: s.one_by_one(0), [[0]]),
            (lambda s: s.one_by_one(1, 2), [[1, 2]]),
        ],
    ),
    "one by one, before anybody was asked": (
        IC,
        [(lambda s: s.submit(0, 1), []), (lambda s: s.inside(0, 1), []), (lambda s: s.one_by_one(0, 1), [[0, 1]])],
    ),
    "waived": (
        IC,
        [
            (lambda s: s.submit(), []),
            (lambda s: s.inside(0, 1, 2), []),
            (lambda s: s.waive(0), []),
            (lambda s: s.by_customer(1, 2), [[1, 2]]),
        ],
    ),
    "the customer first: with the last step inside": (
        CI,
        [
            (lambda s: s.submit(), []),
            (lambda s: s.by_customer(0, 1, 2), []),
            (lambda s: s.inside(0), []),
            (lambda s: s.inside(1, 2), [[0, 1, 2]]),
        ],
    ),
    "the customer first: the last one is rejected inside": (
        CI,
        [
            (lambda s: s.submit(), []),
            (lambda s: s.by_customer(0, 1, 2), []),
            (lambda s: s.inside(0, 1), []),
            (lambda s: s.reject_inside(2), [[0, 1]]),
        ],
    ),
    "the customer first: all rejected inside": (
        CI,
        [(lambda s: s.submit(), []), (lambda s: s.by_customer(0, 1, 2), []), (lambda s: s.reject_inside(0, 1, 2), [])],
    ),
    "the customer first: a line rejected and then waived is none that was approved": (
        CI,
        [
            (lambda s: s.submit(), []),
            (lambda s: s.by_customer(0, 1), []),
            (lambda s: s.inside(0, 1), [[0, 1]]),
            (lambda s: s.waive(2), []),
            (lambda s: s.inside(2), []),
        ],
    ),
    "the customer first: one by one": (
        CI,
        [
            (lambda s: s.submit(), []),
            (lambda s: s.one_by_one(0, 1), []),
            (lambda s: s.inside(0), [[0]]),
            (lambda s: s.inside(1), [[1]]),
            (lambda s: s.by_customer(2), []),
            (lambda s: s.inside(2), [[2]]),
        ],
    ),
    "the customer first: before anybody was asked": (
        CI,
        [(lambda s: s.submit(0, 1), []), (lambda s: s.one_by_one(0, 1), []), (lambda s: s.inside(0, 1), [[0, 1]])],
    ),
}


@pytest.mark.requirement("L-09")
@pytest.mark.parametrize("name", CASES)
def test_customer_is_told_what_is_approved_once(name: str) -> None:
    """With the decision that was the last one needed; a waived line is none that the customer approved."""
    chain, steps = CASES[name]
    story = Story(chain)
    for number, (step, expected) in enumerate(steps):
        step(story)
        assert story.told(NotificationKind.TIMESHEET_APPROVED) == expected, number
    assert story.told(NotificationKind.TIMESHEET_APPROVED) == []


@pytest.mark.requirement("L-10")
@pytest.mark.parametrize("name", CASES)
def test_employee_is_told_once_per_decision(name: str) -> None:
    """Of the final approval and of any rejection: of every item one mail, and one mail per step at most."""
    chain, steps = CASES[name]
    story = Story(chain)
    told: Counter[int] = Counter()
    for step, _ in steps:
        before = [story.office.state(item) for item in story.items]
        step(story)
        after = [story.office.state(item) for item in story.items]
        changed = [number for number in range(3) if before[number] != after[number] and after[number] in FINAL]
        mails = story.told(NotificationKind.ITEMS_APPROVED, NotificationKind.ITEMS_REJECTED)
        assert mails == ([changed] if changed else [])
        told.update(changed)
    finished = [number for number, item in enumerate(story.items) if story.office.state(item) in FINAL]
    assert set(finished) <= set(told)


@pytest.mark.requirement("L-09")
def test_what_was_approved_before_anybody_was_asked_goes_to_whom_it_would_have_gone() -> None:
    """The project's contact, in his or her language, with the days of the work; to nobody when nobody can be told."""
    story = Story(IC)
    office = story.office
    with office.acting(office.manager) as tx:
        tx.projects.change(office.firm.project.id, version=1, contact_id=office.firm.contact.id)
    story.submit(0, 1)
    story.inside(0, 1)
    story.one_by_one(0)
    office.deliver()
    (mail,) = office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)
    assert (mail.recipient_email, mail.employee_name, mail.customer_name, mail.project_name) == (
        *("jan@jansen.example", "Eva", "Bakkerij Jansen B.V.", "Advice"),
    )
    assert (mail.minutes, mail.period.first if mail.period else None) == (60, story.items[0].on)
    with office.acting(office.manager) as tx:
        tx.contacts.change(office.firm.contact.id, version=1, email="")
        tx.customers.change(office.firm.customer.id, version=1, email="")
    story.one_by_one(1)
    office.deliver()
    assert len(office.notifier.of_kind(NotificationKind.TIMESHEET_APPROVED)) == 1


def test_what_was_reopened_before_the_mail_went_out_is_told_to_nobody() -> None:
    """Also where nobody had been asked."""
    story = Story(IC)
    story.submit(0)
    story.inside(0)
    story.one_by_one(0)
    with story.office.acting(story.office.manager) as tx:
        tx.approval.reopen(story.ids([0]), reason="Wrong project")
    assert story.told(NotificationKind.TIMESHEET_APPROVED) == []
