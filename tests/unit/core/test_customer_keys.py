"""The keys of a customer, taken together, are those that it tells one by one."""

from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from worktraq.core.customer_keys import list_keys
from worktraq.core.customers import Customer, CustomerData, CustomerKind
from worktraq.core.organizations import Address
from worktraq.testing.builders import a_customer, an_organization

CUSTOMER = a_customer(an_organization().id)
PLAIN = CustomerData(company_name="Bakkerij De Boer", number="1042", address=Address(city="Gent"), email="A@b.example")


def texts(longest: int) -> st.SearchStrategy[str]:
    """Plain ones and others; some become ASCII, longer or shorter when they are folded."""
    return st.text("aZ09 .-", max_size=longest) | st.text("aZ0é\u0130\u212aß\u2122", max_size=12)


datas = st.builds(
    CustomerData,
    kind=st.sampled_from(CustomerKind),
    company_name=texts(260),
    first_name=texts(10),
    last_name=texts(10),
    number=texts(40) | st.text("019", max_size=40),
    email=texts(20),
    invoice_email=texts(20),
    address=st.builds(Address, city=texts(120)),
    vat_number=texts(12),
)


@given(data=datas)
@example(data=PLAIN)
@example(data=evolve(PLAIN, number="007"))
@example(data=evolve(PLAIN, number="K-7", address=Address()))
@example(data=evolve(PLAIN, number="", company_name="\u212aarel"))
def test_keys_are_those_of_the_customer(data: CustomerData) -> None:
    """Also where a letter folds to none, one or two."""
    customer: Customer = evolve(CUSTOMER, data=data)
    one_by_one = (customer.search_key, customer.search_text, customer.number_order, customer.place_order)
    assert list_keys(customer) == one_by_one
