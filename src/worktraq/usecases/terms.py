"""On which terms customers are invoiced, and who the seller is; for managers and administrators only."""

from collections.abc import Callable, Collection

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId, ProjectId
from worktraq.core.organizations import Address
from worktraq.core.rounding import RoundingPolicy, check_rounding
from worktraq.core.terms import (
    BillingTerms,
    InvoicePer,
    LinesPer,
    ProjectRounding,
    SellerProfile,
    check_profile,
    check_terms,
    profile_from,
)
from worktraq.core.unset import UNSET, Unset, either
from worktraq.core.vat import Vat
from worktraq.usecases.context import Context, check_version


class Terms:
    """How customers want their invoices, and what stands on them about the seller."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def terms(self, customer_id: CustomerId) -> BillingTerms:
        """On which terms a customer is invoiced; the usual ones, with version 0, until they are changed.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer.
        """
        context = self._context
        context.require(Action.SEE_INVOICES)
        return terms_of(context, context.customer(customer_id).id)

    def change_terms(
        self,
        customer_id: CustomerId,
        *,
        version: int,
        invoice_per: InvoicePer | Unset = UNSET,
        lines_per: LinesPer | Unset = UNSET,
        payment_days: int | Unset | None = UNSET,
        vat: Vat | Unset | None = UNSET,
        rounding: RoundingPolicy | Unset = UNSET,
    ) -> BillingTerms:
        """Change those terms of a customer that are given; confirmed invoices stay as they are.

        Args:
            customer_id: The customer.
            version: Of the terms that were seen; 0 for the usual ones.
            invoice_per: One invoice for everything, per project, or per billing period.
            lines_per: One line per activity, per employee, or per item.
            payment_days: Within how many days; None for the seller's usual term.
            vat: The tax on everything; None for what follows from where seller and customer are.
            rounding: Of time; a project may have another, see `set_rounding`.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such customer.
            InvalidInput: Naming the field.
            Conflict: When somebody else changed them.
        """
        context = self._context
        context.require(Action.MANAGE_INVOICES)
        before = terms_of(context, context.customer(customer_id).id)
        check_version(before.version, version)
        terms = check_terms(
            evolve(
                before,
                invoice_per=either(invoice_per, before.invoice_per),
                lines_per=either(lines_per, before.lines_per),
                payment_days=either(payment_days, before.payment_days),
                vat=either(vat, before.vat),
                rounding=either(rounding, before.rounding),
                version=version + 1,
            )
        )
        context.uow.terms.put(terms)
        context.record(EventName.BILLING_TERMS_CHANGED, customer_id)
        return terms

    def rounding(self, project_id: ProjectId) -> RoundingPolicy:
        """How the time on a project is rounded when it is billed: its own way, else that of its customer.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such project.
        """
        context = self._context
        context.require(Action.SEE_INVOICES)
        project = context.project(project_id)
        of_customer = terms_of(context, project.customer_id).rounding
        return rounding_of(context, [project_id], of_customer)(project_id)

    def set_rounding(self, project_id: ProjectId, policy: RoundingPolicy | None) -> None:
        """Round the time on a project otherwise than that of its customer, or no longer.

        Args:
            project_id: The project.
            policy: How; None for the customer's way.

        Raises:
            Refused: For who is not a manager or an administrator.
            NotFound: When there is no such project.
            InvalidInput: Naming the part of the policy.
        """
        context = self._context
        context.require(Action.MANAGE_INVOICES)
        project = context.project(project_id)
        if policy is None:
            context.uow.roundings.remove_of([project.id])
        else:
            rounding = ProjectRounding(project.id, project.organization_id, check_rounding(policy))
            context.uow.roundings.put(rounding)
        context.record(EventName.PROJECT_ROUNDING_SET, project.id)

    def seller_profile(self) -> SellerProfile:
        """What stands on invoices about the seller; a copy of the billing details, with version 0, until it is changed.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_SELLER_PROFILE)
        return profile_of(self._context)

    def change_seller_profile(
        self,
        *,
        version: int,
        name: str | Unset = UNSET,
        address: Address | Unset = UNSET,
        vat_number: str | Unset = UNSET,
        company_number: str | Unset = UNSET,
        iban: str | Unset = UNSET,
        email: str | Unset = UNSET,
        phone: str | Unset = UNSET,
        contact_name: str | Unset = UNSET,
        payment_days: int | Unset = UNSET,
        vat_hundredths: int | Unset = UNSET,
        prefix: str | Unset = UNSET,
    ) -> SellerProfile:
        """Change what stands on invoices about the seller; confirmed invoices stay as they are.

        Args:
            version: Of the profile that was seen; 0 before the first change.
            name: The legal name.
            address: Of the seat.
            vat_number: Checked by the rule of the country.
            company_number: In the register of companies of the country.
            iban: Of the account on which is paid.
            email: From which invoices come.
            phone: Of the contact.
            contact_name: Whom to ask.
            payment_days: Within how many days is paid, where a customer has no other term.
            vat_hundredths: The usual rate in hundredths of a percent; 0 for who is exempt.
            prefix: Before the year in the number of an invoice, at most 10 characters.

        Raises:
            Refused: For who is not an administrator.
            InvalidInput: With a problem for every field that is wrong.
            Conflict: When somebody else changed it.
        """
        context = self._context
        context.require(Action.CHANGE_SELLER_PROFILE)
        before = profile_of(context)
        check_version(before.version, version)
        profile = check_profile(
            evolve(
                before,
                name=either(name, before.name),
                address=either(address, before.address),
                vat_number=either(vat_number, before.vat_number),
                company_number=either(company_number, before.company_number),
                iban=either(iban, before.iban),
                email=either(email, before.email),
                phone=either(phone, before.phone),
                contact_name=either(contact_name, before.contact_name),
                payment_days=either(payment_days, before.payment_days),
                vat_hundredths=either(vat_hundredths, before.vat_hundredths),
                prefix=either(prefix, before.prefix),
                version=version + 1,
            )
        )
        context.uow.seller_profiles.put(profile)
        context.record(EventName.SELLER_PROFILE_CHANGED, context.actor.organization_id)
        return profile


def terms_of(context: Context, customer_id: CustomerId) -> BillingTerms:
    """The terms of a customer, or the usual ones."""
    usual = BillingTerms(organization_id=context.actor.organization_id, customer_id=customer_id)
    return next(iter(context.uow.terms.of_customers([customer_id])), usual)


def rounding_of(
    context: Context, project_ids: Collection[ProjectId], of_customer: RoundingPolicy
) -> Callable[[ProjectId | None], RoundingPolicy]:
    """How the time on each of these projects is rounded, and time on none."""
    own = {each.project_id: each.rounding for each in context.uow.roundings.of_projects(project_ids)}
    return lambda project_id: of_customer if project_id is None else own.get(project_id, of_customer)


def profile_of(context: Context) -> SellerProfile:
    """The profile of the organization, or what it begins with."""
    organization = context.organization
    stored = context.uow.seller_profiles.find()
    details = context.uow.organizations.find_billing_details() if stored is None else None
    return stored or profile_from(details, organization.id, organization.name)
