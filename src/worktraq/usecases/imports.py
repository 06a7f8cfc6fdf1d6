"""Importing customers from a sheet: a plan to look at, then applying it (T-02, B-10)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from worktraq.core.access import Action
from worktraq.core.customers import Customer, changed_customer, new_customer
from worktraq.core.events import EventName
from worktraq.core.headings import CUSTOMER_HEADINGS
from worktraq.core.ids import CustomerId
from worktraq.core.imports import (
    Change,
    ImportKind,
    ImportLink,
    ImportPlan,
    PlannedCustomer,
    RefusedCell,
    customer_data,
    digest_of,
    merged,
    plan_row,
)
from worktraq.core.sheets import Headings, Record, Sheet, find_table, records, skipped
from worktraq.errors import Conflict, InvalidInput, Refused
from worktraq.usecases.context import Context

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""


class Imports:
    """Bringing in what stands elsewhere."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def plan_customers(
        self, sheets: Sequence[Sheet], *, mapping: Mapping[str, str] | None = None, source: str = "excel"
    ) -> ImportPlan:
        """What importing these sheets would do; nothing is changed.

        Args:
            sheets: As a `worktraq.ports.sheets.SheetReader` gives them; the first with headings counts.
            mapping: Headings of the file that are not recognised by themselves, to fields.
            source: Under which name the rows are known again next time.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: When no headings are found, or one stands there twice.
        """
        context = self._context
        context.require(Action.IMPORT_CUSTOMERS)
        sheet, headings = find_table(sheets, CUSTOMER_HEADINGS, mapping)
        rows = list(records(sheet, headings))
        numbers = {record.text("number") for record in rows} - {""}
        links = context.uow.import_links.find_many(source, ImportKind.CUSTOMER, numbers)
        known = {link.external_id: link for link in links}
        linked = context.uow.customers.find_many({CustomerId(link.entity_id) for link in links})
        customers = {customer.id: customer for customer in linked}
        taken = {customer.data.number for customer in context.uow.customers.find_by_numbers(numbers)}
        planned: list[PlannedCustomer] = []
        refused: list[RefusedCell] = []
        seen: set[str] = set()
        for record in rows:
            link = known.get(record.text("number"))
            customer = customers.get(CustomerId(link.entity_id)) if link else None
            try:
                planned.append(_plan(record, link, customer, seen, taken))
            except InvalidInput as error:
                refused += _refused(record, headings, error)
        totals = tuple(each.place.row for each in skipped(sheet, headings) if each.code == "row_is_total")
        return ImportPlan(source, tuple(planned), tuple(refused), totals)

    def apply(
        self, plan: ImportPlan, *, only: Literal["valid", "all"] = "all", progress: Progress | None = None
    ) -> ImportPlan:
        """Do what a plan says, in one piece.

        Args:
            plan: From `plan_customers`.
            only: With ``all`` nothing is imported while any row is refused; with ``valid`` the other rows are.
            progress: Told how far it is.

        Returns:
            The plan that was applied.

        Raises:
            Refused: For who is not a manager or an administrator; ``plan_has_refused_rows`` under ``all``.
            Conflict: With ``plan_stale`` when customers were changed since it was made; make a new one.
        """
        context = self._context
        context.require(Action.IMPORT_CUSTOMERS)
        if plan.refused and only == "all":
            raise Refused.because("plan_has_refused_rows", count=len({cell.row for cell in plan.refused}))
        stored = self._stored(plan)
        added: list[Customer] = []
        saved: list[Customer] = []
        links: list[ImportLink] = []
        for done, row in enumerate(plan.planned, start=1):
            if row.change is Change.CREATE:
                added.append(new_customer(context.new_id(CustomerId), context.actor.organization_id, row.data))
                links.append(self._link(plan, row, added[-1]))
            elif row.change is Change.UPDATE:
                before = stored[row.external_id]
                saved.append(changed_customer(before, merged(before.data, row.data)))
                links.append(self._link(plan, row, saved[-1]))
            if progress is not None:
                progress(done, len(plan.planned))
        context.uow.customers.add(*added)
        context.uow.customers.save(*saved)
        context.uow.import_links.put(*[link for link in links if link.external_id])
        for customer in (*added, *saved):
            context.record(EventName.CUSTOMER_IMPORTED, customer.id)
        counts = {"created": len(added), "updated": len(saved)}
        context.record(EventName.IMPORT_APPLIED, context.actor.organization_id, **counts)
        return plan

    def _stored(self, plan: ImportPlan) -> Mapping[str, Customer]:
        context = self._context
        ids = {row.external_id: row.customer_id for row in plan.planned if row.customer_id is not None}
        by_id = {customer.id: customer for customer in context.uow.customers.find_many(set(ids.values()))}
        for row in plan.planned:
            if row.customer_id is not None:
                customer = by_id.get(row.customer_id)
                if customer is None or customer.version != row.version:
                    raise Conflict("plan_stale")
        fresh = {row.data.number for row in plan.planned if row.change is Change.CREATE} - {""}
        if context.uow.customers.find_by_numbers(fresh):
            raise Conflict("plan_stale")
        return {number: by_id[customer_id] for number, customer_id in ids.items()}

    def _link(self, plan: ImportPlan, row: PlannedCustomer, customer: Customer) -> ImportLink:
        organization_id = self._context.actor.organization_id
        return ImportLink(
            organization_id, plan.source, ImportKind.CUSTOMER, row.external_id, customer.id, digest_of(row.data)
        )


def _plan(
    record: Record, link: ImportLink | None, customer: Customer | None, seen: set[str], taken: set[str]
) -> PlannedCustomer:
    data = customer_data(record)
    if data.number in seen:
        raise InvalidInput.of("number", "number_twice")
    planned = plan_row(record.row, data, link, customer, number_is_taken=data.number in taken)
    if data.number:
        seen.add(data.number)
    return planned


def _refused(record: Record, headings: Headings, error: InvalidInput) -> list[RefusedCell]:
    return [
        RefusedCell(
            record.sheet,
            record.row,
            headings.columns.get(problem.field, ""),
            problem.field,
            record.text(problem.field),
            problem.code,
            problem.parameters,
        )
        for problem in error.problems
    ]
