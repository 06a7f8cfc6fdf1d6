"""What people do in a firm, drawn at random: the commands that stores are compared by."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import TypeVar, cast
from uuid import UUID

from attrs import evolve, frozen

from worktraq.core.access import Grant, Right
from worktraq.core.actors import Actor
from worktraq.core.chains import ApprovalChain
from worktraq.core.customers import Customer, CustomerStatus
from worktraq.core.entries import Item, State, TimeEntry
from worktraq.core.instalments import Instalment
from worktraq.core.invoices import Invoice
from worktraq.core.links import Links, SigningKey
from worktraq.core.markups import MarkupSubject
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Organization
from worktraq.core.projects import Activity, FixedPrice, Hourly, Project
from worktraq.core.rates import RateRule, RateSubject
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.core.users import Role, Team, User
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.testing.readings import State as Everything
from worktraq.usecases.transaction import Transaction

T = TypeVar("T")
Deed = Callable[[Transaction], object]

LINKS = Links("https://hours.example", (SigningKey("2026", b"k" * 32),))
"""Where the links of the firm lead."""

_NUMBERS = ("K-1", "K-2", "K-3", "")
_MAILS = ("fay@acme.example", "gus@acme.example")
_LEAVE = (State.AWAITING_INTERNAL, State.AWAITING_CUSTOMER)


@frozen
class Known:
    """What whoever acts has last seen of the firm; it may be outdated.

    Attributes:
        state: Everything that was committed then.
        choice: Draws what is picked.
    """

    state: Everything
    choice: Random

    def all(self, kind: type[T], name: str) -> Sequence[T]:
        """Everything of one kind."""
        return [each for each in self.state[name] if isinstance(each, kind)]

    def one(self, things: Sequence[T]) -> T:
        """One of some things."""
        return things[self.choice.randrange(len(things))]

    @property
    def organization(self) -> Organization:
        """The organization."""
        return self.all(Organization, "organization")[0]

    @property
    def users(self) -> Sequence[User]:
        """All users."""
        return self.all(User, "users")

    @property
    def customers(self) -> Sequence[Customer]:
        """All customers but the internal one."""
        return [customer for customer in self.all(Customer, "customers") if not customer.is_internal]

    def items(self, *states: State) -> Sequence[Item]:
        """One or two items in one of these states; of any state where there are none."""
        items = cast("Sequence[Item]", self.state["items"])
        found = [item for item in items if item.state in states] or items
        return [self.one(found), self.one(found)] if self.choice.random() < _TWICE else [self.one(found)]

    def actor(self, user: User) -> Actor:
        """A user as an actor."""
        return Actor.user(user.organization_id, user.id)

    def of_role(self, *roles: Role) -> Actor:
        """Somebody who is active in one of these roles, or anybody."""
        return self.actor(self.one([u for u in self.users if u.is_active and u.role in roles] or self.users))

    @property
    def manager(self) -> Actor:
        """A manager or an administrator."""
        return self.of_role(Role.MANAGER, Role.ADMIN)

    @property
    def admin(self) -> Actor:
        """An administrator."""
        return self.of_role(Role.ADMIN)

    def owner(self, of: Item | Activity) -> Actor:
        """Whose it is."""
        return Actor.user(of.organization_id, of.user_id)


_TWICE = 0.3
Doing = tuple[Actor, Deed]


def _register_time(known: Known) -> Doing:
    activity = known.one(known.all(Activity, "activities"))
    on, minutes = MONDAY + timedelta(days=known.choice.choice((-4, 0, 0, 27))), known.choice.choice((60, 480, 700))
    return known.owner(activity), lambda tx: tx.entries.register_time(activity.id, on=on, minutes=minutes)


def _register_expense(known: Known) -> Doing:
    activity = known.one(known.all(Activity, "activities"))
    amount = Money(known.choice.choice(("12.34", "5.01")), "EUR")
    return known.owner(activity), lambda tx: tx.entries.register_expense(
        activity.id, on=MONDAY, amount=amount, description="Parking"
    )


def _edit(known: Known) -> Doing:
    item = known.items(State.DRAFT)[0]
    on, minutes = MONDAY + timedelta(days=known.choice.choice((0, 1))), known.choice.choice((30, 800))
    if isinstance(item, TimeEntry):
        return known.owner(item), lambda tx: tx.entries.edit_time(item.id, version=item.version, on=on, minutes=minutes)
    return known.owner(item), lambda tx: tx.entries.edit_expense(item.id, version=item.version, on=on)


def _delete_item(known: Known) -> Doing:
    item = known.items(State.DRAFT)[0]
    return known.owner(item), lambda tx: tx.entries.delete(item.id, version=item.version)


def _submit(known: Known) -> Doing:
    item = known.items(State.DRAFT)[0]
    return known.owner(item), lambda tx: tx.approval.submit(OCTOBER)


def _submit_items(known: Known) -> Doing:
    item = known.items(State.DRAFT)[0]
    return known.owner(item), lambda tx: tx.approval.submit_items([item.id])


def _approve(known: Known) -> Doing:
    ids = [item.id for item in known.items(State.AWAITING_INTERNAL)]
    return known.manager, lambda tx: tx.approval.approve(ids)


def _approve_what_waits(known: Known) -> Doing:
    waiting = [item.id for item in known.all(TimeEntry, "items") if item.state is State.AWAITING_INTERNAL]
    return known.admin, lambda tx: tx.approval.approve(waiting)


def _reject(known: Known) -> Doing:
    ids = [item.id for item in known.items(*_LEAVE)]
    return known.manager, lambda tx: tx.approval.reject(ids, reason="Too long")


def _withdraw(known: Known) -> Doing:
    item = known.items(*_LEAVE)[0]
    return known.owner(item), lambda tx: tx.approval.withdraw([item.id], reason="Wrong day")


def _revise(known: Known) -> Doing:
    item = known.items(State.REJECTED)[0]
    return known.owner(item), lambda tx: tx.approval.revise([item.id])


def _reopen(known: Known) -> Doing:
    ids = [item.id for item in known.items(State.APPROVED)]
    return known.manager, lambda tx: tx.approval.reopen(ids, reason="Wrong day")


def _waive(known: Known) -> Doing:
    ids = [item.id for item in known.items(State.AWAITING_CUSTOMER)]
    return known.manager, lambda tx: tx.approval.waive(ids, reason="Urgent")


def _comment(known: Known) -> Doing:
    item = known.items()[0]
    return known.owner(item), lambda tx: tx.approval.comment(item.id, "See the agreement")


def _request(known: Known) -> ApprovalRequest:
    requests = known.all(ApprovalRequest, "requests")
    return known.one([each for each in requests if each.status is RequestStatus.OPEN] or requests)


def _decide(known: Known) -> Doing:
    request = _request(known)
    token = LINKS.token(request.organization_id, request.id, request.token_number, request.key_name)
    accepted = [item_id for item_id in request.item_ids if known.choice.random() < _MOSTLY]
    rejected = {item_id: "Too long" for item_id in request.item_ids if item_id not in accepted}

    def decide(tx: Transaction) -> object:
        return tx.signoff.decide(digest=tx.signoff.shown().digest, accept=accepted, reject=rejected)

    return Actor.contact(request.organization_id, token), decide


_MOSTLY = 0.8


def _decide_on_behalf(known: Known) -> Doing:
    request = _request(known)
    return known.manager, lambda tx: tx.signoff.decide_on_behalf(
        request.id, version=request.version, reason="By telephone", accept=request.item_ids
    )


def _offer(known: Known) -> Doing:
    item = known.items(State.AWAITING_CUSTOMER, State.REJECTED)[0]
    projects = known.all(Project, "projects")
    project_id = item.project_id or projects[0].id
    return known.manager, lambda tx: tx.signoff.offer(user_id=item.user_id, project_id=project_id, period=OCTOBER)


def _take_request_back(known: Known) -> Doing:
    request = _request(known)
    return known.manager, lambda tx: tx.signoff.withdraw(request.id, version=request.version)


def _renew(known: Known) -> Doing:
    request = _request(known)
    return known.manager, lambda tx: tx.signoff.renew(request.id, version=request.version)


def _set_rate(known: Known) -> Doing:
    rate = Rate(known.choice.choice(("95.00", "78.1111")), "EUR")
    subject = known.one((RateSubject.CUSTOMER, RateSubject.CUSTOMER, RateSubject.PROJECT, RateSubject.ACTIVITY))
    things: Mapping[RateSubject, Sequence[UUID]] = {
        RateSubject.CUSTOMER: [customer.id for customer in known.customers],
        RateSubject.PROJECT: [project.id for project in known.all(Project, "projects")],
        RateSubject.ACTIVITY: [activity.id for activity in known.all(Activity, "activities")],
    }
    subject_id = known.one(things[subject] or [known.organization.id])
    return known.manager, lambda tx: tx.rates.set(subject, subject_id, rate)


def _set_markup(known: Known) -> Doing:
    customer = known.one(known.customers)
    hundredths = known.choice.choice((0, 1500))
    return known.manager, lambda tx: tx.rates.set_markup(MarkupSubject.CUSTOMER, customer.id, hundredths)


def _remove_rate(known: Known) -> Doing:
    rule = known.one(known.all(RateRule, "rates"))
    return known.manager, lambda tx: tx.rates.remove(rule.id, version=rule.version)


def _add_customer(known: Known) -> Doing:
    number = known.one(_NUMBERS)
    return known.manager, lambda tx: tx.customers.add_business(company_name="Slagerij", number=number)


def _number_customer(known: Known) -> Doing:
    customer, number = known.one(known.customers), known.one(_NUMBERS)
    return known.manager, lambda tx: tx.customers.change(customer.id, version=customer.version, number=number)


def _archive_customer(known: Known) -> Doing:
    customer = known.one(known.customers)
    if customer.status is CustomerStatus.ARCHIVED:
        return known.manager, lambda tx: tx.customers.restore(customer.id, version=customer.version)
    return known.manager, lambda tx: tx.customers.archive(customer.id, version=customer.version)


def _delete_customer(known: Known) -> Doing:
    customer = known.one(known.customers)
    return known.manager, lambda tx: tx.customers.delete(customer.id, version=customer.version)


def _add_project(known: Known) -> Doing:
    customer = known.one(known.customers)
    billing = known.choice.choice((Hourly(customer_approval=True), Hourly(), FixedPrice()))
    return known.manager, lambda tx: tx.projects.add(customer.id, name="Advice", billing=billing)


def _delete_project(known: Known) -> Doing:
    project = known.one(known.all(Project, "projects"))
    return known.manager, lambda tx: tx.projects.delete(project.id, version=project.version)


def _add_activity(known: Known) -> Doing:
    user, project = known.one(known.users), known.one(known.all(Project, "projects"))
    return known.manager, lambda tx: tx.activities.add(
        user_id=user.id, customer_id=project.customer_id, project_id=project.id
    )


def _end_activity(known: Known) -> Doing:
    activity = known.one(known.all(Activity, "activities"))
    return known.manager, lambda tx: tx.activities.end(activity.id, version=activity.version)


def _add_instalment(known: Known) -> Doing:
    project = known.one(known.all(Project, "projects"))
    return known.manager, lambda tx: tx.rates.add_instalment(
        project.id, due_on=MONDAY, amount=Money("500.00", "EUR"), description="First half"
    )


def _remove_instalment(known: Known) -> Doing:
    instalment = known.one(known.all(Instalment, "instalments"))
    return known.manager, lambda tx: tx.rates.remove_instalment(instalment.id, version=instalment.version)


def _add_user(known: Known) -> Doing:
    email, role = known.one(_MAILS), known.one((Role.EMPLOYEE, Role.ADMIN))
    return known.admin, lambda tx: tx.users.add(name="Fay", email=email, role=role)


def _change_role(known: Known) -> Doing:
    user, role = known.one(known.users), known.one((Role.EMPLOYEE, Role.MANAGER, Role.ADMIN))
    return known.admin, lambda tx: tx.users.change(user.id, version=user.version, role=role)


def _deactivate(known: Known) -> Doing:
    user = known.one(known.users)
    if not user.is_active:
        return known.admin, lambda tx: tx.users.reactivate(user.id, version=user.version)
    return known.admin, lambda tx: tx.users.deactivate(user.id, version=user.version)


def _remove_user(known: Known) -> Doing:
    user = known.one(known.users)
    return known.admin, lambda tx: tx.users.remove(user.id, version=user.version)


def _grant(known: Known) -> Doing:
    customer, user, right = known.one(known.customers), known.one(known.users), known.one(tuple(Right))
    return known.admin, lambda tx: tx.access.grant(right, customer_id=customer.id, user_id=user.id)


def _withdraw_grant(known: Known) -> Doing:
    grant = known.one(known.all(Grant, "grants"))
    return known.admin, lambda tx: tx.access.withdraw(grant.id)


def _change_team(known: Known) -> Doing:
    teams = known.all(Team, "teams")
    members = [user.id for user in known.users if known.choice.random() < _MOSTLY]
    if not teams:
        return known.admin, lambda tx: tx.teams.add(name="Advice", member_ids=members)
    team = known.one(teams)
    return known.admin, lambda tx: tx.teams.change(team.id, version=team.version, member_ids=members)


def _invoice(known: Known) -> Doing:
    def invoice(tx: Transaction) -> object:
        return [tx.billing.confirm(proposal) for proposal in tx.billing.propose()[:1]]

    return known.manager, invoice


def _cancel(known: Known) -> Doing:
    invoice = known.one(known.all(Invoice, "invoices"))
    return known.manager, lambda tx: tx.billing.cancel(invoice.id, version=invoice.version, reason="Wrong address")


def _change_settings(known: Known) -> Doing:
    organization = known.organization
    settings = evolve(
        organization.settings,
        chain=known.one(tuple(ApprovalChain)),
        allows_self_approval=known.choice.random() < _TWICE,
    )
    return known.admin, lambda tx: tx.organizations.change(version=organization.version, settings=settings)


def _seal(known: Known) -> Doing:
    return known.admin, lambda tx: tx.audit.seal()


DEEDS: Mapping[str, Callable[[Known], Doing]] = {
    function.__name__.removeprefix("_"): function
    for function in (
        *(_register_time, _register_time, _register_expense, _edit, _delete_item, _submit, _submit_items),
        *(_approve, _approve_what_waits, _reject, _withdraw, _revise, _reopen, _waive, _comment),
        *(_decide, _decide_on_behalf, _offer, _take_request_back, _renew),
        *(_set_rate, _set_markup, _remove_rate, _add_instalment, _remove_instalment, _invoice, _cancel),
        *(_add_customer, _number_customer, _archive_customer, _delete_customer),
        *(_add_project, _delete_project, _add_activity, _end_activity),
        *(_add_user, _change_role, _deactivate, _remove_user, _grant, _withdraw_grant, _change_team),
        *(_change_settings, _seal),
    )
}
"""What can be done to the work and the organization, by name."""


def drawn(doing: Callable[[Known], Doing], known: Known) -> Doing | None:
    """Somebody does something; None where there is nothing to do it with."""
    try:
        return doing(known)
    except (IndexError, ValueError):  # nothing to pick from
        return None
