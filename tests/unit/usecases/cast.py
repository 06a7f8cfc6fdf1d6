"""Two firms at work with everybody in them: what the matrix of use cases, people and organizations begins with."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from attrs import frozen

from tests.unit.usecases.firm import KEYS, Office, an_office
from tests.unit.usecases.test_other_organizations import ids_of
from worktraq.core.access import Right
from worktraq.core.actors import Actor
from worktraq.core.ids import ItemId, OrganizationId, UserId
from worktraq.core.links import Links
from worktraq.core.money import Money
from worktraq.core.notifications import NotificationKind
from worktraq.core.proposals import InvoiceProposal
from worktraq.core.users import Role
from worktraq.testing.builders import MONDAY, new_id
from worktraq.testing.firms import Firm

RIGHTS = (Right.READ, Right.APPROVE, Right.BILL)


@frozen
class Cast:
    """A firm in a store, with everybody who may ask it for something.

    Attributes:
        organization_id: Of the firm.
        people: Everybody, by the name of a column of the matrix.
        things: An id of everything that the firm has; of items, one in each state.
        proposal: An invoice that could be confirmed.
        digest: Of what the contact is shown.
        asked: The items that the contact decides on.
    """

    organization_id: OrganizationId
    people: Mapping[str, Actor]
    things: Mapping[str, UUID]
    proposal: InvoiceProposal
    digest: str
    asked: Sequence[ItemId]


def two_casts() -> tuple[Office, Cast, Cast]:
    """A firm, and another one in the same store that has all of that as well."""
    office = an_office()
    return office, a_cast(office, office.firm), a_cast(office, office.other)


def a_cast(office: Office, firm: Firm) -> Cast:
    """A firm with something of everything, and everybody in it."""
    things = {**ids_of(office, firm), **items_of(office, firm)}
    invited = invited_by(office, firm)
    people = {
        "administrator": office.actor(firm.admin),
        "manager": office.actor(firm.manager),
        "owner": office.actor(firm.employee),
        "grantee": grantee_of(office, firm),
        "employee": employee_of(office, firm, "Dora"),
        "contact": contact_of(office, firm, things["request_id"]),
        "invitee": invited[1],
        "system": Actor.system(firm.id),
        "deactivated": deactivated_in(office, firm),
        "nobody": Actor.user(firm.id, UserId(new_id())),
    }
    with office.viewing(people["contact"]) as tx:
        shown = tx.signoff.shown()
    return Cast(
        organization_id=firm.id,
        people=people,
        things={**things, "invited_id": invited[0], "member_id": firm.colleague.id},
        proposal=proposal_of(office, firm),
        digest=shown.request.digest,
        asked=shown.request.item_ids,
    )


def proposal_of(office: Office, firm: Firm) -> InvoiceProposal:
    """What an invoice for the firm's other customer would say."""
    with office.acting(office.actor(firm.employee)) as tx:
        item = tx.entries.register_expense(
            firm.loose_activity.id, on=MONDAY, amount=Money("3", "EUR"), description="Train"
        )
        tx.approval.submit_items([item.id])
    with office.acting(office.actor(firm.manager)) as tx:
        tx.approval.approve([item.id])
        (proposal,) = tx.billing.propose(customer_id=firm.other_customer.id)
    return proposal


def items_of(office: Office, firm: Firm) -> dict[str, UUID]:
    """Items of the firm's employee that wait inside, wait for the customer, and were rejected."""
    with office.acting(office.actor(firm.employee)) as tx:
        waiting = tx.entries.register_time(firm.fixed_activity.id, on=MONDAY, minutes=30)
        rejected = tx.entries.register_time(firm.fixed_activity.id, on=MONDAY, minutes=30)
        at_customer = tx.entries.register_expense(
            firm.activity.id, on=MONDAY, amount=Money("2", "EUR"), description="Toll"
        )
        tx.approval.submit_items([waiting.id, rejected.id, at_customer.id])
    with office.acting(office.actor(firm.manager)) as tx:
        tx.approval.reject([rejected.id], reason="Which file?")
        tx.approval.approve([at_customer.id])
    return {"waiting_id": waiting.id, "rejected_id": rejected.id, "at_customer_id": at_customer.id}


def employee_of(office: Office, firm: Firm, name: str, role: Role = Role.EMPLOYEE) -> Actor:
    """A user who is new in the firm."""
    with office.acting(office.actor(firm.admin)) as tx:
        return office.actor(tx.users.add(name=name, email=f"{name.lower()}@acme.example", role=role))


def grantee_of(office: Office, firm: Firm) -> Actor:
    """An employee who may read, approve and bill what is of the firm's customer, by grants."""
    grantee = employee_of(office, firm, "Gia")
    give_rights(office, firm, grantee)
    return grantee


def give_rights(office: Office, firm: Firm, actor: Actor) -> None:
    """Let a user read, approve and bill what is of the firm's customer."""
    assert actor.user_id is not None
    with office.acting(office.actor(firm.manager)) as tx:
        for right in RIGHTS:
            tx.access.grant(right, customer_id=firm.customer.id, user_id=actor.user_id)


def deactivated_in(office: Office, firm: Firm) -> Actor:
    """A former administrator, who held grants as well."""
    former = employee_of(office, firm, "Frits", Role.ADMIN)
    give_rights(office, firm, former)
    assert former.user_id is not None
    with office.acting(office.actor(firm.admin)) as tx:
        tx.users.deactivate(former.user_id, version=1)
    return former


def invited_by(office: Office, firm: Firm) -> tuple[UUID, Actor]:
    """Somebody who is asked to join the firm, with the link that was mailed."""
    with office.acting(office.actor(firm.admin)) as tx:
        user = tx.users.invite(name="Nel", email=f"nel@{firm.id.hex}.example")
    office.deliver()
    mailed = office.notifier.of_kind(NotificationKind.INVITATION)[-1]
    return user.id, Actor.invitee(firm.id, mailed.link.rsplit("/", 1)[1])


def contact_of(office: Office, firm: Firm, request_id: UUID) -> Actor:
    """Whoever holds the link of a request."""
    with office.viewing(office.actor(firm.admin)) as tx:
        (request,) = [each for each in tx.signoff.list() if each.id == request_id]
    links = Links("https://hours.example", KEYS)
    return Actor.contact(firm.id, links.token(firm.id, request.id, request.token_number, request.key_name))
