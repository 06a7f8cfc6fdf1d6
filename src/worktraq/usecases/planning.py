"""Planning an import of customers: gathering what is known, and comparing row by row (T-02, B-10)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from attrs import evolve

from worktraq.core.comparing import RowDigest, three_way, values_imported
from worktraq.core.customer_rows import (
    CUSTOMER_FIELDS,
    RowKeys,
    RowReader,
    Values,
    folded_vat_number,
    name_and_place,
    values_of,
    with_values,
)
from worktraq.core.customers import Customer, CustomerData, checked
from worktraq.core.ids import CustomerId
from worktraq.core.imports import (
    MOST_REFUSED,
    Change,
    ImportKind,
    ImportLink,
    ImportPlan,
    KnownRow,
    MatchedBy,
    PlannedCustomer,
    RefusedCell,
    as_checked,
    make_planned_customer,
)
from worktraq.core.paging import every
from worktraq.core.sheets import Headings, Sheet, column_number, text_of_cell, text_rows
from worktraq.errors import InvalidInput, Problem
from worktraq.usecases.context import Context
from worktraq.usecases.customers import check_currency_may_change

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""

TOLD_EVERY = 500
"""After how many rows progress is told."""

_LONGEST_SHOWN = 200
_KEY_FIELDS = ("number", "vat_number", "company_name", "last_name", "first_name")
_NOTHING = CustomerData()
_Wanted = Mapping[tuple[MatchedBy, str], list[Customer]]


class CustomerPlanning:
    """One plan in the making.

    Args:
        context: On whose behalf.
        source: Where the rows come from.
        sheet: Where they stand.
        headings: Of that sheet.
    """

    def __init__(self, context: Context, source: str, sheet: Sheet, headings: Headings) -> None:
        self._context = context
        self._source = source
        self._sheet = sheet
        self._headings = headings
        self._fields = tuple(field for field in CUSTOMER_FIELDS if field in headings.columns)
        self._reader = RowReader(self._fields)
        self._digest = RowDigest(self._fields)
        self._key = RowKeys(self._fields)
        self._planned: list[PlannedCustomer] = []
        self._refused: list[RefusedCell] = []
        self._refused_rows = self._refused_cells = 0
        self._first_rows: dict[str, int] = {}
        self._rows_of: dict[CustomerId, int] = {}
        self._known: Mapping[str, KnownRow] = {}
        self._links: Mapping[str, ImportLink] = {}
        self._customers: Mapping[CustomerId, Customer] = {}
        self._by_number: Mapping[str, Customer] = {}
        self._barred: Collection[str] = ()

    def plan(self, progress: Progress | None) -> ImportPlan:
        """Look at every row."""
        rows = list(text_rows(self._sheet, self._headings, self._fields))
        totals = tuple(number for number, texts in rows if not texts)
        rows = [row for row in rows if row[1]]
        keys = [self._key.of(texts) for _, texts in rows]
        digests = [self._digest.of(texts) for _, texts in rows]
        self._gather(dict(zip(keys, digests, strict=True)))
        told = rows if progress is None else telling(rows, progress)
        for (number, texts), key, digest in zip(told, keys, digests, strict=True):
            try:
                self._planned.append(self._plan(number, texts, key, digest))
            except InvalidInput as error:
                self._refuse(number, texts, error)
        self._suggest()
        plan = ImportPlan(
            self._source,
            tuple(self._planned),
            tuple(self._refused),
            totals,
            self._fields,
            self._unread(),
            self._refused_rows,
            self._refused_cells,
        )
        return as_checked(plan)

    def _gather(self, digests: Mapping[str, str]) -> None:
        uow, wanted = self._context.uow, digests.keys() - {""}
        known = uow.import_links.known(self._source, ImportKind.CUSTOMER, wanted)
        self._known = {row.external_id: row for row in known}
        changed = {row.external_id: row for row in known if row.version and digests[row.external_id] != row.digest}
        links = uow.import_links.find_many(self._source, ImportKind.CUSTOMER, changed.keys())
        self._links = {link.external_id: link for link in links}
        linked = uow.customers.find_many({CustomerId(row.entity_id) for row in changed.values()})
        self._customers = {customer.id: customer for customer in linked}
        new = wanted - {row.external_id for row in known if row.version}
        self._by_number = {customer.data.number: customer for customer in uow.customers.find_by_numbers(new)}
        self._barred = self._context.barred_rows(self._source, ImportKind.CUSTOMER, new - self._by_number.keys())

    def _plan(self, number: int, texts: Values, key: str, digest: str) -> PlannedCustomer:
        if key and (first := self._first_rows.setdefault(key, number)) != number:
            raise self._twice(texts, first)
        known = self._known.get(key)
        remembered = known.digest if known else ""
        if known is not None and known.version and remembered == digest:
            customer_id = CustomerId(known.entity_id)
            self._take(customer_id, number, texts)
            return make_planned_customer(
                *(number, Change.UNCHANGED, key, _NOTHING, customer_id, known.version), (), "", ""
            )
        customer = self._customers.get(CustomerId(known.entity_id)) if known else None
        base = values_imported(self._links.get(key)) if customer else {}
        customer = customer or self._by_number.get(key)
        if customer is None and key in self._barred:
            raise InvalidInput.of(self._field_of_key(texts), "person_erased")
        if customer is None:
            data, said = self._reader.read(texts)
            return make_planned_customer(number, Change.CREATE, key, data, None, 0, said, digest, remembered)
        self._take(customer.id, number, texts)
        planned = make_planned_customer(
            *(number, Change.UNCHANGED, key, customer.data, customer.id, customer.version),
            *(self._reader.read(texts, customer.data)[1], digest, remembered),
        )
        return self._compared(planned, customer, base)

    def _compared(self, planned: PlannedCustomer, customer: Customer, base: Mapping[str, str]) -> PlannedCustomer:
        merged = three_way(self._fields, base, values_of(customer.data, self._fields), planned.said)
        change = Change.CONFLICT if merged.conflicts else Change.UPDATE if merged.values else Change.UNCHANGED
        data = planned.data
        if merged.values:
            data = checked(with_values(customer.data, merged.values))
            check_currency_may_change(self._context, customer, data)
        return evolve(planned, change=change, data=data, conflicts=merged.conflicts)

    def _take(self, customer_id: CustomerId, number: int, texts: Values) -> None:
        """Note that a row is this customer, which no other row can be."""
        first = self._rows_of.setdefault(customer_id, number)
        if first != number:
            raise self._twice(texts, first)

    def _twice(self, texts: Values, first: int) -> InvalidInput:
        """The error that a row is who an earlier one is, at the first filled field that tells who it is."""
        field = self._field_of_key(texts)
        return InvalidInput.of(field, "number_twice" if field == "number" else "customer_twice", row=first)

    def _field_of_key(self, texts: Values) -> str:
        given = dict(zip(self._fields, texts, strict=True))
        return next(name for name in _KEY_FIELDS if given.get(name))

    def _suggest(self) -> None:
        """Look for customers that new rows may be, by VAT number or by name and place."""
        candidates = self._candidates()
        for index, planned in enumerate(self._planned if candidates else ()):
            if planned.change is Change.CREATE:
                for matched_by, key in matching_keys(planned.data):
                    found = [
                        each
                        for each in candidates.get((matched_by, key), ())
                        if each.id not in self._rows_of and not (planned.data.number and each.data.number)
                    ]
                    if len(found) == 1:
                        self._rows_of[found[0].id] = planned.row
                        self._planned[index] = self._suggested(planned, found[0], matched_by)
                        break

    def _suggested(self, planned: PlannedCustomer, customer: Customer, matched_by: MatchedBy) -> PlannedCustomer:
        ours = values_of(customer.data, self._fields)
        if ours == planned.said:
            return evolve(
                planned,
                change=Change.UNCHANGED,
                data=customer.data,
                customer_id=customer.id,
                version=customer.version,
            )
        return evolve(
            planned,
            change=Change.SUGGESTED,
            customer_id=customer.id,
            version=customer.version,
            conflicts=three_way(self._fields, {}, ours, planned.said).conflicts,
            matched_by=matched_by,
        )

    def _candidates(self) -> _Wanted:
        """Our customers that no row is yet, by what they have in common with a new row."""
        wanted: dict[tuple[MatchedBy, str], list[Customer]] = {}
        has_new = any(planned.change is Change.CREATE for planned in self._planned)
        for customer in self._all_customers() if has_new else ():
            if customer.is_internal or customer.id in self._rows_of:
                continue
            if not wanted:
                new = (planned.data for planned in self._planned if planned.change is Change.CREATE)
                wanted = {key: [] for data in new for key in matching_keys(data)}
            for key in matching_keys(customer.data):
                if key in wanted:
                    wanted[key].append(customer)
        return wanted

    def _all_customers(self) -> Iterator[Customer]:
        customers = self._context.uow.customers
        return every(lambda request: customers.page(request, status=None, search="", among=None))

    def _refuse(self, number: int, texts: Values, error: InvalidInput) -> None:
        self._refused_rows += 1
        self._refused_cells += len(error.problems)
        if len(self._refused) < MOST_REFUSED:
            given = dict(zip(self._fields, texts, strict=True))
            self._refused += [self._cell(number, given, problem) for problem in error.problems]
            del self._refused[MOST_REFUSED:]

    def _cell(self, number: int, given: Mapping[str, str], problem: Problem) -> RefusedCell:
        return RefusedCell(
            self._sheet.name,
            number,
            self._headings.columns.get(problem.field, ""),
            problem.field,
            given.get(problem.field, "")[:_LONGEST_SHOWN],
            problem.code,
            problem.parameters,
        )

    def _unread(self) -> tuple[str, ...]:
        """Headings that belong to nothing, and those of what an import does not bring."""
        row = self._sheet.rows[self._headings.row - 1]
        others = [letters for field, letters in self._headings.columns.items() if field not in self._fields]
        return (*self._headings.unrecognised, *(text_of_cell(row[column_number(each) - 1]) for each in others))


def telling(rows: Sequence[T], progress: Progress) -> Iterator[T]:
    """The rows, with progress told now and then, and at the end."""
    for done, row in enumerate(rows):
        if done and done % TOLD_EVERY == 0:
            progress(done, len(rows))
        yield row
    progress(len(rows), len(rows))


def matching_keys(data: CustomerData) -> list[tuple[MatchedBy, str]]:
    """By what a customer may be one that is here already."""
    keys = [(MatchedBy.VAT_NUMBER, folded_vat_number(data.vat_number))] if data.vat_number else []
    name = name_and_place(data.company_name, data.first_name, data.last_name, data.address.city)
    return [*keys, (MatchedBy.NAME, name)]
