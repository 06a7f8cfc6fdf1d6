"""The organization: settings, billing details, and the next step of setting it up."""

from worktraq.core.access import Action
from worktraq.core.actors import ActorKind
from worktraq.core.branding import Brand, rebranded
from worktraq.core.events import EventName
from worktraq.core.links import token_hash
from worktraq.core.organizations import (
    Address,
    BillingDetails,
    Organization,
    Settings,
    SetupStep,
    billing_details,
    changed,
    next_setup_step,
)
from worktraq.core.unset import UNSET, Unset, either
from worktraq.errors import NotFound
from worktraq.usecases.context import Context, check_version


class Organizations:
    """The organization of the actor."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self) -> Organization:
        """The organization with its settings."""
        self._context.require(Action.SEE_SETTINGS)
        return self._context.organization

    def change(self, *, version: int, name: str | Unset = UNSET, settings: Settings | Unset = UNSET) -> Organization:
        """Change the name or the settings; what is under way keeps its approval chain.

        Args:
            version: Of the organization that was seen.
            name: As customers know it.
            settings: All of them; start from those of `get` with ``attrs.evolve``.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: Naming the setting.
            Conflict: When somebody else changed it.
        """
        context = self._context
        context.require(Action.CHANGE_SETTINGS)
        organization = context.organization
        check_version(organization.version, version)
        new = changed(
            organization,
            either(name, organization.name),
            either(settings, organization.settings),
        )
        context.uow.organizations.save(new)
        context.organization = new
        context.record(EventName.ORGANIZATION_CHANGED, new.id)
        return new

    def billing_details(self) -> BillingDetails | None:
        """The details for invoices that the organization receives, or None (W-10).

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_BILLING_DETAILS)
        return self._context.uow.organizations.find_billing_details()

    def change_billing_details(
        self, *, name: str, address: Address, vat_number: str = "", email: str = "", version: int = 0
    ) -> BillingDetails:
        """Give the billing details, or change them (W-10).

        Args:
            name: The legal name.
            address: Where invoices go.
            vat_number: Checked by the rule of the country.
            email: Where invoices are mailed.
            version: Of the details that were seen; 0 when there were none.

        Raises:
            Refused: For who is not an administrator (W-03).
            InvalidInput: Naming the field.
            Conflict: When somebody else changed them.
        """
        context = self._context
        context.require(Action.CHANGE_BILLING_DETAILS)
        organization_id = context.actor.organization_id
        stored = context.uow.organizations.find_billing_details()
        check_version(stored.version if stored else 0, version)
        details = billing_details(
            organization_id, name=name, address=address, vat_number=vat_number, email=email, version=version + 1
        )
        context.uow.organizations.put_billing_details(details)
        context.record(EventName.BILLING_DETAILS_CHANGED, organization_id)
        return details

    def brand(self) -> Brand:
        """How the organization looks: for everybody in it, and for whoever holds a link of it."""
        context = self._context
        if context.actor.kind in (ActorKind.USER, ActorKind.SYSTEM):
            context.require(Action.SEE_SETTINGS)
        elif not self._holds_a_link():
            raise NotFound("organization")
        return context.uow.brands.find() or Brand(context.actor.organization_id)

    def change_brand(self, *, version: int, colour: str | Unset = UNSET, logo: bytes | Unset = UNSET) -> Brand:
        """Choose a colour or a logo for mails, timesheets and the page of customers.

        Args:
            version: Of the brand that was seen; 0 while nothing was chosen.
            colour: As ``#RRGGBB``; empty for the usual one.
            logo: A PNG or JPEG of at most 200 kB and 2,000 pixels either way; empty for none.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: Naming the field.
            Conflict: When somebody else changed it.
        """
        context = self._context
        context.require(Action.CHANGE_SETTINGS)
        stored = context.uow.brands.find() or Brand(context.actor.organization_id)
        check_version(stored.version, version)
        brand = rebranded(stored, either(colour, stored.colour), either(logo, stored.logo))
        context.uow.brands.put(brand)
        context.record(EventName.BRAND_CHANGED, context.actor.organization_id)
        return brand

    def next_setup_step(self) -> SetupStep | None:
        """What a new organization does next; None when it is set up (W-14)."""
        context = self._context
        context.require(Action.SEE_SETTINGS)
        return next_setup_step(
            customers=context.uow.customers.count_active(),
            users=context.uow.users.count_active(None) + context.uow.invitations.count_open() - 1,
            activities=context.uow.activities.count_active(),
        )

    def _holds_a_link(self) -> bool:
        actor, uow = self._context.actor, self._context.uow
        wanted = token_hash(actor.token)
        if actor.kind is ActorKind.CONTACT:
            return uow.requests.find_by_token(wanted) is not None
        return uow.invitations.find_by_token(wanted) is not None
