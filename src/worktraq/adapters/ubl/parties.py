"""Seller and buyer of an invoice: what they are, and the numbers they are known by.

Schemes come from the lists of ISO 6523 and of electronic addresses (EAS) that EN 16931 and Peppol refer to.
"""

from collections.abc import Mapping

from worktraq.adapters.ubl.elements import Element, group, leaf
from worktraq.core.invoices import Party

_KVK = "0106"
_OIN = "0190"
_CBE = "0208"
_MAIL = "EM"
_VAT_SCHEMES: Mapping[str, str] = {
    country: scheme
    for listed in (
        {"AT": "9914", "BE": "9925", "BG": "9926", "CH": "9927", "CY": "9928", "CZ": "9929", "DE": "9930"},
        {"EE": "9931", "ES": "9920", "FR": "9957", "GB": "9932", "GR": "9933", "HR": "9934", "HU": "9910"},
        {"IE": "9935", "LT": "9937", "LU": "9938", "LV": "9939", "MT": "9943", "NL": "9944", "PL": "9945"},
        {"PT": "9946", "RO": "9947", "SI": "9949", "SK": "9950"},
    )
    for country, scheme in listed.items()
}
_OIN_LENGTH = 20


def legal_scheme(party: Party) -> str:
    """The list that the number of a company is on; empty where none is known."""
    if not party.company_number:
        return ""
    if party.address.country == "NL":
        return _OIN if len(party.company_number) == _OIN_LENGTH else _KVK
    return _CBE if party.address.country == "BE" else ""


def endpoint(party: Party) -> tuple[str, str]:
    """Scheme and value of the electronic address: the number of the company, else of the tax, else the mail address."""
    scheme = legal_scheme(party)
    if scheme:
        return scheme, party.company_number
    if party.vat_number:
        if party.address.country == "BE":
            return _CBE, party.vat_number.removeprefix("BE")
        if party.address.country in _VAT_SCHEMES:
            return _VAT_SCHEMES[party.address.country], party.vat_number
    return _MAIL, party.email


def is_on_peppol(party: Party) -> bool:
    """Whether the party has an address on the Peppol network; a mail address is none."""
    return endpoint(party)[0] != _MAIL


def put_party(parent: Element, name: str, party: Party, *, shows_vat: bool) -> None:
    """The seller or the buyer.

    Args:
        parent: Of the document.
        name: Of the element.
        party: Who it is.
        shows_vat: Whether the VAT number stands there; it must not on what is outside the scope of the tax.
    """
    element = group(group(parent, name), "Party")
    scheme, address = endpoint(party)
    leaf(element, "EndpointID", address, schemeID=scheme)
    leaf(group(element, "PartyName"), "Name", party.name)
    _put_address(element, party)
    if shows_vat and party.vat_number:
        tax = group(element, "PartyTaxScheme")
        leaf(tax, "CompanyID", party.vat_number)
        leaf(group(tax, "TaxScheme"), "ID", "VAT")
    entity = group(element, "PartyLegalEntity")
    leaf(entity, "RegistrationName", party.name)
    scheme = legal_scheme(party)
    leaf(entity, "CompanyID", party.company_number, **({"schemeID": scheme} if scheme else {}))
    if party.contact_name or party.phone or party.email:
        contact = group(element, "Contact")
        leaf(contact, "Name", party.contact_name)
        leaf(contact, "Telephone", party.phone)
        leaf(contact, "ElectronicMail", party.email)


def _put_address(parent: Element, party: Party) -> None:
    address = group(parent, "PostalAddress")
    leaf(address, "StreetName", party.address.street)
    leaf(address, "CityName", party.address.city)
    leaf(address, "PostalZone", party.address.postal_code)
    leaf(group(address, "Country"), "IdentificationCode", party.address.country)
