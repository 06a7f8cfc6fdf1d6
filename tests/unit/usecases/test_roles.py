"""Every use case asks who it is: one matrix of use cases, people and organizations, with every cell tried."""

import inspect
from collections.abc import Callable, Collection, Mapping

import pytest

from tests.unit.usecases.cast import Cast, two_casts
from tests.unit.usecases.firm import Office, an_office, codes
from tests.unit.usecases.matrix import EXPECTED, PEOPLE, expected_elsewhere, expected_here
from tests.unit.usecases.test_other_organizations import AREAS, Case, arguments, is_empty, methods
from worktraq.core.access import Action, Right
from worktraq.core.actors import Actor
from worktraq.core.calendar import Period
from worktraq.core.customers import CustomerData
from worktraq.core.entries import NewTime
from worktraq.core.ids import ActivityId
from worktraq.core.imports import ImportPlan
from worktraq.core.organizations import Address
from worktraq.core.paging import Page
from worktraq.core.unbilled import UnbilledOverview
from worktraq.errors import NotFound, Refused, WorktraqError
from worktraq.testing.builders import MONDAY
from worktraq.usecases.transaction import Transaction

CASES = [(area, method) for area, methods_of in EXPECTED.items() for method in methods_of]
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
    "source": "books",
}
IN_THE_RIGHT_STATE = {
    "approval.approve": {"item_id": "waiting_id"},
    "approval.reject": {"item_id": "waiting_id"},
    "approval.withdraw": {"item_id": "waiting_id"},
    "approval.revise": {"item_id": "rejected_id"},
    "approval.reopen": {"item_id": "asked_id"},
    "approval.waive": {"item_id": "at_customer_id"},
    "users.resend_invitation": {"user_id": "invited_id"},
    "users.withdraw_invitation": {"user_id": "invited_id"},
}
BECAUSE_OF_WHO_ASKS = {"not_a_user", "user_inactive", "own_item", "comment_not_own"}
Casts = tuple[Office, Cast, Cast]


@pytest.fixture(scope="module")
def casts() -> Casts:
    """Two firms at work. Every call on them is refused or undone."""
    return two_casts()


def call_of(cast: Cast, area: str, method: str) -> dict[str, object]:
    """Good arguments of a use case, with things of a firm."""
    parameters = dict(methods(area))[method]
    of_cast: Mapping[str, object] = {
        "proposal": cast.proposal,
        "digest": cast.digest,
        "accept": cast.asked,
        "times": [NewTime(ActivityId(cast.things["activity_id"]), MONDAY, 60)],
    }
    call = {name: of_cast[name] for name in parameters if name in of_cast}
    call |= {name: PLAIN[name] for name in parameters if name in PLAIN and needed(parameters[name])}
    rest = {name: each for name, each in parameters.items() if name not in call}
    instead = IN_THE_RIGHT_STATE.get(f"{area}.{method}", {})
    things = {**cast.things, **{name: cast.things[other] for name, other in instead.items()}}
    return {**arguments(rest, Case(area, method, ""), things, things), **call}


def needed(parameter: inspect.Parameter) -> bool:
    """Whether a call cannot do without it."""
    return parameter.default is inspect.Parameter.empty


def letter_of(outcome: object) -> str:
    """An outcome as the matrix writes it."""
    if isinstance(outcome, NotFound):
        return "n"
    if isinstance(outcome, Refused):
        found = codes(outcome)
        is_refused = not BECAUSE_OF_WHO_ASKS.isdisjoint(found) or any(code.startswith("needs_") for code in found)
        return "r" if is_refused else "y"
    return "e" if not isinstance(outcome, WorktraqError) and shows_nothing(outcome) else "y"


def shows_nothing(result: object) -> bool:
    """Whether it is a list, an overview or a table, without a line."""
    countable = [name for name in ("lines", "rows", "minutes", "total") if hasattr(result, name)]
    return (len(countable) == 1 or isinstance(result, Collection | Page | UnbilledOverview)) and is_empty(result)


def as_shown(letters: str) -> str:
    """Where nobody is shown anything, there was nothing to show, which is nobody's fault."""
    return letters if "y" in letters else letters.replace("e", "y")


def test_every_use_case_stands_in_the_matrix() -> None:
    """A new one needs a line, for everybody."""
    assert {area: {name for name, _ in methods(area)} for area in AREAS} == {
        area: set(methods_of) for area, methods_of in EXPECTED.items()
    }
    assert {len(word) for lines in EXPECTED.values() for row in lines.values() for word in row.split()} == {len(PEOPLE)}


@pytest.mark.requirement("W-01", "W-02", "W-03", "W-04", "W-06", "B-05", "B-06")
@pytest.mark.parametrize(("area", "method"), CASES)
def test_everybody_gets_what_the_matrix_says(area: str, method: str, casts: Casts) -> None:
    """Within the organization and from another one; whatever was done is taken back."""
    office, ours, theirs = casts
    row, call = EXPECTED[area][method], call_of(ours, area, method)

    def act(tx: Transaction) -> object:
        use_case: Callable[..., object] = getattr(getattr(tx, area), method)
        return use_case(**call)

    def asked_by(cast: Cast) -> str:
        return "".join(letter_of(office.attempt(cast.people[name], act)) for name in PEOPLE)

    with office.nothing_changes():
        here, elsewhere = asked_by(ours), asked_by(theirs)
    names_things = not {"proposal", "times"}.isdisjoint(call) or any(name.endswith(("_id", "_ids")) for name in call)
    assert as_shown(here) == expected_here(row)
    assert (elsewhere if names_things else as_shown(elsewhere)) == expected_elsewhere(row, names_things=names_things)


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
