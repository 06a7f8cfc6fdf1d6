"""Organizations, the people in them, and their customers."""

from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.access import Grant, Right
from worktraq.core.branding import Brand
from worktraq.core.chains import ApprovalChain
from worktraq.core.contacts import ContactPerson
from worktraq.core.customers import Customer, CustomerData, CustomerKind, CustomerStatus
from worktraq.core.identifiers import LANGUAGES
from worktraq.core.ids import ContactId, CustomerId, GrantId, OrganizationId, TeamId, UserId
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.organizations import BillingDetails, Organization, RegistrationAccess, Settings
from worktraq.core.pins import CustomerPin
from worktraq.core.users import MINUTES_PER_WEEK, Role, Team, User
from worktraq.testing.builders import a_grant
from worktraq.testing.firms import Firm, a_firm
from worktraq.testing.strategies.values import addresses, currencies, ids, instants, lines, mail_addresses, names

SOME_FIRM = a_firm()
_NO_TEXT = st.just("")
_POSTAL_CODES = {"NL": "1012 JS", "BE": "1000", "DE": "01067", "FR": "75001"}
_languages = st.sampled_from(("", *LANGUAGES))


@st.composite
def settings(draw: st.DrawFn) -> Settings:
    """Settings with every value in range."""
    due = draw(st.integers(1, 365))
    expiry = draw(st.integers(due, 365))
    reminders = draw(st.sets(st.integers(1, expiry), max_size=4))
    return Settings(
        language=draw(st.sampled_from(LANGUAGES)),
        time_zone=draw(st.sampled_from(("Europe/Amsterdam", "UTC", "America/New_York", "Pacific/Apia"))),
        week_start=draw(st.integers(1, 7)),
        currency=draw(currencies()),
        chain=draw(st.sampled_from(ApprovalChain)),
        allows_self_approval=draw(st.booleans()),
        requires_comment=draw(st.booleans()),
        settling_days=draw(st.integers(0, 90)),
        due_days=due,
        reminder_days=tuple(sorted(reminders)),
        expiry_days=expiry,
        escalation_days=draw(st.integers(0, 365)),
        registration_access=draw(st.sampled_from(RegistrationAccess)),
        invitation_days=draw(st.integers(1, 365)),
    )


def organizations() -> st.SearchStrategy[Organization]:
    """New organizations."""
    return st.builds(Organization, ids().map(OrganizationId), names(), settings())


def billing_details(firm: Firm = SOME_FIRM) -> st.SearchStrategy[BillingDetails]:
    """First billing details of a firm."""
    vat_numbers = st.sampled_from(("", "NL004495445B01"))
    emails = st.one_of(_NO_TEXT, mail_addresses())
    fitting = addresses().map(lambda address: evolve(address, postal_code=_POSTAL_CODES.get(address.country, "")))
    return st.builds(BillingDetails, st.just(firm.id), names(), fitting, vat_numbers, emails)


def users(firm: Firm = SOME_FIRM) -> st.SearchStrategy[User]:
    """New users."""
    return st.builds(
        User,
        id=ids().map(UserId),
        organization_id=st.just(firm.id),
        name=names(),
        email=mail_addresses(),
        role=st.sampled_from(Role),
        is_active=st.booleans(),
        language=_languages,
        registration_access=st.sampled_from(RegistrationAccess),
        external_id=lines(100),
        contract_minutes_per_week=st.one_of(st.none(), st.integers(1, MINUTES_PER_WEEK)),
    )


def invitations(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Invitation]:
    """Invitations of the firm's users, in every status."""
    user_ids = [user.id for user in firm.users]
    return st.builds(
        Invitation,
        user_id=st.sampled_from(user_ids),
        organization_id=st.just(firm.id),
        status=st.sampled_from(InvitationStatus),
        key_name=names(),
        token_number=st.integers(1, 1000),
        token_hash=st.binary(min_size=32, max_size=32),
        invited_by=st.one_of(st.none(), st.sampled_from(user_ids), ids().map(UserId)),
        sent_at=instants(),
        expires_at=instants(),
        since=instants(),
    )


def teams(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Team]:
    """New teams of users of the firm, empty ones included."""
    member_ids = st.sets(st.sampled_from([user.id for user in firm.users])).map(lambda chosen: tuple(sorted(chosen)))
    return st.builds(Team, ids().map(TeamId), st.just(firm.id), names(), member_ids)


def grants(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Grant]:
    """Rights of users and teams on customers and projects."""
    things = st.sampled_from((*firm.customers, *firm.projects))
    built = st.builds(a_grant, st.sampled_from(Right), things, st.sampled_from((*firm.users, firm.team)))
    return st.builds(
        lambda grant_id, grant: Grant(
            grant_id,
            grant.organization_id,
            grant.right,
            grant.customer_id,
            grant.project_id,
            grant.user_id,
            grant.team_id,
        ),
        ids().map(GrantId),
        built,
    )


@st.composite
def _customer_data(draw: st.DrawFn) -> CustomerData:
    kind = draw(st.sampled_from(CustomerKind))
    is_business = kind is CustomerKind.BUSINESS
    return CustomerData(
        kind=kind,
        company_name=draw(names() if is_business else st.one_of(_NO_TEXT, names())),
        first_name=draw(_NO_TEXT if is_business else names()),
        last_name=draw(_NO_TEXT if is_business else names()),
        number=draw(lines(40)),
        email=draw(st.one_of(_NO_TEXT, mail_addresses())),
        invoice_email=draw(st.one_of(_NO_TEXT, mail_addresses())),
        address=draw(addresses()),
        vat_number=draw(st.sampled_from(("", "NL004495445B01"))),
        company_number=draw(st.sampled_from(("", "27312152"))),
        iban=draw(st.sampled_from(("", "NL91ABNA0417164300"))),
        language=draw(_languages),
        currency=draw(st.one_of(_NO_TEXT, currencies())),
        buyer_reference=draw(lines(200)),
        chain=draw(st.one_of(st.none(), st.sampled_from(ApprovalChain))),
    )


def customers(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Customer]:
    """New customers, businesses and private persons; never the internal one, of which there is one."""
    return st.builds(
        Customer, ids().map(CustomerId), st.just(firm.id), _customer_data(), st.sampled_from(CustomerStatus)
    )


def contacts(firm: Firm = SOME_FIRM) -> st.SearchStrategy[ContactPerson]:
    """New contact persons at some or none of the firm's customers."""
    customer_ids = st.sets(st.sampled_from([customer.id for customer in firm.customers]))
    return st.builds(
        ContactPerson,
        id=ids().map(ContactId),
        organization_id=st.just(firm.id),
        name=names(),
        email=st.one_of(_NO_TEXT, mail_addresses()),
        phone=lines(40),
        language=_languages,
        customer_ids=customer_ids.map(lambda chosen: tuple(sorted(chosen))),
        is_ended=st.booleans(),
    )


def brands(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Brand]:
    """First brands, with or without a colour and a logo; the logo is any bytes, which stores do not look at."""
    logos = st.one_of(
        st.just((b"", "")),
        st.tuples(st.binary(min_size=1, max_size=200), st.sampled_from(("image/png", "image/jpeg"))),
    )
    colours = st.one_of(_NO_TEXT, st.from_regex("#[0-9a-f]{6}", fullmatch=True))
    return st.builds(lambda colour, logo: Brand(firm.id, colour, logo[0], logo[1], version=1), colours, logos)


def pins(firm: Firm = SOME_FIRM) -> st.SearchStrategy[CustomerPin]:
    """First PINs of the firm's customers, tried or locked already."""
    return st.builds(
        CustomerPin,
        customer_id=st.sampled_from([customer.id for customer in firm.customers]),
        organization_id=st.just(firm.id),
        salt=st.binary(min_size=32, max_size=32),
        hash=st.binary(min_size=32, max_size=32),
        failures=st.integers(0, 5),
        locked_until=st.one_of(st.none(), instants()),
    )
