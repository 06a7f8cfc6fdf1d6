"""Customers and contact persons, in every store."""

from worktraq.testing.contracts.customers import ContactRepositoryContract, CustomerRepositoryContract


class TestCustomers(CustomerRepositoryContract):
    """The customers of an organization."""


class TestContacts(ContactRepositoryContract):
    """The contact persons of an organization."""
