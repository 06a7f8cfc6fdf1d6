"""Importing customers: what is remembered, planned and decided (B-10); `worktraq.core.comparing` compares."""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from attrs import field, frozen

from worktraq.core.customers import CustomerData
from worktraq.core.ids import CustomerId, OrganizationId
from worktraq.core.replacing import maker
from worktraq.errors import InvalidInput

ARCHIVED = "archived"
"""The mark of what an import archived, ended or deactivated, until somebody does otherwise."""

CREATED = "created"
"""The mark of a user whom an import added."""

BARRED = "barred"
"""The mark of a row that was somebody who is erased; see `bar_of`."""

MOST_REFUSED = 10_000
"""How many refused cells a plan names; it counts all of them."""


class ImportKind(StrEnum):
    """What is imported."""

    CUSTOMER = "customer"
    CONTACT = "contact"
    USER = "user"


@frozen(weakref_slot=False)
class ImportLink:
    """Which of our things an imported row is, and what the row said last time.

    Attributes:
        organization_id: Where.
        source: Where the row came from, such as ``excel``.
        kind: What kind of thing it is.
        external_id: Its key over there.
        entity_id: Our thing.
        digest: Of the row as it stood in the file, so that the same row is known without looking closer.
        imported: What it said, cleaned: a JSON object of values by field.
    """

    organization_id: OrganizationId
    source: str
    kind: ImportKind
    external_id: str
    entity_id: UUID
    digest: str
    imported: str = ""


make_import_link = maker(ImportLink)


def bar_of(organization_id: OrganizationId, source: str, kind: ImportKind, external_id: str) -> UUID:
    """What stands for a row that no import takes any more.

    It is a digest, so that neither the key over there nor our thing can be read from it.
    """
    said = f"{organization_id.hex}\x1f{source}\x1f{kind.value}\x1f{external_id}"
    return UUID(bytes=sha256(said.encode("utf-8", "surrogatepass")).digest()[:16])


@frozen(weakref_slot=False)
class KnownRow:
    """A link without what was imported, and how our thing stands: all that it takes to see that nothing is new.

    Attributes:
        external_id: Its key over there.
        digest: Of the row when it was imported last.
        entity_id: Our thing.
        version: Of our thing; 0 if it is gone.
        is_archived: Whether our thing is archived, ended or deactivated.
    """

    external_id: str
    digest: str
    entity_id: UUID
    version: int
    is_archived: bool = False


make_known_row = maker(KnownRow)


class Change(StrEnum):
    """What applying a plan does with a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    """Something was changed both here and in the file: somebody has to decide."""

    SUGGESTED = "suggested"
    """It may be a customer that is here already: somebody has to decide."""

    ARCHIVE = "archive"
    """It is gone there, or kept for the past only."""

    RESTORE = "restore"
    """It is back there."""

    REJECTED = "rejected"
    """Nothing can be made of it."""

    WAITING = "waiting"
    """It has to wait for something else, such as a contact for the customer."""


class MatchedBy(StrEnum):
    """Why a row may be a customer that is here already."""

    VAT_NUMBER = "vat_number"
    NAME = "name"
    NUMBER = "number"
    MAIL = "mail"


class ConflictDecision(StrEnum):
    """Which value of a field counts that was changed both here and in the file."""

    KEEP_OURS = "keep_ours"
    TAKE_THEIRS = "take_theirs"


class MatchDecision(StrEnum):
    """Whether a row is the customer that is suggested."""

    MATCH = "match"
    CREATE = "create"


@frozen
class FieldConflict:
    """A field that was changed both here and in the file.

    Attributes:
        field: Which one.
        imported_before: What the file said last time; None if it never said anything.
        here: What stands here.
        there: What the file says now.
    """

    field: str
    imported_before: str | None
    here: str
    there: str


@frozen(weakref_slot=False)
class PlannedCustomer:
    """A row that can be taken.

    Attributes:
        row: Of the sheet, from 1.
        change: What applying does with it.
        external_id: By what the row is known again: its number, or a digest of its VAT number or name and place.
        data: What the customer becomes, with the fields in conflict as they are here; for a suggestion, the new
            customer that it becomes if it is no match. Empty for a row that says what it said before, for then it is
            not looked at.
        customer_id: The customer that exists already, if it does; for a suggestion, the one that is suggested.
        version: Of that customer, which must still be the same when the plan is applied.
        said: What the row says, in the order of the plan's fields; empty if nothing of it has to be remembered.
        digest: Of the row as it stands in the file.
        remembered: The digest of the row when it was imported last, which must still be the same when the plan is
            applied; empty for a row that is new.
        conflicts: What has to be decided, with a suggestion only if it is a match.
        matched_by: Why the customer is suggested.
    """

    row: int
    change: Change
    external_id: str
    data: CustomerData
    customer_id: CustomerId | None = None
    version: int = 0
    said: tuple[str, ...] = ()
    digest: str = ""
    remembered: str = ""
    conflicts: tuple[FieldConflict, ...] = ()
    matched_by: MatchedBy | None = None


_OF_A_ROW = ("row", "change", "external_id", "data", "customer_id", "version", "said", "digest", "remembered")
make_planned_customer = maker(PlannedCustomer, *_OF_A_ROW)


@frozen
class RefusedCell:
    """A cell that keeps its row from being imported.

    Attributes:
        sheet: Name of the sheet.
        row: From 1, as a spreadsheet shows it.
        column: Letter of the column; empty where the sheet has no such column.
        field: What the column holds.
        value: What stands there, its first 200 characters.
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
        refused: The cells that cannot, in order of row; the first 10,000 of them.
        totals: Rows that were left out as totals lines.
        fields: Which fields of a customer the file has.
        unread: Headings whose columns are not imported.
        refused_rows: How many rows are refused.
        refused_cells: How many cells are refused, named or not.
        is_checked: Whether the customers in it were checked and nobody had it in hands since, as in JSON.
    """

    source: str
    planned: tuple[PlannedCustomer, ...]
    refused: tuple[RefusedCell, ...]
    totals: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    refused_rows: int = 0
    refused_cells: int = 0
    is_checked: bool = field(default=False, init=False, eq=False, repr=False)

    def count(self, change: Change) -> int:
        """How many rows would be changed so."""
        return sum(1 for row in self.planned if row.change is change)


def as_checked(plan: ImportPlan) -> ImportPlan:
    """The plan, whose customers need not be checked again; what is made of it with other values is unchecked."""
    object.__setattr__(plan, "is_checked", True)  # no argument of the class, so that no JSON can say it
    return plan


@frozen
class FieldDecision:
    """What counts for one field of one row.

    Attributes:
        row: Of the sheet.
        field: One that is in conflict.
        decision: Which value counts.
    """

    row: int
    field: str
    decision: ConflictDecision


@frozen
class RowDecision:
    """Whether one row is the customer that is suggested.

    Attributes:
        row: Of the sheet.
        decision: Whether it is.
    """

    row: int
    decision: MatchDecision


class Undecided(Protocol):
    """A row about which somebody may have to decide."""

    @property
    def row(self) -> int:
        """By which decisions name it."""

    @property
    def change(self) -> Change:
        """What becomes of it."""

    @property
    def conflicts(self) -> tuple[FieldConflict, ...]:
        """The fields in conflict."""


@frozen
class Decisions:
    """What somebody decided about the conflicts and suggestions of a plan.

    Attributes:
        conflicts: For all fields that `fields` does not name; None leaves them undecided.
        suggestions: For all rows that `rows` does not name; None leaves them undecided.
        fields: For single fields.
        rows: For single rows.
    """

    conflicts: ConflictDecision | None = None
    suggestions: MatchDecision | None = None
    fields: tuple[FieldDecision, ...] = ()
    rows: tuple[RowDecision, ...] = ()
    _by_field: Mapping[tuple[int, str], ConflictDecision] = field(init=False, eq=False, repr=False)
    _by_row: Mapping[int, MatchDecision] = field(init=False, eq=False, repr=False)

    @_by_field.default
    def _fields_by_place(self) -> Mapping[tuple[int, str], ConflictDecision]:
        return {(each.row, each.field): each.decision for each in self.fields}

    @_by_row.default
    def _rows_by_number(self) -> Mapping[int, MatchDecision]:
        return {each.row: each.decision for each in self.rows}

    def on_field(self, row: int, name: str) -> ConflictDecision | None:
        """What counts for a field in conflict, or None while that is undecided."""
        return self._by_field.get((row, name), self.conflicts)

    def on_row(self, row: int) -> MatchDecision | None:
        """Whether a row is the customer that is suggested, or None while that is undecided."""
        return self._by_row.get(row, self.suggestions)

    def is_complete_for(self, planned: Undecided) -> bool:
        """Whether nothing of a row is left to be decided."""
        if planned.change is Change.SUGGESTED:
            found = self.on_row(planned.row)
            if found is not MatchDecision.MATCH:
                return found is MatchDecision.CREATE
        return all(self.on_field(planned.row, each.field) is not None for each in planned.conflicts)

    def require_asked(self, plan: ImportPlan) -> None:
        """Go on only when every single decision answers something that the plan asks.

        Raises:
            InvalidInput: With ``decision_not_asked`` for the first row or field that needs none.
        """
        asked = {(row.row, each.field) for row in plan.planned for each in row.conflicts}
        suggested = {row.row for row in plan.planned if row.change is Change.SUGGESTED}
        for place in self._by_field.keys() - asked:
            raise InvalidInput.of("decisions", "decision_not_asked", row=place[0])
        for number in self._by_row.keys() - suggested:
            raise InvalidInput.of("decisions", "decision_not_asked", row=number)
