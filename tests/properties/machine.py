"""The machine under the property tests of the approval: a firm, its people, and what is checked after every step."""

import logging
from collections.abc import Callable, Sequence

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from tests.properties.canary import CANARY, LogCollector, check_for
from tests.properties.expectations import (
    PAIRS,
    Content,
    check_approvals,
    check_days,
    check_deciders,
    check_escalations,
    check_moves,
    check_prices,
    check_requests,
    check_sending,
    check_unbilled,
    secrets,
)
from tests.unit.usecases.firm import Office, an_office
from worktraq.core.access import Right
from worktraq.core.actors import Actor
from worktraq.core.chains import ApprovalChain
from worktraq.core.entries import Item, State
from worktraq.core.ids import UserId
from worktraq.core.projects import Activity
from worktraq.core.rates import RateSubject
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.users import Role
from worktraq.errors import NotFound, WorktraqError
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.transaction import Transaction

FROM = {command: {state for state, _ in pairs} for command, pairs in PAIRS.items()} | {"edit": {"draft"}}
"""The states in which a command makes sense."""


class FirmAtWork(RuleBasedStateMachine):
    """A firm, everybody around it, and the checks after whatever they do; the rules come on top."""

    office: Office

    def __init__(self) -> None:
        super().__init__()
        self.log = LogCollector()
        logging.getLogger().addHandler(self.log)

    def teardown(self) -> None:
        """Whatever was logged in the meantime held no price."""
        logging.getLogger().removeHandler(self.log)
        if hasattr(self, "office"):
            check_for(self.secrets, *self.log.texts)

    @initialize(
        chain=st.sampled_from(ApprovalChain),
        own=st.booleans(),
        comment=st.booleans(),
        begun=st.sampled_from((True, True, True, False)),
    )
    def found(self, chain: ApprovalChain, own: bool, comment: bool, begun: bool) -> None:
        """A firm with an approver by grant, a manager with hours of his own, and the canary as its rate."""
        self.office = office = an_office()
        firm = office.firm
        office.settle_settings(chain=chain, allows_self_approval=own, requires_comment=comment)
        with office.acting(office.admin) as tx:
            approver = tx.users.add(name="Ab", email="ab@acme.example", role=Role.EMPLOYEE)
            project_id = firm.project.id if own else None
            tx.access.grant(Right.APPROVE, customer_id=firm.customer.id, project_id=project_id, user_id=approver.id)
            self.of_manager = tx.activities.add(
                user_id=firm.manager.id, customer_id=firm.customer.id, project_id=firm.project.id
            )
            tx.rates.set(RateSubject.CUSTOMER, firm.customer.id, CANARY)
        self.activities: Sequence[Activity] = (*firm.activities, self.of_manager)
        self.people = {
            "admin": office.admin,
            "manager": office.manager,
            "eva": office.eva,
            "coen": office.coen,
            "approver": office.actor(approver),
            "stranger": office.stranger,
            "scheduler": office.system,
        }
        self.managers = {firm.admin.id, firm.manager.id}
        self.approvers = {*self.managers, approver.id}
        self.secrets: frozenset[int] = frozenset()
        self.seen_mails = 0
        if begun:
            self.begin()
        self.check(Content.of(office), "found")

    def begin(self) -> None:
        """October of Eva and the manager is handed in, most of it approved inside, and Eva's customer is asked."""
        office = self.office
        items = [office.time(minutes) for minutes in (61, 90)] + [office.expense("12.34")]
        with office.acting(office.manager) as tx:
            tx.entries.register_time(self.of_manager.id, on=MONDAY, minutes=95)
            tx.approval.submit(OCTOBER)
        office.submit()
        waiting = [item.id for item in items if office.state(item) is State.AWAITING_INTERNAL]
        with office.acting(office.admin) as tx:
            tx.approval.approve(waiting)

    def actor(self, name: str, pick: int = 0) -> Actor:
        """Somebody, by name; a contact holds the link of some request."""
        if name != "contact":
            return self.people[name]
        requests = self.requests()
        if not requests:
            return Actor.contact(self.office.firm.id, "made-up")
        return self.office.token(requests[pick % len(requests)])

    def items(self) -> list[Item]:
        """Everything that is registered, the oldest first."""
        return sorted(Content.of(self.office).items.values(), key=lambda item: item.id)

    def requests(self) -> list[ApprovalRequest]:
        """All requests, the oldest first."""
        return sorted(Content.of(self.office).requests.values(), key=lambda request: request.id)

    def a_request(self, pick: int, *, wild: bool) -> ApprovalRequest:
        """An open request where there is one, or any."""
        requests = self.requests()
        found = [each for each in requests if wild or each.status is RequestStatus.OPEN] or requests
        return found[pick % len(found)]

    def fits(self, *commands: str) -> bool:
        """Whether there is an item in a state in which one of the commands makes sense."""
        states = set().union(*(FROM[command] for command in commands))
        return any(item.state.value in states for item in Content.of(self.office).items.values())

    def fitting(self, command: str, pick: int) -> list[Item]:
        """One or two items in a state in which the command makes sense; of all, where there are none."""
        items = [item for item in self.items() if item.state.value in FROM[command]] or self.items()
        return [items[each] for each in sorted({pick % len(items), (pick // 7) % len(items)})]

    def act(self, name: str, command: str, function: Callable[[Transaction], object], pick: int = 0) -> None:
        """Somebody tries something; what fails leaves nothing behind even if the host goes on."""
        office, actor = self.office, self.actor(name, pick)
        before, stored = Content.of(office), office.content()
        with office.acting(actor) as tx:
            try:
                outcome = function(tx)
            except WorktraqError as error:
                outcome = error
        if isinstance(outcome, WorktraqError):
            assert office.content() == stored, (command, outcome)
        if name == "stranger":
            assert isinstance(outcome, NotFound), outcome
        self.check(before, command)
        if name not in ("admin", "manager", "scheduler", "stranger"):
            check_for(self.secrets, outcome)

    def check(self, before: Content, command: str) -> None:
        """Everything that must hold."""
        office, after = self.office, Content.of(self.office)
        check_moves(before, after, command)
        check_approvals(after)
        own_allowed = office.store._committed[office.firm.id].organization._rows[office.firm.id].settings
        check_deciders(
            before,
            after,
            approvers=self.approvers,
            managers=self.managers,
            own_allowed=own_allowed.allows_self_approval,
        )
        check_requests(before, after)
        check_sending(before, after)
        check_escalations(after)
        check_prices(before, after)
        check_days(after)
        with office.viewing(office.admin) as tx:
            overview, lines, at = tx.billing.unbilled(), tx.billing.unbilled_lines(limit=1000).items, tx.at
        check_unbilled(after, overview, lines, at)
        self.secrets |= secrets(after, overview, lines)

    def name_of(self, user_id: UserId) -> str:
        """Who somebody is here."""
        return next(name for name, actor in self.people.items() if actor.user_id == user_id)
