"""Moving items, where the use cases above it leave no way to try something."""

import pytest

from tests.unit.usecases.firm import KEYS, Office
from worktraq.core.approval import Command
from worktraq.core.links import Links
from worktraq.testing.fakes import SeededIds
from worktraq.usecases.context import Context
from worktraq.usecases.moving import Moving


@pytest.mark.requirement("B-05")
def test_contact_is_the_customer_of_the_lines_of_the_request_only(office: Office) -> None:
    """Whoever holds its link is nobody to any other item."""
    asked = office.time()
    request = office.asked(asked)
    other = office.time()
    office.submit()
    office.approve(other)
    contact, links = office.token(request), Links("https://hours.example", KEYS)
    with office.store.unit_of_work(office.firm.id, writes=False) as uow:
        moving = Moving(
            Context(uow, contact, office.clock.now, SeededIds(), links=links, documents=None, templates=None), request
        )
        assert moving.verdict(office.item(asked.id), Command.APPROVE)
        verdict = moving.verdict(office.item(other.id), Command.APPROVE)
    assert [reason.code for reason in verdict.reasons] == ["needs_customer", "needs_manager"]
