"""What is seen at a glance is what checking says."""

from collections.abc import Iterable

from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from worktraq.core.customer_glance import is_clean
from worktraq.core.customers import CustomerData, CustomerKind, checked
from worktraq.core.organizations import Address
from worktraq.testing.strategies.people import customers

USUAL = CustomerData(
    company_name="Bakkerij Jansen B.V.",
    number="K-1",
    email="ap@jansen.example",
    invoice_email="facturen@jansen.example",
    address=Address("Dorpsstraat 1", "9000", "Gent", "BE"),
    vat_number="BE0578771680",
    company_number="0578771680",
    iban="NL91ABNA0417164300",
    language="nl",
    currency="EUR",
    buyer_reference="PO 7",
)


def among(*texts: str) -> st.SearchStrategy[str]:
    """One of these, or another text that is near."""
    return st.sampled_from(("", *texts)) | st.text("aAbBz0179 .-@é\u0301\t", max_size=12)


vat_numbers: Iterable[str] = (
    *("BE0578771680", "BE0578771681", "BE0000000000", "0578771680", "NL004495445B01", "NL004495445B00"),
    *("NL002455799B11", "NL000000000B01", "nl004495445B01", "NL4495445B01", "FR40303265045"),
)
datas = st.builds(
    CustomerData,
    st.sampled_from(CustomerKind),
    among("Jansen", " Jansen", "x" * 201),
    among("Piet"),
    among("Smit"),
    among("K-1", "1" * 41),
    among("ap@jansen.example", "a@b", "a b@c.de", "a@b..de", "x" * 250 + "@b.de"),
    among("ap@jansen.example"),
    st.builds(
        Address, among("Dam 1"), among("9000", "1012 JS", "0012"), among("Gent"), among("BE", "NL", "nl", "ZZ", "DE")
    ),
    among(*vat_numbers),
    among("0578771680", "0000000000", "27312152", "1234567"),
    among("NL91ABNA0417164300", "NL91 ABNA 0417 1643 00"),
    among("nl", "NL", "xx"),
    among("EUR", "eur"),
    among("PO 7"),
)


def is_unchanged(data: CustomerData) -> bool:
    """Whether checking takes the data and leaves it as it is."""
    try:
        return checked(data) == data
    except Exception:  # noqa: BLE001  # whatever is wrong with it
        return False


@given(datas | customers().map(lambda customer: customer.data))
@example(USUAL)
def test_what_is_seen_as_clean_is_clean(data: CustomerData) -> None:
    """Never the other way round: what takes longer to see may be clean too."""
    assert not is_clean(data) or is_unchanged(data)


@given(number=st.integers(0, 10**9 - 1), suffix=st.integers(0, 99))
def test_dutch_numbers_are_seen_as_the_rule_sees_them(number: int, suffix: int) -> None:
    """All those of companies."""
    data = evolve(USUAL, address=Address(country="NL"), company_number="", vat_number=f"NL{number:09}B{suffix:02}")
    assert not is_clean(data) or is_unchanged(data)


@given(number=st.integers(0, 2 * 10**9), prefix=st.sampled_from(("BE", "")))
def test_belgian_numbers_are_seen_as_the_rule_sees_them(number: int, prefix: str) -> None:
    """As VAT numbers and as company numbers."""
    body = f"{number // 100:08}"
    text = body + f"{97 - int(body) % 97:02}" if number % 2 else f"{number:010}"
    data = evolve(USUAL, vat_number=prefix + text, company_number=text)
    assert not is_clean(data) or is_unchanged(data)


def test_usual_customers_are_clean() -> None:
    """So that the glance is worth it."""
    dutch = evolve(
        USUAL,
        address=Address("Dam 1", "1012 JS", "Amsterdam", "NL"),
        vat_number="NL004495445B01",
        company_number="27312152",
    )
    private = CustomerData(CustomerKind.PRIVATE, first_name="Piet", last_name="Smit", address=Address(country="DE"))
    assert all(map(is_clean, (USUAL, dutch, private)))


def test_what_is_wrong_is_not_clean() -> None:
    """Each value by itself."""
    wrong = (
        *(evolve(USUAL, company_name=""), evolve(USUAL, kind=CustomerKind.PRIVATE), evolve(USUAL, number="é")),
        *(evolve(USUAL, email="x"), evolve(USUAL, invoice_email="x"), evolve(USUAL, language="xx")),
        *(evolve(USUAL, currency="eur"), evolve(USUAL, iban="NL1"), evolve(USUAL, vat_number="BE0578771681")),
        *(
            evolve(USUAL, vat_number="NL004495445B01"),
            evolve(USUAL, company_number="1"),
            evolve(USUAL, number="1" * 41),
        ),
        evolve(USUAL, address=Address(country="XX")),
        *(evolve(USUAL, number=" 1"), evolve(USUAL, number="\t")),
        *(evolve(USUAL, number="1 "), evolve(USUAL, company_name=" Smit"), evolve(USUAL, buyer_reference="PO 7 ")),
        *(evolve(USUAL, company_name="x" * 201), evolve(USUAL, buyer_reference="x" * 201)),
        evolve(USUAL, address=evolve(USUAL.address, postal_code="9" * 21)),
    )
    assert not any(map(is_clean, wrong))
