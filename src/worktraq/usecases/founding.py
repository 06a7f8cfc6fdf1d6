"""Founding an organization: the one thing that happens before there is anybody who could be asked for rights."""

from attrs import frozen

from worktraq.core.actors import Actor
from worktraq.core.customers import CustomerData, new_customer
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId, UserId
from worktraq.core.organizations import Organization, Settings
from worktraq.core.organizations import found as founded
from worktraq.core.users import Role, User, new_user
from worktraq.usecases.context import Context


@frozen
class Founded:
    """A new organization with its first administrator.

    Attributes:
        organization: The organization.
        admin: The administrator, as an actor.
    """

    organization: Organization
    admin: Actor


def found(
    context: Context, *, name: str, admin_name: str, admin_email: str, settings: Settings
) -> tuple[Organization, User]:
    """A new organization, with its first administrator, and itself as the internal customer (W-13).

    Raises:
        InvalidInput: Naming the field.
    """
    organization = founded(context.actor.organization_id, name, settings)
    admin = new_user(
        context.new_id(UserId),
        organization.id,
        name=admin_name,
        email=admin_email,
        role=Role.ADMIN,
        language="",
        registration_access=settings.registration_access,
        external_id="",
    )
    own = CustomerData(company_name=organization.name)
    internal = new_customer(context.new_id(CustomerId), organization.id, own, is_internal=True)
    context.uow.organizations.add(organization)
    context.uow.users.add(admin)
    context.uow.customers.add(internal)
    context.record(EventName.ORGANIZATION_FOUNDED, organization.id)
    context.record(EventName.USER_ADDED, admin.id, role=admin.role.value)
    return organization, admin
