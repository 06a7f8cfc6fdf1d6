"""Invoices as UBL documents."""

from base64 import b64decode
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from worktraq.adapters.ubl import ubl_of
from worktraq.core.calendar import Period
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, LineKind, Party
from worktraq.core.money import Money, Rate, currency_digits, value_of_time
from worktraq.core.notifications import Attachment
from worktraq.core.organizations import Address
from worktraq.core.proposals import totals_of
from worktraq.core.vat import Vat, VatCategory
from worktraq.errors import InvalidInput
from worktraq.testing.bills import a_line, an_invoice
from worktraq.testing.builders import a_time_entry
from worktraq.testing.contracts.invoice_sink import a_whole_invoice
from worktraq.testing.firms import a_firm

FIRM = a_firm()
SPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
REVERSE, OUTSIDE = Vat(VatCategory.REVERSE_CHARGE, 0), Vat(VatCategory.OUTSIDE, 0)
LOW = Vat(VatCategory.STANDARD, 900)
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
BELGIAN = Party(
    name="Boulangerie S.A.",
    address=Address("Rue Haute 1", "1000", "Bruxelles", "BE"),
    vat_number="BE0428759497",
    company_number="0428759497",
    email="ap@boulangerie.example",
)


class Document:
    """A UBL document, read back."""

    def __init__(self, invoice: Invoice, attachments: Sequence[Attachment] = ()) -> None:
        self.root = etree.fromstring(ubl_of(invoice, attachments))

    def texts(self, path: str) -> list[str]:
        """The texts at a path, in order."""
        return [str(each.text) for each in self.root.iterfind(path, SPACES)]

    def text(self, path: str) -> str:
        """The only text at a path."""
        (found,) = self.texts(path)
        return found

    def numbers(self, path: str) -> list[Decimal]:
        """The numbers at a path."""
        return [Decimal(each) for each in self.texts(path)]

    def number(self, path: str) -> Decimal:
        """The only number at a path."""
        return Decimal(self.text(path))

    def attribute(self, path: str, name: str) -> list[str | None]:
        """An attribute of everything at a path."""
        return [each.get(name) for each in self.root.iterfind(path, SPACES)]


def with_lines(invoice: Invoice, *lines: InvoiceLine, currency: str = "EUR") -> Invoice:
    """The invoice with other lines, and their sums."""
    numbered = tuple(evolve(line, number=number) for number, line in enumerate(lines, start=1))
    return evolve(invoice, lines=numbered, totals=totals_of(numbered, currency), currency=currency)


def time(minutes: int = 90, rate: str = "95.00", vat: Vat = Vat(), currency: str = "EUR") -> InvoiceLine:
    """A line of time."""
    line = a_line(a_time_entry(FIRM.activity, minutes=minutes), rate=Rate(rate, currency), project=FIRM.project)
    return evolve(line, vat=vat)


def expense(amount: str = "12.50", vat: Vat = Vat(), currency: str = "EUR") -> InvoiceLine:
    """A line of an expense, on no project."""
    value = Money(amount, currency)
    return InvoiceLine(number=1, kind=LineKind.EXPENSE, text="Parking", net=value, items_value=value, vat=vat)


def to(buyer: Party, *lines: InvoiceLine) -> Invoice:
    """An invoice to somebody."""
    return with_lines(evolve(a_whole_invoice(), buyer=buyer), *lines)


@pytest.mark.requirement("L-11")
def test_document_has_the_mandatory_terms() -> None:
    """Of Peppol BIS Billing 3.0, in the order of the schema."""
    document = Document(a_whole_invoice())
    assert etree.QName(document.root).localname == "Invoice"
    assert document.text("cbc:CustomizationID") == PEPPOL
    assert document.text("cbc:ProfileID") == "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    assert (document.text("cbc:ID"), document.text("cbc:InvoiceTypeCode")) == ("2026-0001", "380")
    assert (document.text("cbc:IssueDate"), document.text("cbc:DueDate")) == ("2026-10-05", "2026-11-04")
    assert (document.text("cbc:DocumentCurrencyCode"), document.text("cbc:BuyerReference")) == ("EUR", "PO-17")
    assert document.text("cac:InvoicePeriod/cbc:EndDate") == "2026-10-31"
    assert document.text("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID") == "NL91ABNA0417164300"
    assert (
        document.text("cac:PaymentMeans/cbc:PaymentMeansCode"),
        document.text("cac:PaymentMeans/cbc:PaymentID"),
    ) == (
        "58",
        "2026-0001",
    )
    assert "4 november 2026" in document.text("cac:PaymentTerms/cbc:Note")
    names = [etree.QName(each).localname for each in document.root]
    assert names.index("AccountingSupplierParty") < names.index("AccountingCustomerParty") < names.index("TaxTotal")
    assert names.index("TaxTotal") < names.index("LegalMonetaryTotal") < names.index("InvoiceLine")


def test_same_invoice_gives_the_same_bytes() -> None:
    """In UTF-8; nothing in it is empty, which UBL does not allow."""
    invoice = a_whole_invoice()
    content = ubl_of(invoice)
    assert content == ubl_of(invoice)
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert all(len(each) or (each.text or "").strip() for each in etree.fromstring(content).iter())


@pytest.mark.parametrize(
    ("party", "scheme", "address"),
    [
        (evolve(a_whole_invoice().buyer), "0106", "30123456"),
        (evolve(a_whole_invoice().buyer, company_number="00000001003214345000"), "0190", "00000001003214345000"),
        (BELGIAN, "0208", "0428759497"),
        (evolve(BELGIAN, company_number=""), "0208", "0428759497"),
        (evolve(a_whole_invoice().buyer, company_number="", vat_number="NL004495445B01"), "9944", "NL004495445B01"),
        (
            Party(
                name="Bäcker GmbH", address=Address("a", "b", "c", "DE"), vat_number="DE136695976", email="a@b.example"
            ),
            "9930",
            "DE136695976",
        ),
    ],
)
@pytest.mark.requirement("L-11")
def test_party_is_known_by_its_number(party: Party, scheme: str, address: str) -> None:
    """KvK and OIN in the Netherlands, the enterprise number in Belgium, the VAT number elsewhere."""
    vat = REVERSE if party.address.country != "NL" else Vat()
    document = Document(to(party, time(vat=vat)))
    path = "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID"
    assert (document.attribute(path, "schemeID"), document.text(path)) == ([scheme], address)
    entity = "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity"
    assert document.text(f"{entity}/cbc:RegistrationName") == party.name
    if party.company_number:
        assert document.attribute(f"{entity}/cbc:CompanyID", "schemeID") == [scheme]
    assert document.text("cbc:CustomizationID") == PEPPOL


@pytest.mark.requirement("L-11")
def test_private_person_gets_a_plain_european_invoice() -> None:
    """Nobody reaches a person on Peppol, so the document does not claim to be for it."""
    person = Party(name="Piet Pietersen", address=Address("Laan 1", "1012 JS", "Amsterdam", "NL"), email="p@x.example")
    document = Document(to(person, time()))
    assert document.text("cbc:CustomizationID") == "urn:cen.eu:en16931:2017"
    assert document.texts("cbc:ProfileID") == []
    path = "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID"
    assert (document.attribute(path, "schemeID"), document.text(path)) == (["EM"], "p@x.example")
    assert document.text("cbc:BuyerReference") == "2026-0001"


@st.composite
def line_of(draw: st.DrawFn, currency: str = "EUR") -> InvoiceLine:
    """Lines of time and expenses, at two rates of tax."""
    vat = draw(st.sampled_from((Vat(), LOW)))
    if draw(st.booleans()):
        rate = Rate.from_ten_thousandths(draw(st.integers(0, 5_000_000)), currency)
        return time(draw(st.integers(1, 1440)), str(rate.amount), vat, currency)
    minor = draw(st.integers(0, 1_000_000))
    return expense(str(Money.from_minor(minor, currency).amount), vat, currency)


@pytest.mark.requirement("L-11")
@given(st.lists(line_of(), min_size=1, max_size=6))
def test_sums_add_up(lines: list[InvoiceLine]) -> None:
    """Lines, breakdown of the tax, and what is to be paid; quantity times price is what each line says."""
    document = Document(with_lines(a_whole_invoice(), *lines))
    totals = "cac:LegalMonetaryTotal/cbc:"
    net = document.number(f"{totals}LineExtensionAmount")
    assert net == sum(document.numbers("cac:InvoiceLine/cbc:LineExtensionAmount"))
    assert net == document.number(f"{totals}TaxExclusiveAmount")
    tax = document.number("cac:TaxTotal/cbc:TaxAmount")
    taxed = document.numbers("cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount")
    taxes = document.numbers("cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount")
    percents = document.numbers("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent")
    assert (sum(taxed), sum(taxes)) == (net, tax)
    for base, amount, percent in zip(taxed, taxes, percents, strict=True):
        assert amount == (base * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    payable = document.number(f"{totals}PayableAmount")
    assert payable == document.number(f"{totals}TaxInclusiveAmount") == net + tax
    for line in document.root.iterfind("cac:InvoiceLine", SPACES):
        check_line(line, Decimal("0.01"))


def check_line(line: etree._Element, unit: Decimal) -> None:
    """That quantity, price and amount of a line fit."""

    def number(path: str, otherwise: str = "") -> Decimal:
        return Decimal(line.findtext(path, otherwise, SPACES))

    price, per = number("cac:Price/cbc:PriceAmount"), number("cac:Price/cbc:BaseQuantity", "1")
    exact = number("cbc:InvoicedQuantity") * price / per
    assert number("cbc:LineExtensionAmount") == exact.quantize(unit, ROUND_HALF_UP)


@pytest.mark.requirement("L-11")
@pytest.mark.parametrize(
    ("minutes", "quantity", "unit", "per"),
    [
        (492, "8.2", "HUR", []),
        (90, "1.5", "HUR", []),
        (60, "1", "HUR", []),
        (3, "0.05", "HUR", []),
        (5, "5", "MIN", ["60"]),
        (61, "61", "MIN", ["60"]),
        (600, "10", "HUR", []),
    ],
)
def test_quantity_of_time_is_exact(minutes: int, quantity: str, unit: str, per: list[str]) -> None:
    """Hours where two decimals say it all, else minutes at the price of sixty of them."""
    document = Document(with_lines(a_whole_invoice(), time(minutes, "60.00")))
    assert document.text("cac:InvoiceLine/cbc:InvoicedQuantity") == quantity
    assert document.attribute("cac:InvoiceLine/cbc:InvoicedQuantity", "unitCode") == [unit]
    assert document.texts("cac:InvoiceLine/cac:Price/cbc:BaseQuantity") == per
    assert document.text("cac:InvoiceLine/cac:Price/cbc:PriceAmount") == "60.00"
    assert (
        document.number("cac:InvoiceLine/cbc:LineExtensionAmount") == value_of_time(minutes, Rate("60", "EUR")).amount
    )


def test_price_keeps_the_decimals_of_the_rate() -> None:
    """Four of them; those that say nothing are left out but for cents."""
    document = Document(with_lines(a_whole_invoice(), time(60, "95.1234"), time(60, "95.5")))
    assert document.texts("cac:InvoiceLine/cac:Price/cbc:PriceAmount") == ["95.1234", "95.50"]


def test_currency_without_decimals_has_none() -> None:
    """A line of time is given as all of its minutes at once, because a yen is too coarse for a price per hour."""
    assert currency_digits("JPY") == 0
    lines = (time(7, "12345.6789", currency="JPY"), expense("500", currency="JPY"))
    document = Document(with_lines(a_whole_invoice(), *lines, currency="JPY"))
    assert document.texts("cac:InvoiceLine/cbc:LineExtensionAmount") == ["1440", "500"]
    assert document.texts("cac:InvoiceLine/cac:Price/cbc:PriceAmount") == ["1440", "500"]
    assert document.text("cac:PaymentMeans/cbc:PaymentMeansCode") == "30"
    for line in document.root.iterfind("cac:InvoiceLine", SPACES):
        check_line(line, Decimal(1))


@pytest.mark.requirement("L-11")
def test_tax_is_reversed_inside_the_eu() -> None:
    """With the code and the words that say so, at 0 %."""
    document = Document(to(BELGIAN, time(vat=REVERSE)))
    category = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"
    assert (document.text(f"{category}/cbc:ID"), document.text(f"{category}/cbc:Percent")) == ("AE", "0")
    assert document.text(f"{category}/cbc:TaxExemptionReasonCode") == "VATEX-EU-AE"
    assert document.text(f"{category}/cbc:TaxExemptionReason")
    assert document.text("cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory/cbc:ID") == "AE"
    assert document.number("cac:TaxTotal/cbc:TaxAmount") == 0
    path = "cac:AccountingCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"
    assert document.text(path) == "BE0428759497"


def test_what_is_outside_the_scope_shows_no_tax() -> None:
    """Neither a rate nor the VAT number of anybody."""
    american = Party(name="Bakery Inc.", address=Address("1 Main St", "10001", "New York", "US"), email="ap@x.example")
    document = Document(to(american, time(vat=OUTSIDE)))
    assert document.texts(".//cbc:Percent") == []
    assert document.texts(".//cac:PartyTaxScheme/cbc:CompanyID") == []
    assert document.text("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReasonCode") == "VATEX-EU-O"


@pytest.mark.parametrize(
    ("category", "says"), [(VatCategory.EXEMPT, True), (VatCategory.EXPORT, True), (VatCategory.ZERO, False)]
)
def test_reason_for_no_tax_is_given(category: VatCategory, *, says: bool) -> None:
    """A seller's own words come first; zero-rated goods need none."""
    path = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason"
    buyer = a_whole_invoice().buyer
    assert len(Document(to(buyer, time(vat=Vat(category, 0)))).texts(path)) == says
    if says:
        assert Document(to(buyer, time(vat=Vat(category, 0, "Article 11")))).text(path) == "Article 11"


@pytest.mark.requirement("L-11")
def test_credit_note_refers_to_its_invoice() -> None:
    """Positive amounts in a document of its own kind; nothing is to be paid."""
    invoice = a_whole_invoice()
    note = evolve(
        invoice,
        kind=InvoiceKind.CREDIT_NOTE,
        number="2026-0002",
        corrects_number=invoice.number,
        corrects_issued_on=invoice.issued_on,
        note="Wrong address",
    )
    document = Document(note)
    assert etree.QName(document.root).localname == "CreditNote"
    assert document.text("cbc:CreditNoteTypeCode") == "381"
    reference = "cac:BillingReference/cac:InvoiceDocumentReference"
    assert document.text(f"{reference}/cbc:ID") == "2026-0001"
    assert document.text(f"{reference}/cbc:IssueDate") == "2026-10-05"
    assert document.texts("cbc:DueDate") + document.texts("cac:PaymentMeans/cbc:PaymentID") == []
    assert document.text("cac:CreditNoteLine/cbc:CreditedQuantity") == "1.5"
    assert document.number("cac:LegalMonetaryTotal/cbc:PayableAmount") == invoice.totals.gross.amount
    without_date = Document(evolve(note, corrects_issued_on=None))
    assert without_date.texts(f"{reference}/cbc:IssueDate") == []


def test_documents_go_along_within_it() -> None:
    """Each with its name and kind, byte for byte."""
    content = b"%PDF-1.7 \x00\xff"
    document = Document(a_whole_invoice(), [Attachment("timesheet.pdf", "application/pdf", content)])
    path = "cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
    assert b64decode(document.text(path)) == content
    assert document.attribute(path, "mimeCode") == ["application/pdf"]
    assert document.attribute(path, "filename") == ["timesheet.pdf"]
    assert document.text("cac:AdditionalDocumentReference/cbc:ID") == "timesheet.pdf"


def test_lines_say_what_is_billed() -> None:
    """The project as name where there is one, else what kind of line it is; the days of the work."""
    loose = evolve(time(), project_id=None, project_name="", text="Eva")
    document = Document(with_lines(a_whole_invoice(), time(), loose, expense()))
    assert document.texts("cac:InvoiceLine/cac:Item/cbc:Name") == ["Advice", "Uren", "Onkosten"]
    assert document.texts("cac:InvoiceLine/cac:Item/cbc:Description") == ["Advice", "Eva", "Parking"]
    assert document.texts("cac:InvoiceLine/cac:InvoicePeriod/cbc:StartDate") == ["2026-10-01"] * 2
    instalment = evolve(expense("10.00"), kind=LineKind.INSTALMENT)
    alone = Document(evolve(with_lines(a_whole_invoice(), instalment), period=None))
    assert alone.texts("cac:InvoicePeriod/cbc:StartDate") == []


def test_words_are_in_the_language_of_the_invoice() -> None:
    """The terms of payment and the reasons."""
    notes = {
        Document(evolve(to(BELGIAN, time(vat=REVERSE)), language=language)).text("cac:PaymentTerms/cbc:Note")
        for language in ("nl", "en", "fr", "de")
    }
    assert len(notes) == 4


def missing(invoice: Invoice) -> list[str]:
    """The fields that an invoice lacks."""
    with pytest.raises(InvalidInput) as raised:
        ubl_of(invoice)
    assert {each.code for each in raised.value.problems} == {"invoice_incomplete"}
    return [each.field for each in raised.value.problems]


@pytest.mark.requirement("L-11")
def test_everything_that_is_missing_is_named() -> None:
    """Of both parties, at once."""
    nobody = Party(name="", address=Address())
    invoice = evolve(a_whole_invoice(), seller=nobody, buyer=nobody)
    assert missing(invoice) == [
        *("seller.name", "seller.country", "seller.email", "buyer.name", "buyer.country", "buyer.email"),
        *("seller.vat_number", "seller.iban"),
    ]
    at_home = Party(name="x", address=Address(country="NL"), email="x@y.example")
    assert missing(evolve(a_whole_invoice(), seller=at_home, buyer=at_home)) == [
        *("seller.street", "seller.postal_code", "seller.city", "buyer.street", "buyer.postal_code", "buyer.city"),
        *("seller.vat_number", "seller.iban"),
    ]


def test_what_is_missing_depends_on_the_tax() -> None:
    """A reversed charge needs the buyer's number; without a VAT number the seller is known by that of the company."""
    unknown = evolve(BELGIAN, vat_number="", company_number="")
    assert missing(to(unknown, time(vat=REVERSE))) == ["buyer.vat_number"]
    outside = to(BELGIAN, time(vat=OUTSIDE))
    assert missing(evolve(outside, seller=evolve(outside.seller, company_number=""))) == ["seller.company_number"]


GERMAN = Party(
    name="Berater GmbH",
    address=Address("Weg 1", "10115", "Berlin", "DE"),
    vat_number="DE136695976",
    email="rechnung@berater.example",
    phone="+49 30 123456",
    contact_name="Ada",
    iban="DE89370400440532013000",
)


def test_german_rules_count_between_germans() -> None:
    """They want somebody to ask, and where both parties are; a credit note has means of payment too."""
    buyer = evolve(GERMAN, name="Bäcker GmbH", address=Address(country="DE"), phone="", contact_name="", iban="")
    unknown = evolve(GERMAN, address=Address(country="DE"), phone="", contact_name="", email="")
    fields = ["postal_code", "city", "contact_name", "phone", "email"]
    assert missing(evolve(to(buyer, time()), seller=unknown)) == [
        *(f"seller.{field}" for field in fields),
        *("buyer.postal_code", "buyer.city"),
    ]
    invoice = evolve(to(evolve(buyer, address=GERMAN.address), time()), seller=GERMAN)
    note = evolve(invoice, kind=InvoiceKind.CREDIT_NOTE, corrects_number=invoice.number)
    codes = [Document(each).texts("cac:PaymentMeans/cbc:PaymentMeansCode") for each in (invoice, note)]
    assert codes == [["58"], ["1"]]
    abroad = evolve(note, buyer=BELGIAN)
    assert Document(abroad).texts("cac:PaymentMeans/cbc:PaymentMeansCode") == []


def test_nothing_to_pay_needs_no_account() -> None:
    """An invoice of nothing, and a credit note."""
    free = with_lines(a_whole_invoice(), time(60, "0"))
    note = evolve(a_whole_invoice(), kind=InvoiceKind.CREDIT_NOTE, corrects_number="2026-0001")
    for invoice in (free, note):
        document = Document(evolve(invoice, seller=evolve(invoice.seller, iban="")))
        assert document.texts("cac:PaymentMeans/cbc:PaymentMeansCode") == []


@pytest.mark.parametrize(
    ("invoice", "field", "code"),
    [
        (
            with_lines(a_whole_invoice(), expense("1.000", currency="BHD"), currency="BHD"),
            "currency",
            "invoice_currency",
        ),
        (to(BELGIAN, time(vat=OUTSIDE), time()), "vat", "invoice_vat_mixed"),
        (
            to(evolve(BELGIAN, address=Address("High Street 1", "SW1A 1AA", "London", "UK"))),
            "buyer.country",
            "country_unknown",
        ),
    ],
)
def test_what_no_such_document_can_hold_is_refused(invoice: Invoice, field: str, code: str) -> None:
    """More than two decimals, what is outside the scope of the tax beside anything else, and a country that is none."""
    with pytest.raises(InvalidInput) as raised:
        ubl_of(invoice)
    assert [(each.field, each.code) for each in raised.value.problems] == [(field, code)]


def test_builders_make_whole_invoices() -> None:
    """What the tests above begin with."""
    invoice = an_invoice(FIRM.customer, time(), issued_on=date(2026, 10, 31))
    assert invoice.period == Period.month(2026, 10)
