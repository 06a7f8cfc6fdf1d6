"""Applying a planned import of customers: deciding about all of it, then storing all of it (B-10)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from attrs import evolve

from worktraq.core.comparing import ImportedText, decided, three_way, values_imported
from worktraq.core.customer_rows import values_of, with_values
from worktraq.core.customers import Customer, CustomerData, changed_customer, checked, make_customer
from worktraq.core.events import EventName
from worktraq.core.ids import CustomerId
from worktraq.core.imports import (
    Change,
    Decisions,
    ImportKind,
    ImportLink,
    ImportPlan,
    MatchDecision,
    PlannedCustomer,
    make_import_link,
)
from worktraq.errors import Conflict, InvalidInput
from worktraq.usecases.context import Context
from worktraq.usecases.customers import check_currency_may_change
from worktraq.usecases.planning import Progress, telling

T = TypeVar("T")
_STORED_AT_ONCE = 512
"""Few enough rows that what is made for them is gone before the garbage collector looks at everything there is."""


class CustomerApplying:
    """One plan being applied.

    Args:
        context: On whose behalf.
        plan: What is to be done.
        decisions: What somebody decided about it.
    """

    def __init__(self, context: Context, plan: ImportPlan, decisions: Decisions) -> None:
        self._context = context
        self._plan = plan
        self._decisions = decisions
        self._new: list[PlannedCustomer] = []
        self._data_of_new: list[CustomerData] = []
        self._saved: list[Customer] = []
        self._met: list[tuple[PlannedCustomer, CustomerId]] = []
        self._numbers: dict[str, CustomerId | None] = {}
        self._links: Mapping[str, ImportLink] = {}
        self._known: Collection[str] = ()
        self._stored: Mapping[int, Customer] = {}
        self._ids: dict[str, CustomerId] = {}
        self._text = ImportedText(plan.fields)

    def decide(self, rows: Sequence[PlannedCustomer], progress: Progress | None) -> None:
        """What becomes of these rows; nothing is stored yet.

        Raises:
            InvalidInput: When a customer cannot be as decided.
            Conflict: With ``plan_stale``.
        """
        self.gather(rows)
        for row in rows if progress is None else telling(rows, progress):
            try:
                self.take(row)
            except InvalidInput as error:
                raise InvalidInput([evolve(each, place=str(row.row)) for each in error.problems]) from None
        self._check_numbers()

    def gather(self, rows: Sequence[PlannedCustomer]) -> None:
        """Load what rows are compared with.

        Raises:
            Conflict: With ``plan_stale``.
        """
        self._stored = self._customers(rows)
        self._check_links(rows)

    def compare_with(
        self, customers: Mapping[int, Customer], links: Mapping[str, ImportLink], known: Collection[str]
    ) -> None:
        """Take what was loaded in the same transaction already: customers by row, links and known rows by key."""
        self._stored, self._links, self._known = customers, links, known

    def take(self, row: PlannedCustomer) -> None:
        """What becomes of one of the rows that were gathered for.

        Raises:
            InvalidInput: When the customer cannot be as decided; nothing becomes of the row then.
        """
        if self._is_new(row):
            self._add(row)
        elif row.said:
            self._change(row, self._stored[row.row])

    def store(self) -> Mapping[str, CustomerId]:
        """Store what was decided, and the facts, some thousand rows at a time; gives who the rows are, by key."""
        context, uow = self._context, self._context.uow
        for rows, datas in zip(_batches(self._new), _batches(self._data_of_new), strict=True):
            added = [make_customer(context.new_id(CustomerId), context.actor.organization_id, data) for data in datas]
            uow.customers.add(*added)
            self._remember([(row, customer.id) for row, customer in zip(rows, added, strict=True)])
            self._tell(added)
        for saved in _batches(self._saved):
            uow.customers.save(*saved)
            self._tell(saved)
        for met in _batches(self._met):
            self._remember(met)
        return self._ids

    @property
    def counts(self) -> Mapping[str, int]:
        """How many customers are new, and how many are changed."""
        return {"created": len(self._new), "updated": len(self._saved)}

    def _remember(self, rows: Sequence[tuple[PlannedCustomer, CustomerId]]) -> None:
        links = [self._link(row, customer_id) for row, customer_id in rows]
        self._ids.update((row.external_id, customer_id) for row, customer_id in rows)
        repository = self._context.uow.import_links
        repository.add(*[link for link in links if link.external_id not in self._known])
        repository.put(*[link for link in links if link.external_id in self._known])

    def _tell(self, customers: Sequence[Customer]) -> None:
        self._context.record_each(EventName.CUSTOMER_IMPORTED, [customer.id for customer in customers])
        self._context.flush()

    def _is_new(self, row: PlannedCustomer) -> bool:
        if row.change is Change.CREATE:
            return True
        return row.change is Change.SUGGESTED and self._decisions.on_row(row.row) is MatchDecision.CREATE

    def _customers(self, rows: Sequence[PlannedCustomer]) -> Mapping[int, Customer]:
        """The customers that rows are or may be, by row."""
        ids = {row.row: row.customer_id for row in rows if row.customer_id is not None and row.said}
        by_id = {customer.id: customer for customer in self._context.uow.customers.find_many(set(ids.values()))}
        for row in rows:
            if row.customer_id is not None and row.said:
                customer = by_id.get(row.customer_id)
                if customer is None or customer.version != row.version:
                    raise Conflict("plan_stale")
        return {number: by_id[customer_id] for number, customer_id in ids.items()}

    def _check_links(self, rows: Sequence[PlannedCustomer]) -> None:
        """That nobody imported these rows in the meantime, and that customers without anything new are as they were."""
        repository, source = self._context.uow.import_links, self._plan.source
        keys = {row.external_id for row in rows}
        known = {row.external_id: row for row in repository.known(source, ImportKind.CUSTOMER, keys)}
        for row in rows:
            found = known.get(row.external_id)
            if row.said:
                is_same = row.remembered == (found.digest if found else "")
            else:
                is_same = found is not None and (found.entity_id, found.version) == (row.customer_id, row.version)
            if not is_same:
                raise Conflict("plan_stale")
        self._known = known.keys()
        changed = {row.external_id for row in rows if row.said and row.external_id in known}
        self._links = {link.external_id: link for link in repository.find_many(source, ImportKind.CUSTOMER, changed)}

    def _add(self, row: PlannedCustomer) -> None:
        data = row.data if self._plan.is_checked else checked(row.data)
        self._new.append(row)
        self._data_of_new.append(data)
        if data.number:
            self._numbers[data.number] = None

    def _change(self, row: PlannedCustomer, before: Customer) -> None:
        data = self._data(row, before.data)
        if data != before.data:
            customer = changed_customer(before, data)
            check_currency_may_change(self._context, before, customer.data)
            self._saved.append(customer)
            if data.number != before.data.number:
                self._numbers[customer.data.number] = before.id
        self._met.append((row, before.id))

    def _data(self, row: PlannedCustomer, ours: CustomerData) -> CustomerData:
        if row.change is Change.SUGGESTED:
            fields = self._plan.fields
            merged = three_way(fields, {}, values_of(ours, fields), row.said)
            return with_values(ours, {**merged.values, **decided(row, self._decisions)})
        return with_values(row.data, decided(row, self._decisions)) if row.conflicts else row.data

    def _check_numbers(self) -> None:
        found = self._context.uow.customers.find_by_numbers(self._numbers.keys())
        if any(self._numbers[each.data.number] != each.id for each in found):
            raise Conflict("plan_stale")

    def _link(self, row: PlannedCustomer, customer_id: CustomerId) -> ImportLink:
        before = values_imported(self._links.get(row.external_id))
        text = self._text.of(row.said, before)
        organization_id, source = self._context.actor.organization_id, self._plan.source
        key, digest = row.external_id, row.digest
        return make_import_link(organization_id, source, ImportKind.CUSTOMER, key, customer_id, digest, text)


def _batches(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[start : start + _STORED_AT_ONCE] for start in range(0, len(things), _STORED_AT_ONCE))
