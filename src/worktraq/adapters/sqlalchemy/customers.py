"""Customers and their contact persons."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as ReadOnly
from itertools import chain

from attrs import evolve
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from worktraq.adapters.sqlalchemy.cells import Found, bounded
from worktraq.adapters.sqlalchemy.entries import item_table
from worktraq.adapters.sqlalchemy.invoice_rows import invoice_table
from worktraq.adapters.sqlalchemy.locks import RowLock
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.members import Members
from worktraq.adapters.sqlalchemy.projects import project_table
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository, exists_in
from worktraq.adapters.sqlalchemy.schema import (
    CODE,
    CURRENCY,
    ID,
    KEY,
    LINE,
    MAIL,
    NAME,
    OWNER,
    index,
    long_text,
    refers,
    table,
    text,
)
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.signoff import request_table
from worktraq.adapters.sqlalchemy.statements import SIZES, ByKeys, Prepared, is_among
from worktraq.core.contacts import ContactPerson
from worktraq.core.customer_keys import list_keys
from worktraq.core.customers import Customer, CustomerKind, CustomerSort, CustomerStatus, place_in_list
from worktraq.core.ids import ContactId, CustomerId
from worktraq.core.paging import Page, PageRequest
from worktraq.core.text import fold
from worktraq.ports.customers import Dependents

customer_table = table(
    "customer",
    Column("id", ID, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("company_name", NAME, nullable=False),
    Column("first_name", NAME, nullable=False),
    Column("last_name", NAME, nullable=False),
    Column("number", CODE, nullable=False),
    Column("email", MAIL, nullable=False),
    Column("street", LINE, nullable=False),
    Column("postal_code", text(20), nullable=False),
    Column("city", LINE, nullable=False),
    Column("country", CODE, nullable=False),
    Column("vat_number", CODE, nullable=False),
    Column("company_number", CODE, nullable=False),
    Column("iban", CODE, nullable=False),
    Column("language", CODE, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("invoice_email", MAIL, nullable=False, server_default=""),
    Column("buyer_reference", NAME, nullable=False, server_default=""),
    Column("chain", CODE),
    Column("status", CODE, nullable=False),
    Column("is_internal", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("search_key", KEY, nullable=False),
    Column("number_key", CODE),
    Column("search_text", long_text(), nullable=False, server_default=""),
    Column("number_order", KEY, nullable=False, server_default=""),
    Column("place_order", KEY, nullable=False, server_default=""),
    UniqueConstraint("organization_id", "number_key"),
    index("customer", "search", "search_key", "id"),
    index("customer", "number", "number_order", "id"),
    index("customer", "place", "place_order", "id"),
    index("customer", "vat", "vat_number"),
)

contact_table = table(
    "contact",
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("email", MAIL, nullable=False),
    Column("phone", CODE, nullable=False),
    Column("language", CODE, nullable=False),
    Column("is_ended", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("name_key", KEY, nullable=False),
    Column("email_key", KEY, nullable=False),
    index("contact", "name", "name_key", "id"),
)

contact_customer_table = table(
    "contact_customer",
    Column("contact_id", ID, primary_key=True),
    Column("customer_id", ID, primary_key=True),
    refers("contact_id", "contact"),
    refers("customer_id", "customer"),
    index("contact_customer", "customer", "customer_id"),
)

_customers = Shelf(
    Mapping(
        customer_table,
        Customer,
        flat=("data", "address"),
        derived={"number_key": lambda customer: customer.data.number or None},
        derived_together=(("search_key", "search_text", "number_order", "place_order"), list_keys),
    )
)
_c = customer_table.c
_customer_lock = RowLock(customer_table, _c.id)
_orders: ReadOnly[CustomerSort, tuple[ColumnElement[object], ...]] = {
    CustomerSort.NAME: (_c.search_key, _c.id),
    CustomerSort.NUMBER: (_c.number_order, _c.id),
    CustomerSort.PLACE: (_c.place_order, _c.id),
    CustomerSort.NEWEST: (_c.id,),
}
_by_numbers = _customers.by_keys("number_key")
_by_vat_numbers = _customers.by_keys("vat_number")
_by_places = ByKeys(
    # Ends follow their beginnings; the last key is repeated where a batch is not full, which is an empty span.
    lambda keys: _customers.select().where(
        or_(
            *(
                and_(_c.place_order >= begin, _c.place_order < end)
                for begin, end in zip(keys[::2], keys[1::2], strict=True)
            )
        )
    ),
    sizes=SIZES[1:],
)
_internal = _customers.where(_c.is_internal)
_active = Prepared(
    select(func.count()).where(
        _c.organization_id == OWNER, _c.status == CustomerStatus.ACTIVE.value, _c.is_internal.is_not(True)
    )
)
_items_of, _requests_of, _invoices_of = (
    Prepared(
        select(func.count()).where(each.c.organization_id == OWNER, each.c.customer_id == bindparam("customer_id"))
    )
    for each in (item_table, request_table, invoice_table)
)


class SqlCustomers(SqlRepository[Customer, CustomerId]):
    """The customers of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _customers)

    def page(
        self,
        request: PageRequest,
        *,
        sort: CustomerSort = CustomerSort.NAME,
        status: CustomerStatus | None = None,
        kind: CustomerKind | None = None,
        search: str = "",
        is_reduced: bool = False,
        among: Collection[CustomerId] | None = None,
    ) -> Page[Customer]:
        """Customers in an order."""
        statement = _customers.select()
        if status is not None:
            statement = statement.where(_c.status == status.value)
        if kind is not None:
            statement = statement.where(_c.kind == kind.value)
        if search:
            searched = _c.search_key if is_reduced else _c.search_text
            statement = statement.where(searched.contains(search, autoescape=True))
        if among is not None:
            statement = statement.where(is_among(_c.id, map(self._session.packed, sorted(among))))
        is_newest = sort is CustomerSort.NEWEST
        behind = evolve(request, after=request.after and request.after[1:])
        after = self._id_after(behind) if is_newest else self._name_and_id(behind)
        return self._page(
            statement,
            request,
            _orders[sort],
            after,
            lambda customer: place_in_list(customer, sort),
            is_descending=is_newest,
        )

    def find_by_numbers(self, numbers: Collection[str]) -> Sequence[Customer]:
        """The customers that have one of these numbers."""
        found = self._load(self._session.fetch_by_keys(_by_numbers, sorted(set(numbers) - {""})))
        return sorted(found, key=lambda customer: customer.id)

    def find_alike(self, vat_numbers: Collection[str], places: Collection[tuple[str, str]]) -> Sequence[Customer]:
        """The customers with one of these VAT numbers, or whose order by place lies in one of these spans."""
        found = self._load(self._session.fetch_by_keys(_by_vat_numbers, sorted(set(vat_numbers))))
        found += self._load(self._session.fetch_by_keys(_by_places, chain.from_iterable(places)))
        return sorted({customer.id: customer for customer in found}.values(), key=lambda customer: customer.id)

    def find_internal(self) -> Customer | None:
        """The customer that is the organization itself, or None."""
        found = self._load(self._session.fetch(_internal))
        return found[0] if found else None

    def count_active(self) -> int:
        """How many customers are active, the internal one left out."""
        return self._session.count(_active)

    def lock(self, customer_id: CustomerId, /) -> None:
        """Hold the customer's row; on SQLite there is one writer anyhow."""
        _customer_lock.take(self._session, self._session.packed(customer_id))

    def dependents(self, customer_id: CustomerId) -> Dependents:
        """What stands in the way of deleting a customer."""
        key = self._session.packed(customer_id)
        return Dependents(
            self._session.count(_items_of, customer_id=key),
            self._session.count(_requests_of, customer_id=key),
            self._session.count(_invoices_of, customer_id=key),
        )


def _name_key(contact: ContactPerson) -> str:
    return bounded(fold(contact.name))


_contacts = Shelf(
    Mapping(
        contact_table,
        ContactPerson,
        derived={"name_key": _name_key, "email_key": lambda contact: bounded(fold(contact.email))},
        apart=("customer_ids",),
    )
)
_k = contact_table.c
_contact_lock = RowLock(contact_table, _k.id)
_at = contact_customer_table.c
_members = Members(contact_customer_table, "contact_id", "customer_id")
_contacts_at = ByKeys(
    lambda keys: _contacts.select().where(
        _k.id.in_(select(_at.contact_id).where(_at.organization_id == OWNER, _at.customer_id.in_(keys)))
    )
)
_referring = (
    exists_in(project_table, "contact_id"),
    exists_in(item_table, "contact_id"),
    exists_in(request_table, "recipient_contact_id"),
)


class SqlContacts(SqlRepository[ContactPerson, ContactId]):
    """The contact persons of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _contacts)

    def _load(self, rows: Sequence[Found]) -> list[ContactPerson]:
        return super()._load(_members.completed(self._session, rows))

    def add(self, *entities: ContactPerson) -> None:
        """Store new contacts, and where they work."""
        super().add(*entities)
        _members.put(self._session, ((contact.id, contact.customer_ids) for contact in entities), is_new=True)

    def save(self, *entities: ContactPerson) -> None:
        """Store changed contacts, and where they work."""
        super().save(*entities)
        _members.put(self._session, ((contact.id, contact.customer_ids) for contact in entities), is_new=False)

    def remove(self, *entities: ContactPerson) -> None:
        """Remove contacts."""
        _members.clear(self._session, (contact.id for contact in entities))
        super().remove(*entities)

    def of_customers(self, customer_ids: Collection[CustomerId]) -> Sequence[ContactPerson]:
        """The contacts at one of these customers, each once."""
        keys = [self._session.packed(each) for each in sorted(set(customer_ids))]
        found = self._load(self._session.fetch_by_keys(_contacts_at, keys))
        return sorted({contact.id: contact for contact in found}.values(), key=lambda contact: contact.id)

    def page(
        self,
        request: PageRequest,
        *,
        search: str = "",
        customer_id: CustomerId | None = None,
        is_ended: bool | None = None,
    ) -> Page[ContactPerson]:
        """Contacts in order of folded name, then id."""
        statement = _contacts.select()
        if customer_id is not None:
            here = (_at.organization_id == OWNER, _at.customer_id == self._session.packed(customer_id))
            statement = statement.where(_k.id.in_(select(_at.contact_id).where(*here)))
        if is_ended is not None:
            statement = statement.where(_k.is_ended.is_(is_ended))
        if search:
            found = (column.contains(search, autoescape=True) for column in (_k.name_key, _k.email_key))
            statement = statement.where(or_(*found))
        return self._page_by_name(statement, request, _k.name_key, _name_key)

    def lock(self, contact_id: ContactId, /) -> None:
        """Hold the contact's row; on SQLite there is one writer anyhow."""
        _contact_lock.take(self._session, self._session.packed(contact_id))

    def is_referred_to(self, contact_id: ContactId) -> bool:
        """Whether a project, item or request names the contact."""
        key = self._session.packed(contact_id)
        return any(self._session.fetch(referring, key=key) for referring in _referring)
