"""What a customer is found and ordered by, all at once: what the properties of `Customer` give, at half the cost.

They fold the same texts again and again. Where all of it is ASCII, which it mostly is, folding is making small, letter
by letter, so that one folded text holds the others. `tests/unit/core/test_customer_keys.py` holds the one against the
other.
"""

from worktraq.core.customers import BEFORE_ANY_TEXT, PLACE_LENGTH, Customer
from worktraq.core.text import NAME_LENGTH


def list_keys(customer: Customer) -> tuple[str, str, str, str]:
    """The search key, the search text, and what lists by number and by place are ordered by."""
    data = customer.data
    number, city = data.number, data.address.city
    line = f"{customer.name} {number} {city}"
    text = f"{line} {data.email} {data.invoice_email} {data.vat_number}"
    if not text.isascii():
        return customer.search_key, customer.search_text, customer.number_order, customer.place_order
    folded = text.lower()
    key, end = folded[: min(len(line), NAME_LENGTH)], len(line)
    place = folded[end - len(city) : end][:PLACE_LENGTH]
    return (
        key,
        folded,
        f"0{len(number):03}{number}" if number.isdigit() and number[0] != "0" else customer.number_order,
        f"0{place}{BEFORE_ANY_TEXT}{key}" if place else f"1{key}",
    )
