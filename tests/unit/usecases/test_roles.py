"""Every use case asks the role table: who may call what, tried with an administrator, a manager and an employee."""

import inspect
from collections.abc import Callable, Mapping

import pytest

from tests.unit.usecases.firm import Office, an_office, codes
from tests.unit.usecases.test_other_organizations import AREAS, Case, arguments, ids_of, methods
from worktraq.core.access import Action, Right
from worktraq.core.actors import Actor
from worktraq.core.calendar import Period
from worktraq.core.customers import CustomerData
from worktraq.core.imports import ImportPlan
from worktraq.core.organizations import Address
from worktraq.core.proposals import InvoiceProposal
from worktraq.errors import NotFound, Refused
from worktraq.usecases.transaction import Transaction

# Written from the requirements, not from the code: A administrators only (W-02, W-06), M managers too (W-03),
# E every user, for what is his or her own or seen by a grant (W-04).
EXPECTED = {
    "access": {
        **dict.fromkeys(("allowed", "allowed_on", "allowed_to_register", "mine"), "E"),
        **dict.fromkeys(("grant", "grants_of", "grants_of_team", "grants_on", "withdraw"), "M"),
    },
    "activities": {
        **dict.fromkeys(("activate", "add", "add_for", "change", "end"), "M"),
        **dict.fromkeys(("get", "list", "mine"), "E"),
    },
    "approval": {
        **dict.fromkeys(
            ("approve", "reject", "reopen", "revise", "submit", "submit_items", "waive", "withdraw"),
            "E",  # what each may do with an item is the table of the approval, tried in test_moves
        ),
        **dict.fromkeys(("timesheet", "timesheet_pdf"), "E"),  # of the items that each sees
        **dict.fromkeys(("approve_all", "inbox", "reject_all", "waiting"), "E"),  # of what waits for each
        **dict.fromkeys(("comment", "comments", "decisions", "history", "remove_comment"), "E"),
    },
    "audit": {"head": "M", "history": "E", "records": "M", "seal": "M", "verify": "M"},
    "billing": {
        **dict.fromkeys(("explain", "held_up", "missing_work", "unbilled", "unbilled_lines", "why"), "E"),
        **dict.fromkeys(("cancel", "confirm", "hand_over", "invoice", "invoices", "of_item", "propose"), "M"),
        **dict.fromkeys(("invoice_pdf", "specification", "specification_pdf"), "M"),
        **dict.fromkeys(("change_terms", "rounding", "seller_profile", "set_rounding", "terms"), "M"),
        "change_seller_profile": "A",
    },
    "contacts": dict.fromkeys(("add", "change", "delete", "end", "get", "list", "of_customer", "resume"), "M"),
    "customers": {
        **dict.fromkeys(("add", "add_business", "add_private", "archive", "change", "delete", "get"), "M"),
        **dict.fromkeys(("has_pin", "internal", "list", "restore", "set_pin"), "M"),
        **dict.fromkeys(("summaries", "summary"), "E"),
    },
    "entries": dict.fromkeys(
        ("delete", "edit_expense", "edit_time", "get", "list", "register_expense", "register_time", "register_times"),
        "E",
    ),
    "exports": {
        **dict.fromkeys(("customers", "invoices", "requests"), "M"),
        **dict.fromkeys(("hours", "totals", "unbilled"), "E"),
    },
    "imports": {"apply": "M", "plan_customers": "M"},
    "notifications": {
        **dict.fromkeys(("dead", "drop", "retry"), "A"),
        **dict.fromkeys(("add_template", "change_template", "remove_template"), "M"),
        **dict.fromkeys(("preview", "template_values", "templates"), "M"),
    },
    "organizations": {
        **dict.fromkeys(("change", "change_billing_details", "change_brand"), "A"),
        "billing_details": "M",
        **dict.fromkeys(("brand", "get", "next_setup_step"), "E"),
    },
    "overviews": {**dict.fromkeys(("customer", "employee", "hours", "project"), "E"), "organization": "M"},
    "projects": {**dict.fromkeys(("add", "change", "delete"), "M"), **dict.fromkeys(("budget", "get", "list"), "E")},
    "rates": {
        **dict.fromkeys(("fill_in_all", "markups_on", "remove_markup", "set_markup"), "M"),
        **dict.fromkeys(("budget", "explain", "fill_in", "on", "remove", "set", "set_budget"), "M"),
        **dict.fromkeys(("add_instalment", "change_instalment", "instalments", "remove_instalment"), "M"),
    },
    "signoff": {
        **dict.fromkeys(("decide_on_behalf", "get", "list", "offer", "remind", "renew", "withdraw"), "M"),
        **dict.fromkeys(("evidence", "evidence_pdf", "request_timesheet_pdf", "verify"), "M"),
        **dict.fromkeys(("counts", "items", "of_item", "overview", "redirect", "remind_many"), "M"),
        **dict.fromkeys(
            ("decide", "enter_pin", "language", "shown", "timesheet_pdf"), "E"
        ),  # by whoever holds the link; a user holds none
    },
    "teams": {**dict.fromkeys(("add", "change", "remove"), "A"), **dict.fromkeys(("get", "list"), "M")},
    "users": {
        **dict.fromkeys(("add", "change", "deactivate", "invite", "reactivate", "remove"), "A"),
        **dict.fromkeys(("invitations", "resend_invitation", "withdraw_invitation"), "A"),
        "list": "M",
        **dict.fromkeys(("get", "me"), "E"),
        **dict.fromkeys(("accept_invitation", "invitation"), "E"),  # by whoever holds the link; a user holds none
    },
}
CLOSED = [
    (area, method, level)
    for area, methods_of in EXPECTED.items()
    for method, level in methods_of.items()
    if level != "E"
]
PLAIN: Mapping[str, object] = {
    "email": "new@acme.example",
    "company_name": "New",
    "first_name": "New",
    "last_name": "New",
    "data": CustomerData(company_name="New"),
    "plan": ImportPlan("excel", (), ()),
    "sheets": (),
    "address": Address(),
    "after": 0,
}


def command(office: Office, area: str, method: str) -> Callable[[Transaction], object]:
    """A call of a use case with good arguments."""
    parameters = dict(methods(area))[method]
    plain = {name: PLAIN[name] for name in parameters if name in PLAIN and needed(parameters[name])}
    if "proposal" in parameters:
        firm = office.firm
        plain["proposal"] = InvoiceProposal(
            organization_id=firm.id, customer_id=firm.customer.id, currency="EUR", lines=()
        )
    rest = {name: each for name, each in parameters.items() if name not in plain}
    own = ids_of(office, office.firm) if any(name.endswith(("_id", "_ids")) for name in rest) else {}
    call = {**arguments(rest, Case(area, method, ""), own, own), **plain}

    def act(tx: Transaction) -> object:
        use_case: Callable[..., object] = getattr(getattr(tx, area), method)
        return use_case(**call)

    return act


def needed(parameter: inspect.Parameter) -> bool:
    """Whether a call cannot do without it."""
    return parameter.default is inspect.Parameter.empty


def is_refused_by_role(outcome: object) -> bool:
    """Whether it was the role, and not a state or a value, that stood in the way."""
    if isinstance(outcome, NotFound):
        return True
    return isinstance(outcome, Refused) and any(code.startswith(("needs_", "not_a_user")) for code in codes(outcome))


def test_every_use_case_stands_here() -> None:
    """A new one needs a line."""
    assert {area: {name for name, _ in methods(area)} for area in AREAS} == {
        area: set(methods_of) for area, methods_of in EXPECTED.items()
    }


@pytest.mark.requirement("W-01", "W-02", "W-03", "W-04", "B-06")
@pytest.mark.parametrize(("area", "method", "level"), CLOSED)
def test_use_case_is_open_to_the_right_roles(area: str, method: str, level: str) -> None:
    """Closed to an employee, and to a manager where only administrators may; nothing is changed."""
    office = an_office()
    act = command(office, area, method)
    with office.nothing_changes():
        found = {role: office.attempt(actor, act) for role, actor in (("A", office.admin), ("M", office.manager))}
        by_employee = office.attempt(office.coen, act)
    assert is_refused_by_role(by_employee)
    assert is_refused_by_role(found["M"]) is (level == "A")
    assert not is_refused_by_role(found["A"])


@pytest.mark.requirement("B-05")
@pytest.mark.parametrize(("area", "method", "level"), CLOSED)
def test_use_case_is_closed_to_who_holds_a_link(area: str, method: str, level: str) -> None:
    """A contact decides on one request and sees nothing else."""
    office = an_office()
    act = command(office, area, method)
    contact = office.token(office.requests()[0]) if office.requests() else Actor.contact(office.firm.id, "token")
    with office.nothing_changes():
        assert is_refused_by_role(office.attempt(contact, act))


@pytest.mark.requirement("W-04", "B-05")
def test_lists_show_a_contact_nothing() -> None:
    """Where a list narrows itself down, nothing is left."""
    office = an_office()
    office.time()
    contact = Actor.contact(office.firm.id, "token")
    with office.viewing(contact) as tx:
        assert len(tx.entries.list()) == 0
        assert len(tx.projects.list()) == 0
        assert len(tx.activities.list()) == 0
        assert len(tx.customers.summaries()) == 0
        assert len(tx.approval.inbox()) == 0
        assert tx.overviews.hours().totals == ()
        assert tx.activities.mine() == ()
        assert tx.access.mine() == ()


@pytest.mark.parametrize("actor", ["contact", "system"])
def test_only_users_register_hand_in_and_ask_what_is_unbilled(actor: str) -> None:
    """Neither a contact nor the scheduler has hours."""
    office = an_office()
    who = office.system if actor == "system" else Actor.contact(office.firm.id, "token")
    activity_id, day = office.firm.activity.id, Period.month(2026, 10).first
    office.refuses(who, lambda tx: tx.entries.register_time(activity_id, on=day, minutes=60), Refused)
    office.refuses(who, lambda tx: tx.approval.submit(Period.month(2026, 10)), Refused)
    office.refuses(who, lambda tx: tx.billing.unbilled(), Refused)
    office.refuses(who, lambda tx: tx.users.me(), NotFound)


@pytest.mark.requirement("W-06")
def test_deactivated_user_may_do_nothing() -> None:
    """Not even look."""
    office = an_office()
    with office.acting(office.admin) as tx:
        tx.users.deactivate(office.firm.manager.id, version=1)
    for each in (lambda tx: tx.organizations.get(), lambda tx: tx.customers.list(), lambda tx: tx.entries.list()):
        assert codes(office.refuses(office.manager, each, Refused)) == ["user_inactive"]


@pytest.mark.requirement("B-06")
@pytest.mark.parametrize("action", [Action.MANAGE_CUSTOMERS, Action.SEE_RATES, Action.MANAGE_USERS])
def test_verdict_says_what_the_use_case_does(action: Action) -> None:
    """The same rules answer both questions."""
    office = an_office()
    commands: dict[Action, Callable[[Transaction], object]] = {
        Action.MANAGE_CUSTOMERS: lambda tx: tx.customers.add_business(company_name="x"),
        Action.SEE_RATES: lambda tx: tx.rates.on(office.firm.customer.id),
        Action.MANAGE_USERS: lambda tx: tx.users.add(name="x", email="x@acme.example"),
    }
    for actor in (office.admin, office.manager, office.eva):
        with office.viewing(actor) as tx:
            verdict = tx.access.allowed(action)
        outcome = office.attempt(actor, commands[action])
        refused = outcome.reasons if isinstance(outcome, Refused) else ()
        assert verdict.reasons == refused


@pytest.mark.requirement("B-06", "T-09")
def test_verdict_counts_grants_and_ownership() -> None:
    """On the customer, on the project, and for whose own thing it is."""
    office = an_office()
    firm = office.firm
    with office.acting(office.manager) as tx:
        tx.access.grant(Right.READ, customer_id=firm.customer.id, project_id=firm.project.id, team_id=firm.team.id)
    with office.viewing(office.coen) as tx:
        access = tx.access
        assert access.allowed(Action.SEE_ITEM, project_id=firm.project.id)
        assert access.allowed(Action.SEE_ITEM, customer_id=firm.customer.id, project_id=firm.project.id)
        assert not access.allowed(Action.SEE_ITEM, project_id=firm.fixed_project.id)
        assert not access.allowed(Action.SEE_ITEM, customer_id=firm.customer.id)
        assert access.allowed(Action.SEE_ITEM, customer_id=firm.customer.id, owner_id=firm.colleague.id)
        assert not access.allowed(Action.SEE_ITEM, customer_id=firm.customer.id, owner_id=firm.employee.id)
    error = office.refuses(
        office.coen,
        lambda tx: tx.access.allowed(Action.SEE_ITEM, customer_id=firm.other_customer.id, project_id=firm.project.id),
        NotFound,
    )
    assert error.kind == "project"
