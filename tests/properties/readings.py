"""Every way to read something."""

from collections.abc import Callable, Sequence

from tests.unit.usecases.firm import Office
from worktraq.core.access import Action
from worktraq.core.approval import Command
from worktraq.core.entries import Item
from worktraq.core.ids import ItemId
from worktraq.core.signoff import ApprovalRequest
from worktraq.usecases.transaction import Transaction


def everything(
    tx: Transaction, office: Office, items: Sequence[Item], requests: Sequence[ApprovalRequest]
) -> list[Callable[[], object]]:
    """Reading all lists, overviews and things, whether the actor may or not."""
    firm = office.firm
    about_items: list[Callable[[ItemId], object]] = [
        tx.entries.get,
        tx.billing.why,
        tx.audit.history,
        tx.approval.decisions,
        tx.rates.explain,
        lambda item_id: [tx.access.allowed_on(item_id, command) for command in Command],
    ]
    return [
        *(lambda read=read, item=item: read(item.id) for read in about_items for item in items),
        *(lambda request=request: tx.signoff.get(request.id) for request in requests),
        *(lambda subject=subject: tx.rates.on(subject) for subject in (firm.id, firm.customer.id, firm.project.id)),
        *(tx.entries.list, tx.approval.inbox, tx.billing.unbilled, tx.overviews.hours, tx.signoff.list),
        *(tx.projects.list, tx.activities.list, tx.activities.mine, tx.customers.list, tx.customers.summaries),
        *(tx.users.me, tx.users.list, tx.teams.list, tx.access.mine, tx.organizations.get, tx.contacts.list),
        *(tx.organizations.billing_details, tx.audit.verify, tx.notifications.dead, tx.signoff.shown),
        lambda: tx.projects.get(firm.project.id),
        lambda: tx.activities.get(firm.activity.id),
        lambda: tx.customers.get(firm.customer.id),
        lambda: tx.overviews.customer(firm.customer.id),
        lambda: list(tx.audit.records()),
        lambda: list(tx.exports.hours().rows),
        lambda: list(tx.exports.customers().rows),
        lambda: [tx.access.allowed(action, customer_id=firm.customer.id) for action in Action],
    ]
