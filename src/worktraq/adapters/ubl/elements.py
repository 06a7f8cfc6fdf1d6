"""Elements of a UBL document: nested, never empty, with exact numbers."""

from decimal import Decimal

from lxml import etree

from worktraq.core.money import Money, currency_digits
from worktraq.core.vat import Vat, VatCategory

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"

Element = etree._Element  # noqa: SLF001  # lxml gives the class of its elements no public name


def group(parent: Element, name: str) -> Element:
    """An element that holds others; what is put into it comes in the order that the schema wants."""
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def leaf(parent: Element, name: str, value: str, **attributes: str) -> None:
    """An element with a text; none at all for an empty one, which UBL does not allow."""
    if value:
        element = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
        element.text = value


def amount(parent: Element, name: str, money: Money) -> None:
    """An amount in the currency of the invoice."""
    leaf(parent, name, f"{money.amount:.{currency_digits(money.currency)}f}", currencyID=money.currency)


def number(value: Decimal) -> str:
    """A number as short as it can be written, without an exponent."""
    shortest = f"{value:f}"
    return shortest.rstrip("0").rstrip(".") if "." in shortest else shortest


def tax_category(parent: Element, name: str, vat: Vat, *, code: str = "", reason: str = "") -> None:
    """A category of tax; outside the scope of the tax it has no rate."""
    category = group(parent, name)
    leaf(category, "ID", vat.category.value)
    if vat.category is not VatCategory.OUTSIDE:
        leaf(category, "Percent", number(Decimal(vat.hundredths) / 100))
    leaf(category, "TaxExemptionReasonCode", code)
    leaf(category, "TaxExemptionReason", reason)
    leaf(group(category, "TaxScheme"), "ID", "VAT")
