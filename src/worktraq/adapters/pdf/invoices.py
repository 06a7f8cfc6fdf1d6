"""What an invoice or credit note shows, in words of its reader's language."""

from collections.abc import Iterator, Mapping, Sequence

from worktraq.adapters.pdf.content import Shown, capital, colour_of, in_margin
from worktraq.core.branding import Brand
from worktraq.core.calendar import Period
from worktraq.core.invoices import Invoice, InvoiceKind, InvoiceLine, LineKind, Party
from worktraq.core.money import Money
from worktraq.core.vat import Vat, VatCategory, VatShare
from worktraq.i18n import Translator

_UNTAXED = (VatCategory.EXEMPT, VatCategory.REVERSE_CHARGE, VatCategory.EXPORT, VatCategory.OUTSIDE)


def content_of(invoice: Invoice, brand: Brand, speaker: Translator) -> Mapping[str, Shown]:
    """Everything that the template of an invoice shows."""
    heading = heading_of(invoice, speaker)
    return {
        "language": speaker.language,
        "title": f"{heading} {invoice.number} – {invoice.buyer.name}",
        "heading": heading,
        "running": f"{heading} {invoice.number}",
        "organization": invoice.seller.name,
        "short-name": in_margin(invoice.seller.name),
        "colour": colour_of(brand.colour),
        "footer": f"{in_margin(invoice.buyer.name)} – {invoice.number}",
        "page": speaker.gettext("page {page} of {pages}"),
        "buyer": [invoice.buyer.name, *_address(invoice.buyer, invoice.seller, speaker)],
        "buyer-numbers": _numbers(invoice.buyer, speaker),
        "seller": [*_address(invoice.seller, invoice.buyer, speaker), *_reached(invoice.seller)],
        "seller-numbers": _numbers(invoice.seller, speaker),
        "facts": [[label, value] for label, value in _facts(invoice, speaker) if value],
        "columns": _columns(invoice.lines),
        "labels": {
            "number": "",
            "text": speaker.text("Description"),
            "hours": speaker.text("Hours"),
            "rate": speaker.text("Rate"),
            "vat": speaker.text("VAT"),
            "net": speaker.text("Amount"),
        },
        "lines": [_line(line, invoice.period, speaker) for line in invoice.lines],
        "totals": [[label, value] for label, value in _totals(invoice, speaker)],
        "total": [_total_label(invoice, speaker), _money(invoice.totals.gross, speaker)],
        "reasons": [reason for share in invoice.totals.shares if (reason := _reason(share.vat, speaker))],
        "payment": _payment(invoice, speaker),
        "note": invoice.note,
    }


def heading_of(invoice: Invoice, speaker: Translator) -> str:
    """What the document is."""
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return speaker.text("Credit note")
    return speaker.text("Invoice")


def _address(party: Party, other: Party, speaker: Translator) -> list[str]:
    """Street and place, with the country where the other one is in another."""
    address = party.address
    place = " ".join(filter(None, (address.postal_code, address.city)))
    is_abroad = address.country and address.country != other.address.country
    return [each for each in (address.street, place, speaker.country(address.country) if is_abroad else "") if each]


def _reached(party: Party) -> list[str]:
    return [each for each in (party.contact_name, party.email, party.phone) if each]


def _numbers(party: Party, speaker: Translator) -> list[Shown]:
    numbers = (
        (_register(party, speaker), party.company_number),
        (capital(speaker.message("field.vat_number")), party.vat_number),
        ("IBAN", _in_fours(party.iban)),
    )
    return [[label, value] for label, value in numbers if value]


def _register(party: Party, speaker: Translator) -> str:
    """What the number of a company is called where it is."""
    if party.address.country == "NL":
        return speaker.text("KvK number")
    if party.address.country == "BE":
        return speaker.text("Enterprise number")
    return capital(speaker.message("field.company_number"))


def _in_fours(iban: str) -> str:
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _facts(invoice: Invoice, speaker: Translator) -> Iterator[tuple[str, str]]:
    is_invoice = invoice.kind is InvoiceKind.INVOICE
    yield speaker.text("Number"), invoice.number
    yield speaker.text("Date"), speaker.date(invoice.issued_on)
    if is_invoice:
        yield speaker.text("To be paid by"), speaker.date(invoice.due_on)
    elif invoice.corrects_issued_on is not None:
        corrected = speaker.text(
            "{number} of {date}", number=invoice.corrects_number, date=speaker.date(invoice.corrects_issued_on)
        )
        yield speaker.text("Takes back invoice"), corrected
    if invoice.period is not None:
        yield speaker.text("Period"), speaker.period(invoice.period.first, invoice.period.until)
    yield speaker.text("Your reference"), invoice.buyer.reference


def _columns(lines: Sequence[InvoiceLine]) -> list[Shown]:
    """The columns, without those that would be empty on every line."""
    has_time = any(line.kind is LineKind.TIME for line in lines)
    return [name for name in ("number", "text", "hours", "rate", "vat", "net") if has_time or name not in _OF_TIME]


_OF_TIME = ("hours", "rate")


def _line(line: InvoiceLine, whole: Period | None, speaker: Translator) -> Shown:
    days = ""
    if line.period is not None and line.period != whole:
        days = speaker.period(line.period.first, line.period.until)
    is_named = line.project_name and line.project_name != line.text
    return {
        "number": str(line.number),
        "text": line.text,
        "detail": " · ".join(filter(None, (line.project_name if is_named else "", days))),
        "hours": speaker.hours(line.minutes) if line.kind is LineKind.TIME else "",
        "rate": speaker.rate(line.rate) if line.rate is not None else "",
        "vat": speaker.percent(line.vat.hundredths),
        "net": _money(line.net, speaker),
    }


def _totals(invoice: Invoice, speaker: Translator) -> Iterator[tuple[str, str]]:
    yield speaker.text("Total without VAT"), _money(invoice.totals.net, speaker)
    for share in invoice.totals.shares:
        yield _share(share, speaker), _money(share.tax, speaker)


def _share(share: VatShare, speaker: Translator) -> str:
    percent, net = speaker.percent(share.vat.hundredths), _money(share.net, speaker)
    return speaker.text("VAT {percent} of {amount}", percent=percent, amount=net)


def _reason(vat: Vat, speaker: Translator) -> str:
    """Why no tax is charged, which the law wants to stand on the invoice."""
    if vat.category not in _UNTAXED:
        return ""
    return vat.reason or speaker.message(f"vat_category.{vat.category.name.lower()}")


def _total_label(invoice: Invoice, speaker: Translator) -> str:
    is_invoice = invoice.kind is InvoiceKind.INVOICE
    return speaker.text("Total to be paid") if is_invoice else speaker.text("Total credited")


def _payment(invoice: Invoice, speaker: Translator) -> str:
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return speaker.message("invoice.credit_terms")
    due_on = speaker.date(invoice.due_on)
    if not invoice.seller.iban:
        return speaker.message("invoice.payment_terms", due_on=due_on)
    return speaker.text(
        "Please pay {amount} by {due_on} to {iban} in the name of {name}, mentioning {number}.",
        amount=_money(invoice.totals.gross, speaker),
        due_on=due_on,
        iban=_in_fours(invoice.seller.iban).replace(" ", "\N{NO-BREAK SPACE}"),
        name=invoice.seller.name,
        number=invoice.number,
    )


def _money(amount: Money, speaker: Translator) -> str:
    return speaker.money(amount.minor, amount.currency)
