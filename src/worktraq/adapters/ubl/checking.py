"""What an invoice needs before it can be a UBL file: by EN 16931, Peppol, and the Dutch and German rules."""

from collections.abc import Iterable, Iterator

from worktraq.adapters.ubl.countries import COUNTRY_CODES
from worktraq.adapters.ubl.parties import endpoint
from worktraq.core.invoices import Invoice, InvoiceKind, Party
from worktraq.core.money import currency_digits
from worktraq.core.vat import VatCategory
from worktraq.errors import InvalidInput, Problem

_MOST_DIGITS = 2


def check_complete(invoice: Invoice) -> None:
    """That an invoice has everything that the rules want.

    Raises:
        InvalidInput: With ``invoice_incomplete`` for every field that is missing, such as ``seller.iban``;
            ``country_unknown`` for what is no code of a country; ``invoice_currency`` for a currency with more than
            two decimals; ``invoice_vat_mixed`` where something outside the scope of the tax stands beside something
            else.
    """
    problems = [Problem(field, "invoice_incomplete") for field in dict.fromkeys(_missing(invoice))]
    for role, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        if party.address.country and party.address.country not in COUNTRY_CODES:
            problems.append(Problem(f"{role}.country", "country_unknown"))
    if currency_digits(invoice.currency) > _MOST_DIGITS:
        problems.append(Problem("currency", "invoice_currency"))
    categories = {share.vat.category for share in invoice.totals.shares}
    if VatCategory.OUTSIDE in categories and len(invoice.totals.shares) > 1:
        problems.append(Problem("vat", "invoice_vat_mixed"))
    if problems:
        raise InvalidInput(problems)


def _missing(invoice: Invoice) -> Iterator[str]:
    seller, buyer = invoice.seller, invoice.buyer
    categories = {share.vat.category for share in invoice.totals.shares}
    yield from _missing_of("seller", seller)
    yield from _missing_of("buyer", buyer)
    if seller.address.country == "NL":
        yield from _missing_address("seller", seller)
        if buyer.address.country == "NL":
            yield from _missing_address("buyer", buyer)
    if is_within_germany(invoice):
        yield from _missing_in_germany(seller, buyer)
    if categories - {VatCategory.OUTSIDE} and not seller.vat_number:
        yield "seller.vat_number"
    if VatCategory.REVERSE_CHARGE in categories and not (buyer.vat_number or buyer.company_number):
        yield "buyer.vat_number"
    if VatCategory.OUTSIDE in categories and not seller.company_number:
        yield "seller.company_number"  # without a VAT number there is nothing else to know the seller by
    if invoice.kind is InvoiceKind.INVOICE and invoice.totals.gross.minor > 0 and not seller.iban:
        yield "seller.iban"


def _missing_of(role: str, party: Party) -> Iterator[str]:
    if not party.name:
        yield f"{role}.name"
    if not party.address.country:
        yield f"{role}.country"
    if not endpoint(party)[1]:
        yield f"{role}.email"


def is_within_germany(invoice: Invoice) -> bool:
    """Whether the German rules count, which hold where both parties are there."""
    return invoice.seller.address.country == invoice.buyer.address.country == "DE"


def _missing_in_germany(seller: Party, buyer: Party) -> Iterator[str]:
    yield from _missing_address("seller", seller, ("postal_code", "city"))
    for part in ("contact_name", "phone", "email"):
        if not getattr(seller, part):
            yield f"seller.{part}"
    yield from _missing_address("buyer", buyer, ("postal_code", "city"))


def _missing_address(
    role: str, party: Party, parts: Iterable[str] = ("street", "postal_code", "city")
) -> Iterator[str]:
    for part in parts:
        if not getattr(party.address, part):
            yield f"{role}.{part}"
