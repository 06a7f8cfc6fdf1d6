"""How an organization looks."""

from tests.unit.core.test_branding import png
from tests.unit.usecases.firm import Office
from worktraq.core.actors import Actor
from worktraq.core.events import EventName
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused


def test_the_administrator_chooses_and_everybody_reads(office: Office) -> None:
    """Nothing is chosen at first; what is not given stays."""
    with office.acting(office.admin) as tx:
        assert tx.organizations.brand().version == 0
        tx.organizations.change_brand(version=0, colour="#0B5566")
        brand = tx.organizations.change_brand(version=1, logo=png())
    assert (brand.colour, brand.logo, brand.logo_type, brand.version) == ("#0b5566", png(), "image/png", 2)
    for actor in (office.manager, office.eva, office.system):
        with office.viewing(actor) as tx:
            assert tx.organizations.brand() == brand
    with office.viewing(office.stranger) as tx:
        assert tx.organizations.brand().version == 0


def test_only_administrators_change_it(office: Office) -> None:
    """A manager does not."""
    for actor in (office.manager, office.eva):
        office.refuses(actor, lambda tx: tx.organizations.change_brand(version=0, colour="#000000"), Refused)


def test_wrong_and_stale_changes_are_refused(office: Office) -> None:
    """Nothing is kept of them."""
    office.refuses(office.admin, lambda tx: tx.organizations.change_brand(version=0, colour="red"), InvalidInput)
    office.refuses(office.admin, lambda tx: tx.organizations.change_brand(version=1, colour="#000000"), Conflict)


def test_whoever_holds_a_link_sees_it(office: Office) -> None:
    """Nobody else outside does."""
    item = office.time()
    contact = office.contact(office.asked(item))
    with office.viewing(contact) as tx:
        assert tx.organizations.brand().colour == ""
    outsiders = [Actor.contact(office.firm.id, "x" * 43), Actor.invitee(office.firm.id, contact.token)]
    for outsider in (*outsiders, Actor.contact(office.other.id, contact.token)):
        office.refuses(outsider, lambda tx: tx.organizations.brand(), NotFound)


def test_the_event_holds_neither_colour_nor_logo(office: Office) -> None:
    """Only that it was changed."""
    with office.acting(office.admin) as tx:
        tx.organizations.change_brand(version=0, colour="#0B5566", logo=png())
    with office.store.unit_of_work(office.firm.id, writes=False) as uow:
        (event,) = (each for each in uow.events.unsealed(1_000) if each.name is EventName.BRAND_CHANGED)
    assert (event.subject_id, event.details) == (office.firm.id, ())
