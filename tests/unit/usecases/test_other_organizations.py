"""Nothing of another organization exists here: every id that a use case takes is tried with a foreign one.

The use cases and their parameters are read from the code, so a new one is tried too.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import get_type_hints
from uuid import UUID

import pytest
from attrs import frozen

from tests.unit.usecases.firm import Office, an_office
from worktraq.core.access import Action, Right
from worktraq.core.actors import Actor
from worktraq.core.approval import Command
from worktraq.core.entries import NewTime
from worktraq.core.markups import MarkupSubject
from worktraq.core.money import Money, Rate
from worktraq.core.notifications import NotificationKind
from worktraq.core.paging import Page
from worktraq.core.rates import RateSubject
from worktraq.core.rounding import RoundingPolicy
from worktraq.core.unbilled import UnbilledOverview
from worktraq.errors import NotFound
from worktraq.testing.builders import MONDAY, OCTOBER, a_template
from worktraq.testing.contracts.connections import a_question
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction

World = tuple[Office, dict[str, UUID], dict[str, UUID]]
AREAS = [
    name for name, value in inspect.getmembers(Transaction) if not name.startswith("_") and name not in ("actor", "at")
]
# What narrows a list down finds nothing, which says as little as an error.
NARROWING = {
    *("waiting", "approve_all", "reject_all", "overview", "counts", "requests"),
    *("list", "inbox", "summaries", "hours", "unbilled", "on", "audit.history"),
    *("unbilled_lines", "held_up", "missing_work", "markups_on", "totals"),
}
BY_ADMIN = {"organizations", "users", "teams", "notifications", "audit", "privacy"}
BY_OWNER = {
    *("register_time", "register_expense", "edit_time", "edit_expense", "delete"),
    *("submit_items", "withdraw", "revise"),
}


@frozen
class Case:
    """One parameter of one use case."""

    area: str
    method: str
    parameter: str

    def __str__(self) -> str:
        return f"{self.area}.{self.method}({self.parameter})"


def area_class(area: str) -> type:
    """The class of an area."""
    getter = getattr(Transaction, area).func
    namespace = vars(__import__(f"worktraq.usecases.{area}", fromlist=["*"]))
    found: type = get_type_hints(getter, namespace)["return"]
    return found


def methods(area: str) -> Iterator[tuple[str, Mapping[str, inspect.Parameter]]]:
    """The use cases of an area with their parameters."""
    for name, function in inspect.getmembers(area_class(area), inspect.isfunction):
        if not name.startswith("_"):
            yield name, {key: value for key, value in inspect.signature(function).parameters.items() if key != "self"}


def cases() -> Iterator[Case]:
    """Every id that is taken anywhere; an external id is a text of somebody else's."""
    for area in AREAS:
        for method, parameters in methods(area):
            for name in parameters:
                if name.endswith(("_id", "_ids")) and name != "external_id":
                    yield Case(area, method, name)


def ids_of(office: Office, firm: Firm) -> dict[str, UUID]:
    """An id of everything that a firm has, after some work in it."""
    admin, eva = office.actor(firm.admin), office.actor(firm.employee)
    with office.acting(admin) as tx:
        grant = tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=firm.colleague.id)
        rule = tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, Rate("95", "EUR"))
        markup = tx.rates.set_markup(MarkupSubject.CUSTOMER, firm.customer.id, 1500)
        hold = tx.privacy.place_hold(reason="Dispute", contact_id=firm.contact.id)
    with office.acting(eva) as tx:
        asked = tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
        remark = tx.approval.comment(asked.id, "See the agreement")
        draft = tx.entries.register_time(firm.activity.id, on=MONDAY, minutes=60)
        amount = Money("1", "EUR")
        expense = tx.entries.register_expense(firm.activity.id, on=MONDAY, amount=amount, description="Bus")
    with office.acting(admin) as tx:
        tx.approval.approve([asked.id])
        tx.approval.waive([asked.id], reason="urgent")
    office.notifier.fail(is_transient=False, to=firm.employee.email)
    office.deliver()
    with office.viewing(admin) as tx:
        (dead,) = tx.notifications.dead()
    template = a_template(firm.id)
    with office.store.unit_of_work(firm.id, writes=True) as uow:
        uow.templates.add(template)
        question = a_question(firm)
        uow.questions.add(question)
    return {
        **an_invoice_of(office, firm),
        "user_id": firm.employee.id,
        "owner_id": firm.employee.id,
        "team_id": firm.team.id,
        "customer_id": firm.customer.id,
        "subject_id": firm.customer.id,
        "contact_id": firm.contact.id,
        "project_id": firm.project.id,
        "activity_id": firm.activity.id,
        "item_id": draft.id,
        "expense_id": expense.id,
        "asked_id": asked.id,
        "comment_id": remark.id,
        "request_id": a_request_of(office, firm),
        "grant_id": grant.id,
        "rule_id": rule.id,
        "markup_id": markup.id,
        "intent_id": dead.intent.id,
        "template_id": template.id,
        "question_id": question.id,
        "hold_id": hold.id,
    }


def an_invoice_of(office: Office, firm: Firm) -> dict[str, UUID]:
    """An invoice of an expense, and an instalment that is not billed."""
    amount = Money("1", "EUR")
    with office.acting(office.actor(firm.employee)) as tx:
        bus = tx.entries.register_expense(firm.loose_activity.id, on=MONDAY, amount=amount, description="Bus")
        tx.approval.submit_items([bus.id])
    with office.acting(office.actor(firm.manager)) as tx:
        tx.approval.approve([bus.id])
        (proposal,) = tx.billing.propose(customer_id=firm.other_customer.id)
        invoice = tx.billing.confirm(proposal)
        part = tx.rates.add_instalment(firm.fixed_project.id, due_on=MONDAY, amount=amount, description="x")
    return {"invoice_id": invoice.id, "instalment_id": part.id}


def a_request_of(office: Office, firm: Firm) -> UUID:
    """An open request of a firm."""
    with office.acting(office.actor(firm.colleague)) as tx:
        item = tx.entries.register_time(firm.colleague_activity.id, on=MONDAY, minutes=60)
        tx.approval.submit(OCTOBER)
    with office.acting(office.actor(firm.manager)) as tx:
        tx.approval.approve([item.id])
        (request,) = tx.signoff.list()
    return request.id


def arguments(
    parameters: Mapping[str, inspect.Parameter], case: Case, own: Mapping[str, UUID], given: Mapping[str, UUID]
) -> dict[str, object]:
    """What is needed for a call, with the id in question from `given`."""
    plain: dict[str, object] = {
        "version": 1,
        "name": "x",
        "on": MONDAY,
        "minutes": 60,
        "amount": Money("1", "EUR"),
        "description": "x",
        "reason": "because",
        "pin": "0471",
        "text": "x",
        "rate": Rate("95", "EUR"),
        "hundredths": 1500,
        "period": OCTOBER,
        "right": Right.READ,
        "action": Action.SEE_ITEM,
        "command": Command.EDIT,
        "subject": RateSubject.CUSTOMER,
        "kind": NotificationKind.APPROVAL_REMINDER,
        "language": "fr",
        "due_on": MONDAY,
        "policy": RoundingPolicy(),
        "body": "x",
    }
    call: dict[str, object] = {}
    for name, parameter in parameters.items():
        source = given if name == case.parameter else own
        if name.endswith("_ids"):
            if name == case.parameter or parameter.default is inspect.Parameter.empty:
                call[name] = [source[f"{name.removesuffix('s')}"]]
        elif name.endswith("_id") and name != "external_id":
            key = "expense_id" if (case.method, name) == ("edit_expense", "item_id") else name
            if name == case.parameter or parameter.default is inspect.Parameter.empty:
                call[name] = source[key]
        elif parameter.default is inspect.Parameter.empty:
            call[name] = plain[name]
    if case.method == "grant" and case.parameter != "team_id":
        call["user_id"] = given["user_id"] if case.parameter == "user_id" else own["user_id"]
    return call


@pytest.fixture(scope="module")
def world() -> World:
    """A firm and another organization, both at work. Every call on them is refused or undone."""
    office = an_office()
    own, foreign = ids_of(office, office.firm), ids_of(office, office.other)
    return office, {**own, "member_id": own["user_id"]}, {**foreign, "member_id": foreign["user_id"]}


def actor_of(office: Office, case: Case) -> Actor:
    """Somebody who may do it."""
    if case.area in BY_ADMIN:
        return office.admin
    if case.method in BY_OWNER | {"remove_comment"} and case.area in ("entries", "approval"):
        return office.eva
    return office.manager


def outcome(office: Office, case: Case, call: dict[str, object]) -> object:
    """What a use case gives or raises; whatever it did is taken back."""

    def use_case(tx: Transaction) -> object:
        method: Callable[..., object] = getattr(getattr(tx, case.area), case.method)
        return method(**call)

    return office.attempt(actor_of(office, case), use_case)


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_foreign_id_is_not_found(case: Case, world: World) -> None:
    """The same call finds the own one; with the foreign id it is not found, or a list is empty."""
    office, own, foreign = world
    parameters = dict(methods(case.area))[case.method]
    with office.nothing_changes():
        found = outcome(office, case, arguments(parameters, case, own, own))
        missed = outcome(office, case, arguments(parameters, case, own, foreign))
    assert not isinstance(found, NotFound)
    if not NARROWING.isdisjoint((case.method, f"{case.area}.{case.method}")):
        assert is_empty(missed), missed
    else:
        assert isinstance(missed, NotFound), missed


def is_empty(result: object) -> bool:
    """Whether a list, an overview or a table shows nothing."""
    if isinstance(result, UnbilledOverview):
        return result.totals == ()
    if isinstance(result, Page | Collection):
        return len(result) == 0
    (shown,) = (getattr(result, name) for name in ("lines", "rows", "minutes", "total") if hasattr(result, name))
    return not (list(shown) if isinstance(shown, Iterable) else shown)


@pytest.mark.parametrize("subject", RateSubject)
def test_rate_is_not_set_on_a_foreign_thing(subject: RateSubject, world: World) -> None:
    """Whichever of the four it is."""
    office, _, foreign = world
    things = {**foreign, "organization_id": office.other.id}
    subject_id = things[f"{subject.value}_id"]
    office.refuses(office.manager, lambda tx: tx.rates.set(subject, subject_id, Rate("1", "EUR")), NotFound)


def register(times: list[NewTime], tx: Transaction) -> None:
    """Register several times at once."""
    tx.entries.register_times(times)


def test_several_times_with_one_foreign_id_are_not_found(
    world: World,
) -> None:
    """Of an activity, or of a contact person."""
    office = world[0]
    firm, other = office.firm, office.other
    good = NewTime(firm.activity.id, MONDAY, 60)
    bad = [
        NewTime(other.activity.id, MONDAY, 60),
        NewTime(firm.activity.id, MONDAY, 60, contact_id=other.contact.id),
    ]
    for each in bad:
        office.refuses(office.eva, partial(register, [good, each]), NotFound)


def test_administrator_of_another_organization_is_nobody_here(
    world: World,
) -> None:
    """An actor with a foreign user and our organization is not found."""
    office = world[0]
    intruder = Actor.user(office.firm.id, office.other.admin.id)
    office.refuses(intruder, lambda tx: tx.customers.list(), NotFound)


def test_token_of_another_organization_opens_nothing_here(
    world: World,
) -> None:
    """A link is for the organization that it names."""
    office = world[0]
    office.deliver()
    token = office.notifier.delivered[-1].link.rsplit("/", 1)[1]
    opened = []
    for firm in (office.firm, office.other):
        try:
            with office.viewing(Actor.contact(firm.id, token)) as tx:
                opened.append(tx.signoff.shown().request.organization_id)
        except NotFound:
            continue
    assert len(opened) == 1


def test_every_area_is_tried() -> None:
    """The areas of this test are those of a transaction."""
    assert {case.area for case in cases()} >= {"users", "teams", "customers", "entries", "approval", "signoff", "rates"}
