"""What is kept of decisions on requests."""

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Column, bindparam

from worktraq.adapters.sqlalchemy.cells import Row
from worktraq.adapters.sqlalchemy.fields import Special
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, ID, INSTANT, LINE, NAME, long_text, refers, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.core.evidence import Attestation, DecidedLine
from worktraq.core.ids import ItemId, RequestId
from worktraq.core.money import Money
from worktraq.core.signoff import Line

attestation_table = table(
    "attestation",
    Column("request_id", ID, primary_key=True),
    Column("at", INSTANT, nullable=False),
    Column("channel", CODE, nullable=False),
    Column("person", NAME, nullable=False),
    Column("user_id", ID),
    Column("address", LINE, nullable=False),
    Column("comment", long_text(), nullable=False),
    Column("digest", text(80), nullable=False),
    Column("shown", long_text(), nullable=False),
    Column("salt", CODE, nullable=False),
    refers("request_id", "request"),
)


def _listed(lines: Sequence[DecidedLine]) -> Row:
    """The lines as a list, in their order."""
    content = [
        [
            each.line.item_id.hex,
            each.line.on.isoformat(),
            each.line.activity,
            each.line.note,
            each.line.minutes,
            (each.line.amount.minor, each.line.amount.currency) if each.line.amount is not None else None,
            each.is_approved,
            each.comment,
        ]
        for each in lines
    ]
    return (json.dumps(content, separators=(",", ":"), ensure_ascii=False),)


def _lines_of(form: str) -> tuple[DecidedLine, ...]:
    """The lines in a list."""
    return tuple(
        DecidedLine(
            Line(
                ItemId(UUID(item_id)),
                date.fromisoformat(on),
                activity,
                note,
                minutes,
                Money.from_minor(*amount) if amount else None,
            ),
            is_approved,
            comment,
        )
        for item_id, on, activity, note, minutes, amount, is_approved, comment in json.loads(form)
    )


ATTESTATIONS = Shelf(
    Mapping(
        attestation_table,
        Attestation,
        names={"by": "person"},
        special={"lines": Special(("shown",), _lines_of, _listed)},
    ),
    id_column="request_id",
)
_of_request = ATTESTATIONS.where(attestation_table.c.request_id == bindparam("request_id"))


class SqlAttestations:
    """The attestations of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, attestation: Attestation) -> None:
        """Store an attestation."""
        self._session.require_writes()
        self._session.add(ATTESTATIONS.insertion, self._session.dump(ATTESTATIONS.mapping, [attestation]))

    def find(self, request_id: RequestId) -> Attestation | None:
        """The attestation of a request, or None."""
        rows = self._session.fetch(_of_request, request_id=self._session.packed(request_id))
        found = self._session.load(ATTESTATIONS.mapping, rows)
        return found[0] if found else None
