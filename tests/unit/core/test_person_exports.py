"""What a person is given leaves out what is about others, and what links are found by."""

import pytest
from attrs import asdict, evolve

from worktraq.core.person_exports import (
    exported_attestation,
    exported_invitation,
    exported_invoice,
    exported_request,
    exported_team,
)
from worktraq.core.signoff import Line
from worktraq.testing.bills import a_line, an_invoice
from worktraq.testing.builders import MONDAY, a_request, a_time_entry, an_attestation, an_invitation
from worktraq.testing.firms import a_firm

pytestmark = pytest.mark.requirement("B-07")
FIRM = a_firm()
REQUEST = evolve(a_request(FIRM.project, FIRM.employee), decided_by="Piet", comment="Thanks")


def test_team_comes_without_its_members() -> None:
    """Who they are is about them."""
    assert asdict(exported_team(FIRM.team)) == {"id": FIRM.team.id, "name": FIRM.team.name}


def test_invitation_comes_without_its_link() -> None:
    """Its status and times are as stored."""
    invitation = an_invitation(FIRM.employee)
    exported = asdict(exported_invitation(invitation))
    assert exported == {name: getattr(invitation, name) for name in ("status", "sent_at", "expires_at", "since")}


@pytest.mark.parametrize("is_recipient", [True, False])
def test_request_names_the_recipient_to_the_recipient_only(is_recipient: bool) -> None:
    """Its links are told to nobody."""
    exported = exported_request(REQUEST, is_recipient=is_recipient)
    assert exported.recipient == (REQUEST.recipient if is_recipient else None)
    names = {name for name in asdict(exported, recurse=False) if name != "recipient"}
    assert {name: getattr(exported, name) for name in names} == {name: getattr(REQUEST, name) for name in names}
    assert not [name for name in names if "token" in name or "key" in name]


def test_attestation_comes_without_lines_and_salt() -> None:
    """The lines are about the work of somebody else."""
    line = Line(a_time_entry(FIRM.activity).id, MONDAY, "Advice", "note", 60, None)
    attestation = an_attestation(REQUEST, line)
    names = {"request_id", "at", "by", "address", "comment"}
    assert asdict(exported_attestation(attestation)) == {name: getattr(attestation, name) for name in names}


def test_invoice_comes_without_its_lines() -> None:
    """And so without a rate."""
    invoice = an_invoice(FIRM.customer, a_line())
    exported = exported_invoice(invoice)
    assert set(asdict(exported, recurse=False)) == {"id", "number", "buyer", "gross", "at"}
    assert (exported.id, exported.number, exported.buyer) == (invoice.id, invoice.number, invoice.buyer)
    assert (exported.gross, exported.at) == (invoice.totals.gross, invoice.confirmed_at)
