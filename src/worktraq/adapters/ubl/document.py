"""An invoice or credit note as a UBL 2.1 document (Peppol BIS Billing 3.0, EN 16931)."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from lxml import etree

from worktraq.adapters.ubl.checking import check_complete, is_within_germany
from worktraq.adapters.ubl.elements import CAC, CBC, Element, amount, group, leaf, number, tax_category
from worktraq.adapters.ubl.parties import is_on_peppol, put_party
from worktraq.core.calendar import Period
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, LineKind
from worktraq.core.money import currency_digits
from worktraq.core.notifications import Attachment
from worktraq.core.vat import VatCategory, VatShare
from worktraq.i18n import Translator, translator

_EUROPEAN = "urn:cen.eu:en16931:2017"
_PEPPOL = f"{_EUROPEAN}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_TYPE_CODES = {InvoiceKind.INVOICE: "380", InvoiceKind.CREDIT_NOTE: "381"}
_ROOTS = {InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT_NOTE: "CreditNote"}
_SEPA, _TRANSFER, _NOT_DEFINED = "58", "30", "1"
_EXEMPTION_CODES: Mapping[VatCategory, str] = {
    VatCategory.REVERSE_CHARGE: "VATEX-EU-AE",
    VatCategory.EXPORT: "VATEX-EU-G",
    VatCategory.OUTSIDE: "VATEX-EU-O",
}
_UNTAXED = (VatCategory.EXEMPT, *_EXEMPTION_CODES)
_MINUTES_PER_HOUR = 60
# Hours with at most two decimals: whatever is a multiple of 0.05 of an hour.
_EXACT_MINUTES = 3


def ubl_of(invoice: Invoice, attachments: Sequence[Attachment] = ()) -> bytes:
    """The invoice as a UBL document in UTF-8; the same bytes for the same arguments.

    It follows Peppol BIS Billing 3.0 where both parties can be reached on that network, which takes the number of a
    company or of its VAT; for anybody else, such as a private person, it follows EN 16931 and says so.

    Time is given in hours where these have two decimals at most, else in minutes at the price of sixty of them, so
    that quantity times price is exactly what the line rounds.

    Args:
        invoice: An invoice or a credit note.
        attachments: Documents that go along within it, such as the timesheet as PDF.

    Raises:
        InvalidInput: With every field that the rules of EN 16931 and Peppol want and the invoice does not have.
    """
    check_complete(invoice)
    speaker = translator(invoice.language)
    name = _ROOTS[invoice.kind]
    space = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    spaces: dict[str | None, str] = {None: space, "cac": CAC, "cbc": CBC}
    root = etree.Element(f"{{{space}}}{name}", nsmap=spaces)  # type: ignore[arg-type]  # its stubs forget the default namespace
    _put_head(root, invoice)
    _put_references(root, invoice, attachments)
    shows_vat = all(share.vat.category is not VatCategory.OUTSIDE for share in invoice.totals.shares)
    put_party(root, "AccountingSupplierParty", invoice.seller, shows_vat=shows_vat)
    put_party(root, "AccountingCustomerParty", invoice.buyer, shows_vat=shows_vat)
    _put_payment(root, invoice, speaker)
    _put_tax(root, invoice, speaker)
    _put_totals(root, invoice)
    for line in invoice.lines:
        _put_line(root, invoice, line, speaker)
    document: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return document


def _put_head(root: Element, invoice: Invoice) -> None:
    is_invoice = invoice.kind is InvoiceKind.INVOICE
    if is_on_peppol(invoice.seller) and is_on_peppol(invoice.buyer):
        leaf(root, "CustomizationID", _PEPPOL)
        leaf(root, "ProfileID", _PROFILE)
    else:
        leaf(root, "CustomizationID", _EUROPEAN)
    leaf(root, "ID", invoice.number)
    leaf(root, "IssueDate", invoice.issued_on.isoformat())
    if is_invoice:
        leaf(root, "DueDate", invoice.due_on.isoformat())
    leaf(root, f"{_ROOTS[invoice.kind]}TypeCode", _TYPE_CODES[invoice.kind])
    leaf(root, "Note", invoice.note)
    leaf(root, "DocumentCurrencyCode", invoice.currency)
    # One is mandatory, and who gave none has the number to refer to.
    leaf(root, "BuyerReference", invoice.buyer.reference or invoice.number)
    if invoice.period is not None:
        _put_period(root, invoice.period)


def _put_period(parent: Element, period: Period) -> None:
    element = group(parent, "InvoicePeriod")
    leaf(element, "StartDate", period.first.isoformat())
    leaf(element, "EndDate", (period.until - timedelta(days=1)).isoformat())


def _put_references(root: Element, invoice: Invoice, attachments: Sequence[Attachment]) -> None:
    if invoice.corrects_number:
        reference = group(group(root, "BillingReference"), "InvoiceDocumentReference")
        leaf(reference, "ID", invoice.corrects_number)
        if invoice.corrects_issued_on is not None:
            leaf(reference, "IssueDate", invoice.corrects_issued_on.isoformat())
    for attachment in attachments:
        reference = group(root, "AdditionalDocumentReference")
        leaf(reference, "ID", attachment.name)
        content = b64encode(attachment.content).decode("ascii")
        kind = {"mimeCode": attachment.media_type, "filename": attachment.name}
        leaf(group(reference, "Attachment"), "EmbeddedDocumentBinaryObject", content, **kind)


def _put_payment(root: Element, invoice: Invoice, speaker: Translator) -> None:
    if invoice.kind is InvoiceKind.INVOICE and invoice.seller.iban:
        means = group(root, "PaymentMeans")
        leaf(means, "PaymentMeansCode", _SEPA if invoice.currency == "EUR" else _TRANSFER)
        leaf(means, "PaymentID", invoice.number)
        account = group(means, "PayeeFinancialAccount")
        leaf(account, "ID", invoice.seller.iban)
        leaf(account, "Name", invoice.seller.name)
    elif is_within_germany(invoice):  # where one is mandatory, also when nothing is to be paid
        leaf(group(root, "PaymentMeans"), "PaymentMeansCode", _NOT_DEFINED)
    words = "invoice.payment_terms" if invoice.kind is InvoiceKind.INVOICE else "invoice.credit_terms"
    leaf(group(root, "PaymentTerms"), "Note", speaker.message(words, due_on=invoice.due_on.isoformat()))


def _put_tax(root: Element, invoice: Invoice, speaker: Translator) -> None:
    total = group(root, "TaxTotal")
    amount(total, "TaxAmount", invoice.totals.tax)
    for share in invoice.totals.shares:
        part = group(total, "TaxSubtotal")
        amount(part, "TaxableAmount", share.net)
        amount(part, "TaxAmount", share.tax)
        code = _EXEMPTION_CODES.get(share.vat.category, "")
        tax_category(part, "TaxCategory", share.vat, code=code, reason=_reason(share, speaker))


def _reason(share: VatShare, speaker: Translator) -> str:
    if share.vat.category not in _UNTAXED:
        return ""
    return share.vat.reason or speaker.message(f"vat_category.{share.vat.category.name.lower()}")


def _put_totals(root: Element, invoice: Invoice) -> None:
    totals = group(root, "LegalMonetaryTotal")
    amount(totals, "LineExtensionAmount", invoice.totals.net)
    amount(totals, "TaxExclusiveAmount", invoice.totals.net)
    amount(totals, "TaxInclusiveAmount", invoice.totals.gross)
    amount(totals, "PayableAmount", invoice.totals.gross)


def _put_line(root: Element, invoice: Invoice, line: InvoiceLine, speaker: Translator) -> None:
    is_invoice = invoice.kind is InvoiceKind.INVOICE
    element = group(root, f"{_ROOTS[invoice.kind]}Line")
    quantity, unit, price, per = _quantity(line)
    leaf(element, "ID", str(line.number))
    leaf(element, "InvoicedQuantity" if is_invoice else "CreditedQuantity", number(quantity), unitCode=unit)
    amount(element, "LineExtensionAmount", line.net)
    if line.period is not None and invoice.period is not None:
        _put_period(element, line.period)
    item = group(element, "Item")
    leaf(item, "Description", line.text)
    leaf(item, "Name", line.project_name or speaker.message(f"line_kind.{line.kind.value}"))
    tax_category(item, "ClassifiedTaxCategory", line.vat)
    of_price = group(element, "Price")
    leaf(of_price, "PriceAmount", _price(price, line), currencyID=line.net.currency)
    if per != 1:
        leaf(of_price, "BaseQuantity", number(per), unitCode=unit)


def _quantity(line: InvoiceLine) -> tuple[Decimal, str, Decimal, Decimal]:
    """Quantity, unit, price and the quantity that the price is for."""
    if line.kind is not LineKind.TIME or line.rate is None:
        return Decimal(1), "C62", line.net.amount, Decimal(1)
    if not currency_digits(line.net.currency) and line.minutes:
        # Rounded to whole units, the line is further from minutes times rate than the rules bear.
        return Decimal(line.minutes), "MIN", line.net.amount, Decimal(line.minutes)
    if line.minutes % _EXACT_MINUTES == 0:
        return Decimal(line.minutes) / _MINUTES_PER_HOUR, "HUR", line.rate.amount, Decimal(1)
    return Decimal(line.minutes), "MIN", line.rate.amount, Decimal(_MINUTES_PER_HOUR)


def _price(price: Decimal, line: InvoiceLine) -> str:
    """At least with the decimals of the currency, more only where they say something."""
    least = currency_digits(line.net.currency)
    shortest = number(price)
    decimals = len(shortest.partition(".")[2])
    return shortest if decimals >= least else f"{price:.{least}f}"
