"""A walk over every state, command and actor through the use cases, against the table of the design."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pytest
from attrs import evolve, frozen

from tests.unit.usecases.firm import Office, an_office
from worktraq.core.access import Right
from worktraq.core.actors import Actor
from worktraq.core.approval import Command
from worktraq.core.calendar import Cadence
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State
from worktraq.core.projects import Hourly
from worktraq.core.users import Role
from worktraq.errors import NotFound, Refused
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.transaction import Transaction

# Per place: its chain, the commands that lead to it, and what each command leads to when the right person gives it.
# The letters say who that is: o the owner, a an approver (by grant), m a manager or administrator, c the customer.
# In brackets what may stand in the way. Everything that is not named is refused. From the table of the design.
TABLE = """
draft                    | edit o draft; delete o gone; submit o awaiting_internal
awaiting_internal        | withdraw o draft; approve am awaiting_customer; reject am rejected (reason)
awaiting_customer        | approve cm approved (reason of m); reject cm rejected (reason of m); waive m approved (reason)
rejected by the firm     | revise o draft
rejected by the customer | revise o draft; waive m approved (reason)
approved                 | reopen m draft (reason)
invoiced                 |
alone                    | withdraw o draft; approve cm approved (reason of m); reject cm rejected (reason of m); waive m approved (reason)
""".strip()

ACTORS = "admin", "manager", "owner", "approver", "colleague", "contact", "scheduler"
LETTERS = {
    "admin": "ma",
    "manager": "ma",
    "owner": "o",
    "approver": "a",
    "colleague": "",
    "contact": "c",
    "scheduler": "",
}
COMMANDS = ("edit", "delete", "submit", "withdraw", "approve", "reject", "waive", "revise", "reopen")


@frozen
class Outcome:
    """What a command leads to, and who may give it."""

    letters: str
    state: str
    condition: str


def table() -> Mapping[tuple[str, str], Outcome]:
    """The table by place and command."""
    found = {}
    for line in TABLE.splitlines():
        place, cells = (part.strip() for part in line.split("|"))
        for cell in filter(None, (each.strip() for each in cells.split(";"))):
            command, letters, state, *condition = cell.split(" ", 3)
            found[place, command] = Outcome(letters, state, "".join(condition))
    return found


EXPECTED = table()
PLACES = [line.split("|")[0].strip() for line in TABLE.splitlines()]


@frozen
class Scene:
    """An item at a place, and everybody around it."""

    office: Office
    item: Item
    actors: Mapping[str, Actor]

    def command(self, name: str, reason: str, actor: str) -> Callable[[Transaction], object]:
        """A command on the item; a contact gives it through the link."""
        ids, version = [self.item.id], self.item.version
        if actor == "contact" and name in ("approve", "reject"):
            return lambda tx: self._decide(tx, name)
        commands: dict[str, Callable[[Transaction], object]] = {
            "edit": lambda tx: tx.entries.edit_time(self.item.id, version=version, minutes=30),
            "delete": lambda tx: tx.entries.delete(self.item.id, version=version),
            "submit": lambda tx: tx.approval.submit_items(ids),
            "withdraw": lambda tx: tx.approval.withdraw(ids),
            "approve": lambda tx: tx.approval.approve(ids, reason=reason),
            "reject": lambda tx: tx.approval.reject(ids, reason=reason),
            "waive": lambda tx: tx.approval.waive(ids, reason=reason),
            "revise": lambda tx: tx.approval.revise(ids),
            "reopen": lambda tx: tx.approval.reopen(ids, reason=reason),
        }
        return commands[name]

    def _decide(self, tx: Transaction, name: str) -> object:
        shown = tx.signoff.shown()
        ids = [line.item_id for line in shown.lines]
        if name == "approve":
            return tx.signoff.decide(digest=shown.digest, accept=ids)
        return tx.signoff.decide(digest=shown.digest, reject=dict.fromkeys(ids, ""))


def a_scene(place: str) -> Scene:
    """An item that came to a place by the real commands."""
    office = an_office()
    firm = office.firm
    with office.acting(office.admin) as tx:
        approver = tx.users.add(name="Ab", email="ab@acme.example", role=Role.EMPLOYEE)
        tx.access.grant(Right.APPROVE, customer_id=firm.customer.id, user_id=approver.id)
    if place == "alone":
        office.settle_settings(chain=ApprovalChain.CUSTOMER)
    item = evolve(office.time())
    bring(office, item, place)
    actors = {
        "admin": office.admin,
        "manager": office.manager,
        "owner": office.eva,
        "approver": office.actor(approver),
        "colleague": office.coen,
        "contact": office.token(office.requests()[0]) if office.requests() else Actor.contact(firm.id, "token"),
        "scheduler": office.system,
    }
    return Scene(office, office.item(item.id), actors)


def bring(office: Office, item: Item, place: str) -> None:
    """Bring a draft to a place."""
    if place == "draft":
        return
    office.submit()
    if place in ("awaiting_internal", "alone"):
        return
    if place == "rejected by the firm":
        with office.acting(office.manager) as tx:
            tx.approval.reject([item.id], reason="too long")
        return
    office.approve(item)
    if place == "awaiting_customer":
        return
    with office.acting(office.contact(office.requests()[0])) as tx:
        digest = tx.signoff.shown().digest
        if place == "rejected by the customer":
            tx.signoff.decide(digest=digest, reject={item.id: "no"})
        else:
            tx.signoff.decide(digest=digest, accept=[item.id])
    if place == "invoiced":
        stored = office.item(item.id)
        with office.store.unit_of_work(office.firm.id, writes=True) as uow:
            uow.items.save(evolve(stored, state=State.INVOICED, version=stored.version + 1))


def expected(place: str, command: str, actor: str, reason: str) -> str | None:
    """Where the table leads, or None where it refuses."""
    outcome = EXPECTED.get((place, command))
    letters = LETTERS[actor]
    if outcome is None or not set(outcome.letters) & set(letters):
        return None
    needs_reason = outcome.condition == "(reason)" or (outcome.condition == "(reason of m)" and "m" in letters)
    return None if needs_reason and not reason else outcome.state


def reached(scene: Scene) -> str:
    """Where the item stands now."""
    try:
        return scene.office.state(scene.item).value
    except NotFound:
        return "gone"


def walk() -> Iterator[tuple[str, str, str]]:
    """Every place, command and actor."""
    return ((place, command, actor) for place in PLACES for command in COMMANDS for actor in ACTORS)


@pytest.mark.requirement("W-02", "W-03", "W-04", "W-09", "B-06")
@pytest.mark.parametrize(("place", "command", "actor"), list(walk()))
def test_command_leads_where_the_table_says(place: str, command: str, actor: str) -> None:
    """With and without a reason; what is refused changes nothing."""
    for reason in ("", "because"):
        scene = a_scene(place)
        leads_to = expected(place, command, actor, reason)
        act = scene.command(command, reason, actor)
        if leads_to is None:
            with scene.office.nothing_changes():
                assert isinstance(scene.office.attempt(scene.actors[actor], act), Refused | NotFound)
        else:
            with scene.office.acting(scene.actors[actor]) as tx:
                act(tx)
            assert reached(scene) == leads_to


def reasons(scene: Scene, command: str, tx: Transaction) -> object:
    """What the verdict says against a command."""
    return tx.access.allowed_on(scene.item.id, Command(command), reason="because").reasons


@pytest.mark.requirement("B-06")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("actor", [actor for actor in ACTORS if actor not in ("contact", "scheduler")])
def test_verdict_on_an_item_says_what_the_command_does(place: str, actor: str) -> None:
    """For every user and command: allowed when it would go through, with the same reasons when not."""
    scene = a_scene(place)
    office, who = scene.office, scene.actors[actor]
    for command in COMMANDS:
        outcome = office.attempt(who, scene.command(command, "because", actor))
        verdict = office.attempt(who, partial(reasons, scene, command))
        if isinstance(outcome, NotFound):
            assert isinstance(verdict, NotFound)
        else:
            assert verdict == (outcome.reasons if isinstance(outcome, Refused) else ())


@pytest.mark.requirement("W-02")
def test_own_work_is_approved_where_the_organization_allows_it() -> None:
    """By default it is not; see test_must_hold."""
    office = an_office()
    office.settle_settings(allows_self_approval=True)
    firm = office.firm
    with office.acting(office.manager) as tx:
        activity = tx.activities.add(user_id=firm.manager.id, customer_id=firm.customer.id)
        entry = tx.entries.register_time(activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
        assert [item.id for item in tx.approval.inbox()] == [entry.id]
        (approved,) = tx.approval.approve([entry.id])
    assert approved.state is State.APPROVED


@pytest.mark.requirement("L-04", "B-02")
@pytest.mark.parametrize(
    ("chain", "of_customer", "first"),
    [
        (ApprovalChain.CUSTOMER, None, State.AWAITING_CUSTOMER),
        (ApprovalChain.INTERNAL_CUSTOMER, None, State.AWAITING_INTERNAL),
        (ApprovalChain.CUSTOMER_INTERNAL, None, State.AWAITING_CUSTOMER),
        (ApprovalChain.INTERNAL_CUSTOMER, ApprovalChain.CUSTOMER, State.AWAITING_CUSTOMER),
        (ApprovalChain.CUSTOMER, ApprovalChain.INTERNAL, State.AWAITING_INTERNAL),
    ],
)
def test_chain_comes_from_the_organization_or_the_customer(
    chain: ApprovalChain, of_customer: ApprovalChain | None, first: State
) -> None:
    """At the moment of submission; settings changed later do not touch what is under way."""
    office = an_office()
    office.settle_settings(chain=chain)
    with office.acting(office.manager) as tx:
        tx.customers.change(office.firm.customer.id, version=1, chain=of_customer)
    item = office.time()
    office.submit()
    office.settle_settings(chain=ApprovalChain.INTERNAL)
    assert (office.state(item), office.item(item.id).chain) == (first, of_customer or chain)


@pytest.mark.requirement("L-01", "L-02", "W-13")
def test_customer_is_left_out_where_he_does_not_count() -> None:
    """Without customer approval, at a fixed price, without a project, and for internal work."""
    office = an_office()
    office.settle_settings(chain=ApprovalChain.CUSTOMER)
    office.bill_project(Hourly(Cadence.MONTHLY, customer_approval=False))
    firm = office.firm
    places = (firm.activity, firm.fixed_activity, firm.loose_activity, firm.internal_activity)
    with office.acting(office.eva) as tx:
        for place in places:
            tx.entries.register_time(place.id, on=MONDAY, minutes=60)
        submitted = tx.approval.submit(OCTOBER)
    assert [(item.state, item.chain) for item in submitted] == [
        (State.AWAITING_INTERNAL, ApprovalChain.INTERNAL) for _ in places
    ]


@pytest.mark.requirement("L-14")
def test_expense_that_is_not_billable_is_not_sent_to_the_customer() -> None:
    """It passes the firm only."""
    office = an_office()
    office.settle_settings(chain=ApprovalChain.CUSTOMER_INTERNAL)
    expense = office.expense()
    with office.acting(office.eva) as tx:
        tx.entries.edit_expense(expense.id, version=1, is_billable=False)
    office.submit()
    assert office.state(expense) is State.AWAITING_INTERNAL
    office.approve(expense)
    assert office.state(expense) is State.APPROVED
