"""Invoices, the terms on which they are made, and instalments."""

from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.ids import InstalmentId, InvoiceId, ItemId
from worktraq.core.instalments import Instalment
from worktraq.core.invoices import (
    HandOver,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceStatus,
    LineKind,
    Party,
)
from worktraq.core.proposals import InvoiceProposal, spanning, totals_of
from worktraq.core.rounding import ROUNDING_STEPS, RoundedPer, RoundingPolicy, RoundingWay
from worktraq.core.terms import BillingTerms, InvoicePer, LinesPer, ProjectRounding, SellerProfile
from worktraq.core.vat import Vat, VatCategory
from worktraq.testing.bills import an_invoice
from worktraq.testing.firms import Firm
from worktraq.testing.strategies.people import SOME_FIRM
from worktraq.testing.strategies.values import (
    addresses,
    amounts,
    currencies,
    dates,
    ids,
    instants,
    lines,
    mail_addresses,
    names,
    notes,
    periods,
    rates,
)

_MOST_MINUTES = 10_000_000
_SOME_INVOICE = an_invoice(SOME_FIRM.customer)
_NO_TEXT = st.just("")
_VAT_NUMBERS = st.sampled_from(("", "NL004495445B01"))
_COMPANY_NUMBERS = st.sampled_from(("", "27312152", "00000001003214345000"))
_IBANS = st.sampled_from(("", "NL91ABNA0417164300"))
_MAILS = st.one_of(_NO_TEXT, mail_addresses())


def roundings() -> st.SearchStrategy[RoundingPolicy]:
    """Every way of rounding time."""
    return st.builds(
        RoundingPolicy, st.sampled_from(RoundedPer), st.sampled_from(ROUNDING_STEPS), st.sampled_from(RoundingWay)
    )


def vats() -> st.SearchStrategy[Vat]:
    """Taxes of every category, with a reason or without."""
    untaxed = st.sampled_from([each for each in VatCategory if each is not VatCategory.STANDARD])
    return st.one_of(
        st.builds(Vat, st.just(VatCategory.STANDARD), st.integers(1, 10_000), lines()),
        st.builds(Vat, untaxed, st.just(0), lines()),
    )


def billing_terms(firm: Firm = SOME_FIRM) -> st.SearchStrategy[BillingTerms]:
    """First terms of the firm's customers."""
    return st.builds(
        BillingTerms,
        organization_id=st.just(firm.id),
        customer_id=st.sampled_from([customer.id for customer in firm.customers]),
        invoice_per=st.sampled_from(InvoicePer),
        lines_per=st.sampled_from(LinesPer),
        payment_days=st.one_of(st.none(), st.integers(0, 365)),
        vat=st.one_of(st.none(), vats()),
        rounding=roundings(),
        version=st.just(1),
    )


def seller_profiles(firm: Firm = SOME_FIRM) -> st.SearchStrategy[SellerProfile]:
    """First profiles of the firm."""
    return st.builds(
        SellerProfile,
        organization_id=st.just(firm.id),
        name=names(),
        address=addresses(),
        vat_number=_VAT_NUMBERS,
        company_number=_COMPANY_NUMBERS,
        iban=_IBANS,
        email=_MAILS,
        phone=lines(40),
        contact_name=lines(200),
        payment_days=st.integers(0, 365),
        vat_hundredths=st.integers(0, 10_000),
        prefix=lines(10),
        version=st.just(1),
    )


def project_roundings(firm: Firm = SOME_FIRM) -> st.SearchStrategy[ProjectRounding]:
    """How the time on the firm's projects is rounded."""
    project_ids = st.sampled_from([project.id for project in firm.projects])
    return st.builds(ProjectRounding, project_ids, st.just(firm.id), roundings())


@st.composite
def instalments(draw: st.DrawFn, firm: Firm = SOME_FIRM) -> Instalment:
    """Instalments of the firm's projects, billed or not."""
    project = draw(st.sampled_from(firm.projects))
    return Instalment(
        id=draw(ids().map(InstalmentId)),
        organization_id=firm.id,
        customer_id=project.customer_id,
        project_id=project.id,
        due_on=draw(dates()),
        amount=draw(amounts(least=1)),
        description=draw(lines()),
        invoice_id=draw(st.one_of(st.none(), ids().map(InvoiceId))),
    )


def parties() -> st.SearchStrategy[Party]:
    """Sellers and buyers, known by everything or by little more than a name."""
    return st.builds(
        Party,
        name=names(),
        address=addresses(),
        vat_number=_VAT_NUMBERS,
        company_number=_COMPANY_NUMBERS,
        email=_MAILS,
        phone=lines(40),
        contact_name=lines(200),
        iban=_IBANS,
        reference=lines(200),
    )


@st.composite
def invoice_lines(draw: st.DrawFn, currency: str = "EUR", firm: Firm = SOME_FIRM) -> InvoiceLine:
    """Lines of every kind; what is billed is any items, which exist nowhere."""
    kind = draw(st.sampled_from(LineKind))
    project = draw(st.one_of(st.none(), st.sampled_from(firm.projects)))
    is_time, is_instalment = kind is LineKind.TIME, kind is LineKind.INSTALMENT
    return InvoiceLine(
        number=1,
        kind=kind,
        text=draw(notes().filter(bool)),
        project_id=project.id if project else None,
        project_name=project.name if project else "",
        user_id=draw(st.sampled_from((None, *(user.id for user in firm.users)))),
        period=None if is_instalment else draw(periods()),
        raw_minutes=draw(st.integers(0, _MOST_MINUTES)) if is_time else 0,
        minutes=draw(st.integers(0, _MOST_MINUTES)) if is_time else 0,
        rate=draw(rates(currency)) if is_time else None,
        net=draw(amounts(currency, least=0)),
        items_value=draw(amounts(currency, least=0)),
        vat=draw(vats()),
        item_ids=() if is_instalment else tuple(draw(st.lists(ids().map(ItemId), max_size=3, unique=True))),
        instalment_id=draw(ids().map(InstalmentId)) if is_instalment else None,
    )


@st.composite
def _numbered_lines(draw: st.DrawFn, currency: str, firm: Firm) -> tuple[InvoiceLine, ...]:
    drawn = draw(st.lists(invoice_lines(currency, firm), min_size=1, max_size=3, unique_by=_billed))
    return tuple(evolve(line, number=number) for number, line in enumerate(drawn, start=1))


def _billed(line: InvoiceLine) -> object:
    return line.item_ids[:1] or line.instalment_id or line.text


@st.composite
def proposals(draw: st.DrawFn, firm: Firm = SOME_FIRM) -> InvoiceProposal:
    """Proposals to the firm's customers, of any lines."""
    currency = draw(currencies())
    drawn = draw(_numbered_lines(currency, firm))
    version = st.integers(1, 9)
    return InvoiceProposal(
        organization_id=firm.id,
        customer_id=draw(st.sampled_from(firm.customers)).id,
        currency=currency,
        lines=drawn,
        item_versions=tuple((item_id, draw(version)) for line in drawn for item_id in line.item_ids),
        instalment_versions=tuple((line.instalment_id, draw(version)) for line in drawn if line.instalment_id),
        note=draw(notes()),
        waive_reason=draw(notes()),
    )


@st.composite
def invoices(draw: st.DrawFn, firm: Firm = SOME_FIRM) -> Invoice:
    """Invoices and credit notes of the firm; their sums are those of their lines."""
    currency = draw(currencies())
    drawn = draw(_numbered_lines(currency, firm))
    is_credit_note = draw(st.booleans())
    return Invoice(
        id=draw(ids().map(InvoiceId)),
        organization_id=firm.id,
        kind=InvoiceKind.CREDIT_NOTE if is_credit_note else InvoiceKind.INVOICE,
        count=draw(st.integers(1, 9_999_999)),
        number=draw(lines(40).filter(bool)),
        issued_on=draw(dates()),
        due_on=draw(dates()),
        customer_id=draw(st.sampled_from(firm.customers)).id,
        seller=draw(parties()),
        buyer=draw(parties()),
        currency=currency,
        language=draw(st.sampled_from(("nl", "en", "fr", "de"))),
        period=spanning(drawn),
        lines=drawn,
        totals=totals_of(drawn, currency),
        note=draw(notes()),
        corrects_id=draw(ids().map(InvoiceId)) if is_credit_note else None,
        corrects_number=draw(lines(40)) if is_credit_note else "",
        corrects_issued_on=draw(dates()) if is_credit_note else None,
        status=draw(st.sampled_from(InvoiceStatus)),
        confirmed_at=draw(instants()),
    )


def hand_overs(invoice: Invoice = _SOME_INVOICE) -> st.SearchStrategy[HandOver]:
    """That an invoice was handed over."""
    external_ids = lines().filter(bool)
    return st.builds(HandOver, st.just(invoice.id), st.just(invoice.organization_id), instants(), external_ids)
