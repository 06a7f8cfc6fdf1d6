"""What people in a firm do to personal data, drawn at random beside everything else."""

from collections.abc import Callable, Mapping

from worktraq.core.comments import Comment
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import CustomerKind
from worktraq.core.holds import LegalHold
from worktraq.core.projects import Project
from worktraq.core.signoff import ApprovalRequest
from worktraq.testing.deeds import DEEDS, Doing, Known
from worktraq.usecases.transaction import Transaction


def _add_contact(known: Known) -> Doing:
    customer = known.one(known.customers)
    return known.manager, lambda tx: tx.contacts.add(
        name="Kim Klaasen", email="kim@jansen.example", customer_ids=[customer.id]
    )


def _name_contact(known: Known) -> Doing:
    project, contact = known.one(known.all(Project, "projects")), known.one(known.all(ContactPerson, "contacts"))
    return known.manager, lambda tx: tx.projects.change(project.id, version=project.version, contact_id=contact.id)


def _end_contact(known: Known) -> Doing:
    contact = known.one(known.all(ContactPerson, "contacts"))
    if contact.is_ended:
        return known.manager, lambda tx: tx.contacts.resume(contact.id, version=contact.version)
    return known.manager, lambda tx: tx.contacts.end(contact.id, version=contact.version)


def _delete_contact(known: Known) -> Doing:
    contact = known.one(known.all(ContactPerson, "contacts"))
    return known.manager, lambda tx: tx.contacts.delete(contact.id, version=contact.version)


def _redirect(known: Known) -> Doing:
    request = known.one(known.all(ApprovalRequest, "requests"))
    contact = known.one(known.all(ContactPerson, "contacts"))
    return known.manager, lambda tx: tx.signoff.redirect(request.id, version=request.version, contact_id=contact.id)


def _remove_comment(known: Known) -> Doing:
    comment = known.one(known.all(Comment, "comments"))
    author = next(user for user in known.users if user.id == comment.user_id)
    return known.actor(author), lambda tx: tx.approval.remove_comment(comment.id)


def _erase_user(known: Known) -> Doing:
    user = known.one(known.users)

    def erase(tx: Transaction) -> object:
        if user.is_active:
            tx.users.deactivate(user.id, version=user.version)
        return tx.privacy.erase_person(user_id=user.id)

    return known.admin, erase


def _erase_contact(known: Known) -> Doing:
    contact = known.one(known.all(ContactPerson, "contacts"))
    return known.admin, lambda tx: tx.privacy.erase_person(contact_id=contact.id)


def _erase_customer(known: Known) -> Doing:
    private = [customer for customer in known.customers if customer.data.kind is CustomerKind.PRIVATE]
    customer = known.one(private)
    return known.admin, lambda tx: tx.privacy.erase_person(customer_id=customer.id)


def _place_hold(known: Known) -> Doing:
    user = known.one(known.users)
    return known.admin, lambda tx: tx.privacy.place_hold(user_id=user.id, reason="Lawsuit")


def _lift_hold(known: Known) -> Doing:
    hold = known.one(known.all(LegalHold, "holds"))
    return known.admin, lambda tx: tx.privacy.lift_hold(hold.id)


ALL_DEEDS: Mapping[str, Callable[[Known], Doing]] = {
    **DEEDS,
    **{
        function.__name__.removeprefix("_"): function
        for function in (
            *(_add_contact, _name_contact, _end_contact, _delete_contact, _redirect, _remove_comment),
            *(_erase_user, _erase_contact, _erase_customer, _place_hold, _lift_hold),
        )
    },
}
"""Everything that can be done, by name."""
