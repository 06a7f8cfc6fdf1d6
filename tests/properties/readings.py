"""Every way to read something."""

from collections.abc import Callable, Sequence

from tests.unit.usecases.firm import Office
from worktraq.core.access import Action
from worktraq.core.approval import Command
from worktraq.core.entries import Item
from worktraq.core.ids import ItemId
from worktraq.core.signoff import ApprovalRequest
from worktraq.core.unbilled import UnbilledBy
from worktraq.testing.builders import OCTOBER
from worktraq.usecases.transaction import Transaction


def everything(
    tx: Transaction, office: Office, items: Sequence[Item], requests: Sequence[ApprovalRequest]
) -> list[Callable[[], object]]:
    """Reading all lists, overviews and things, whether the actor may or not."""
    firm = office.firm
    about_items: list[Callable[[ItemId], object]] = [
        tx.entries.get,
        tx.billing.why,
        lambda item_id: str(tx.billing.explain(item_id)),
        tx.audit.history,
        tx.approval.decisions,
        tx.approval.comments,
        tx.approval.history,
        tx.signoff.of_item,
        tx.rates.explain,
        lambda item_id: [tx.access.allowed_on(item_id, command) for command in Command],
    ]
    return [
        *(lambda read=read, item=item: read(item.id) for read in about_items for item in items),
        *(lambda request=request: tx.signoff.get(request.id) for request in requests),
        *(lambda request=request: tx.signoff.items(request.id) for request in requests),
        *(lambda request=request: tx.signoff.evidence(request.id) for request in requests),
        *(lambda request=request: tx.signoff.verify(request.id) for request in requests),
        # Their logos are pictures, which JSON has no form for.
        lambda: tx.approval.timesheet(user_id=firm.employee.id, project_id=firm.project.id, period=OCTOBER).lines,
        lambda: tx.organizations.brand().colour,
        *(tx.notifications.templates, tx.organizations.next_setup_step),
        lambda: tx.customers.has_pin(firm.customer.id),
        *(tx.approval.waiting, tx.signoff.overview, tx.signoff.counts, tx.signoff.language),
        *(lambda subject=subject: tx.rates.on(subject) for subject in (firm.id, firm.customer.id, firm.project.id)),
        *(tx.entries.list, tx.approval.inbox, tx.billing.unbilled, tx.overviews.hours, tx.signoff.list),
        *(tx.projects.list, tx.activities.list, tx.activities.mine, tx.customers.list, tx.customers.summaries),
        *(
            tx.users.me,
            tx.users.invitation,
            tx.users.invitations,
            tx.users.list,
            tx.teams.list,
            tx.access.mine,
            tx.organizations.get,
            tx.contacts.list,
        ),
        *(tx.organizations.billing_details, tx.audit.verify, tx.notifications.dead, tx.signoff.shown),
        lambda: tx.billing.unbilled(by=list(UnbilledBy)),
        tx.billing.unbilled_lines,
        tx.billing.held_up,
        lambda: tx.billing.missing_work(OCTOBER),
        lambda: tx.rates.markups_on(firm.id),
        lambda: tx.projects.get(firm.project.id),
        lambda: tx.activities.get(firm.activity.id),
        lambda: tx.customers.get(firm.customer.id),
        lambda: tx.overviews.customer(firm.customer.id),
        lambda: tx.overviews.project(firm.project.id),
        lambda: tx.overviews.employee(firm.employee.id),
        tx.overviews.organization,
        lambda: tx.projects.budget(firm.project.id),
        lambda: tx.rates.budget(firm.project.id),
        lambda: tx.rates.instalments(firm.fixed_project.id),
        *(tx.billing.propose, tx.billing.invoices, tx.billing.seller_profile),
        *(lambda item=item: tx.billing.of_item(item.id) for item in items),
        lambda: tx.billing.propose(waive_reason="urgent"),
        lambda: tx.billing.terms(firm.customer.id),
        lambda: tx.billing.rounding(firm.project.id),
        lambda: tx.access.grants_on(firm.customer.id),
        lambda: tx.access.grants_of(firm.employee.id),
        lambda: tx.audit.history(firm.project.id),
        lambda: tx.access.allowed_to_register(firm.activity.id),
        lambda: list(tx.audit.records()),
        lambda: list(tx.exports.hours().rows),
        lambda: list(tx.exports.requests().rows),
        lambda: list(tx.exports.customers().rows),
        lambda: [tx.access.allowed(action, customer_id=firm.customer.id) for action in Action],
    ]
