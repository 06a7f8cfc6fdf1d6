"""Importing customers: planned before it is applied, refused cell by cell, and without effect the second time (B-10)."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from attrs import asdict, evolve, frozen

from worktraq.core.customers import Customer, CustomerData, CustomerKind, checked
from worktraq.core.ids import CustomerId, OrganizationId
from worktraq.core.organizations import Address
from worktraq.core.sheets import Record
from worktraq.core.text import fold
from worktraq.errors import InvalidInput


class ImportKind(StrEnum):
    """What is imported."""

    CUSTOMER = "customer"


@frozen
class ImportLink:
    """Which of our things an imported row is, and what the row said last time.

    Attributes:
        organization_id: Where.
        source: Where the row came from, such as ``excel``.
        kind: What kind of thing it is.
        external_id: Its key over there.
        entity_id: Our thing.
        digest: Of what the row said.
    """

    organization_id: OrganizationId
    source: str
    kind: ImportKind
    external_id: str
    entity_id: UUID
    digest: str


class Change(StrEnum):
    """What applying a plan does with a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"


@frozen
class PlannedCustomer:
    """A row that can be taken.

    Attributes:
        row: Of the sheet, from 1.
        change: What applying does with it.
        external_id: The customer number, by which the row is known again.
        data: Checked and cleaned.
        customer_id: The customer that exists already, if it does.
        version: Of that customer, which must still be the same when the plan is applied.
    """

    row: int
    change: Change
    external_id: str
    data: CustomerData
    customer_id: CustomerId | None = None
    version: int = 0


@frozen
class RefusedCell:
    """A cell that keeps its row from being imported.

    Attributes:
        sheet: Name of the sheet.
        row: From 1, as a spreadsheet shows it.
        column: Letter of the column.
        field: What the column holds.
        value: What stands there.
        code: A code of `worktraq.messages`.
        parameters: What its message fills in.
    """

    sheet: str
    row: int
    column: str
    field: str
    value: str
    code: str
    parameters: tuple[tuple[str, str | int], ...] = ()


@frozen
class ImportPlan:
    """What an import would do.

    Attributes:
        source: Where the rows come from, such as ``excel``.
        planned: The rows that can be taken.
        refused: The cells that cannot, in order of row.
        totals: Rows that were left out as totals lines.
    """

    source: str
    planned: tuple[PlannedCustomer, ...]
    refused: tuple[RefusedCell, ...]
    totals: tuple[int, ...] = ()

    def count(self, change: Change) -> int:
        """How many rows would be changed so."""
        return sum(1 for row in self.planned if row.change is change)


_KINDS = {
    **dict.fromkeys(("zakelijk", "bedrijf", "business", "company", "entreprise", "geschaftlich", "unternehmen"), 0),
    **dict.fromkeys(("professionnel", "firma", "b2b"), 0),
    **dict.fromkeys(("particulier", "prive", "private", "person", "privat", "privatperson", "b2c"), 1),
}


_LONGEST_KIND = 40


def customer_data(record: Record) -> CustomerData:
    """A row as a customer, checked.

    Raises:
        InvalidInput: With a problem for every field that is wrong.
    """
    kind = record.text("kind")
    # Folding takes quadratic time on accents that never end.
    kind = fold(kind) if len(kind) <= _LONGEST_KIND else kind
    if kind and kind not in _KINDS:
        raise InvalidInput.of("kind", "customer_kind_unknown")
    is_private = _KINDS[kind] if kind else not record.text("company_name").strip()
    return checked(
        CustomerData(
            kind=CustomerKind.PRIVATE if is_private else CustomerKind.BUSINESS,
            company_name=record.text("company_name"),
            first_name=record.text("first_name"),
            last_name=record.text("last_name"),
            number=record.text("number"),
            email=record.text("email"),
            address=Address(
                record.text("street"), record.text("postal_code"), record.text("city"), record.text("country")
            ),
            vat_number=record.text("vat_number"),
            company_number=record.text("company_number"),
            language=record.text("language"),
        )
    )


def digest_of(data: CustomerData) -> str:
    """What tells whether a row says something new."""
    content: Mapping[str, object] = asdict(data)
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def plan_row(
    row: int, data: CustomerData, link: ImportLink | None, customer: Customer | None, *, number_is_taken: bool
) -> PlannedCustomer:
    """What is to be done with a row.

    Args:
        row: Of the sheet.
        data: What the row says, checked.
        link: To the customer that the row became before, if it did.
        customer: That customer.
        number_is_taken: Whether a customer that was not imported from here has the number.

    Raises:
        InvalidInput: With ``number_taken``, or ``changed_here_and_there`` when both sides changed.
    """
    if link is None or customer is None:
        if number_is_taken:
            raise InvalidInput.of("number", "number_taken")
        return PlannedCustomer(row, Change.CREATE, data.number, data)
    if link.digest == digest_of(data):
        return PlannedCustomer(row, Change.UNCHANGED, data.number, data, customer.id, customer.version)
    if link.digest != digest_of(_as_imported(customer.data)):
        raise InvalidInput.of("number", "changed_here_and_there")
    return PlannedCustomer(row, Change.UPDATE, data.number, data, customer.id, customer.version)


def _as_imported(data: CustomerData) -> CustomerData:
    """The part of a customer's data that an import brings."""
    return evolve(data, iban="", currency="", chain=None)


def merged(current: CustomerData, imported: CustomerData) -> CustomerData:
    """Imported data, with what an import does not bring kept as it is."""
    return evolve(imported, iban=current.iban, currency=current.currency, chain=current.chain)
