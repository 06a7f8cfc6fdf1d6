"""Value added tax on what is invoiced: the category, the rate, and the breakdown per both (EN 16931)."""

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from worktraq.core.choices import chosen
from worktraq.core.money import Money, round_half_away
from worktraq.core.text import clean_line
from worktraq.errors import InvalidInput


class VatCategory(StrEnum):
    """Why tax is charged or not, by the code list of EN 16931 (UNCL 5305)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    EXPORT = "G"
    OUTSIDE = "O"


@frozen
class Vat:
    """The tax on a line.

    Attributes:
        category: Why it is charged or not.
        hundredths: The rate in hundredths of a percent: 2100 for 21 %. Above zero for STANDARD only.
        reason: Why nothing is charged, for EXEMPT; empty for the usual words of the category.
    """

    category: VatCategory = VatCategory.STANDARD
    hundredths: int = 2100
    reason: str = ""


_MOST = 10_000


def check_vat(vat: Vat) -> Vat:
    """The tax, when category and rate go together.

    Raises:
        InvalidInput: With ``vat_rate_needed`` or ``vat_rate_not_zero``, or for one of its parts.
    """
    category = chosen("category", VatCategory, vat.category)
    if isinstance(vat.hundredths, bool) or not isinstance(vat.hundredths, int) or not 0 <= vat.hundredths <= _MOST:
        raise InvalidInput.of("hundredths", "number_out_of_range", least=0, most=_MOST)
    if category is VatCategory.STANDARD and not vat.hundredths:
        raise InvalidInput.of("hundredths", "vat_rate_needed")
    if category is not VatCategory.STANDARD and vat.hundredths:
        raise InvalidInput.of("hundredths", "vat_rate_not_zero")
    return Vat(category, vat.hundredths, clean_line("reason", vat.reason))


@frozen
class VatShare:
    """All lines of one category and rate together.

    Attributes:
        vat: The category and rate.
        net: Of the lines, without tax.
        tax: On that, rounded once.
    """

    vat: Vat
    net: Money
    tax: Money


def tax_on(net: Money, vat: Vat) -> Money:
    """The tax on an amount, rounded half away from zero to minor units."""
    return Money.from_minor(round_half_away(net.minor * vat.hundredths, 10_000), net.currency)


def breakdown(taxed: Iterable[tuple[Vat, Money]]) -> tuple[VatShare, ...]:
    """The tax per category and rate, in order of these; the tax is rounded per share, not per line."""
    nets: dict[Vat, Money] = {}
    for vat, net in taxed:
        nets[vat] = nets[vat] + net if vat in nets else net
    ordered = sorted(nets.items(), key=lambda share: (share[0].category.value, -share[0].hundredths, share[0].reason))
    return tuple(VatShare(vat, net, tax_on(net, vat)) for vat, net in ordered)
