"""A firm as its people set it up: through the engine, with whatever commands on it need."""

from worktraq.core.actors import Actor
from worktraq.core.money import Money, Rate
from worktraq.core.organizations import Address
from worktraq.core.projects import FixedPrice, Hourly
from worktraq.core.rates import RateSubject
from worktraq.core.users import Role
from worktraq.engine import WorkTraq
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.founding import Founded


def set_up(engine: WorkTraq) -> Founded:
    """A firm with two administrators, a manager, two employees, two customers, two projects, rates on them, and work of which some is approved inside."""
    founded = engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")
    with engine.transaction(founded.admin) as tx:
        tx.users.add(name="Bo", email="bo@acme.example", role=Role.ADMIN)
        tx.users.add(name="Mo", email="mo@acme.example", role=Role.MANAGER)
        eva = tx.users.add(name="Eva", email="eva@acme.example")
        coen = tx.users.add(name="Coen", email="coen@acme.example")
        address = Address("Dam 1", "1012 JS", "Amsterdam", "NL")
        tx.organizations.change_billing_details(name="Acme B.V.", address=address, vat_number="NL004495445B01")
        bakery = tx.customers.add_business(
            company_name="Bakkerij Jansen B.V.", number="K-1", email="ap@jansen.example", address=address
        )
        piet = tx.customers.add_private(first_name="Piet", last_name="Pietersen")
        jan = tx.contacts.add(name="Jan Jansen", email="jan@jansen.example", customer_ids=[bakery.id])
        advice = tx.projects.add(
            bakery.id,
            name="Advice",
            billing=Hourly(customer_approval=True),
            contact_id=jan.id,
            rate=Rate("95.00", "EUR"),
        )
        report = tx.projects.add(bakery.id, name="Year-end report", billing=FixedPrice())
        of_eva, of_coen = (
            tx.activities.add(user_id=user.id, customer_id=bakery.id, project_id=advice.id) for user in (eva, coen)
        )
        tx.activities.add(user_id=eva.id, customer_id=bakery.id, project_id=report.id)
        tx.activities.add(user_id=eva.id, customer_id=piet.id)
        tx.rates.set(RateSubject.CUSTOMER, piet.id, Rate("80.00", "EUR"))
        tx.rates.add_instalment(report.id, due_on=MONDAY, amount=Money("500.00", "EUR"), description="First half")
    for user, activity in ((eva, of_eva), (coen, of_coen)):
        with engine.transaction(Actor.user(user.organization_id, user.id)) as tx:
            items = [tx.entries.register_time(activity.id, on=MONDAY, minutes=minutes).id for minutes in (60, 480)]
            tx.entries.register_time(activity.id, on=MONDAY, minutes=90)
            tx.approval.submit_items(items)
        with engine.transaction(founded.admin) as tx:
            tx.approval.approve(items)
    with engine.transaction(founded.admin) as tx:
        tx.signoff.offer(user_id=eva.id, project_id=advice.id, period=OCTOBER)
    return founded
