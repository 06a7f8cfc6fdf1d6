"""A transaction or view as a host sees it: the areas of worktraq, each loaded when it is first used."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from worktraq.core.actors import Actor
from worktraq.usecases.context import Context
from worktraq.usecases.taking_ids import taking_ids

if TYPE_CHECKING:
    from worktraq.usecases.access import Access
    from worktraq.usecases.accounting import Accounting
    from worktraq.usecases.activities import Activities
    from worktraq.usecases.approval import Approval
    from worktraq.usecases.audit import Audit
    from worktraq.usecases.billing import Billing
    from worktraq.usecases.contacts import Contacts
    from worktraq.usecases.customers import Customers
    from worktraq.usecases.entries import Entries
    from worktraq.usecases.exports import Exports
    from worktraq.usecases.imports import Imports
    from worktraq.usecases.notifications import Notifications
    from worktraq.usecases.organizations import Organizations
    from worktraq.usecases.overviews import Overviews
    from worktraq.usecases.privacy import Privacy
    from worktraq.usecases.projects import Projects
    from worktraq.usecases.rates import Rates
    from worktraq.usecases.signoff import Signoff
    from worktraq.usecases.teams import Teams
    from worktraq.usecases.users import Users


class Transaction:
    """The areas of worktraq for one actor, all in one unit of work.

    From `WorkTraq.transaction` everything may be changed that the actor may change; from `WorkTraq.view` nothing.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._context.actor

    @property
    def at(self) -> datetime:
        """The instant at which everything in it happens, in UTC."""
        return self._context.at

    @cached_property
    def organizations(self) -> "Organizations":
        """The organization: settings, billing details, set-up."""
        from worktraq.usecases.organizations import Organizations

        return taking_ids(Organizations)(self._context)

    @cached_property
    def users(self) -> "Users":
        """Who works in the organization, and who is asked to."""
        from worktraq.usecases.users import Users

        return taking_ids(Users)(self._context)

    @cached_property
    def teams(self) -> "Teams":
        """Groups of users."""
        from worktraq.usecases.teams import Teams

        return taking_ids(Teams)(self._context)

    @cached_property
    def access(self) -> "Access":
        """Grants, and the answer to "may I?"."""
        from worktraq.usecases.access import Access

        return taking_ids(Access)(self._context)

    @cached_property
    def customers(self) -> "Customers":
        """For whom is worked."""
        from worktraq.usecases.customers import Customers

        return taking_ids(Customers)(self._context)

    @cached_property
    def contacts(self) -> "Contacts":
        """Natural persons at customers."""
        from worktraq.usecases.contacts import Contacts

        return taking_ids(Contacts)(self._context)

    @cached_property
    def projects(self) -> "Projects":
        """Work for one customer."""
        from worktraq.usecases.projects import Projects

        return taking_ids(Projects)(self._context)

    @cached_property
    def activities(self) -> "Activities":
        """Who works for whom, on what."""
        from worktraq.usecases.activities import Activities

        return taking_ids(Activities)(self._context)

    @cached_property
    def rates(self) -> "Rates":
        """What an hour costs; for managers and administrators only."""
        from worktraq.usecases.rates import Rates

        return taking_ids(Rates)(self._context)

    @cached_property
    def entries(self) -> "Entries":
        """Time entries and expenses."""
        from worktraq.usecases.entries import Entries

        return taking_ids(Entries)(self._context)

    @cached_property
    def approval(self) -> "Approval":
        """Submitting, and approving inside the firm."""
        from worktraq.usecases.approval import Approval

        return taking_ids(Approval)(self._context)

    @cached_property
    def signoff(self) -> "Signoff":
        """What customers are asked, and what they decide."""
        from worktraq.usecases.signoff import Signoff

        return taking_ids(Signoff)(self._context)

    @cached_property
    def billing(self) -> "Billing":
        """What is not billed yet, and why."""
        from worktraq.usecases.billing import Billing

        return taking_ids(Billing)(self._context)

    @cached_property
    def overviews(self) -> "Overviews":
        """Totals of registered time."""
        from worktraq.usecases.overviews import Overviews

        return taking_ids(Overviews)(self._context)

    @cached_property
    def imports(self) -> "Imports":
        """Bringing in what stands elsewhere."""
        from worktraq.usecases.imports import Imports

        return taking_ids(Imports)(self._context)

    @cached_property
    def accounting(self) -> "Accounting":
        """The accounting system from which customers are read in."""
        from worktraq.usecases.accounting import Accounting

        return taking_ids(Accounting)(self._context)

    @cached_property
    def exports(self) -> "Exports":
        """Taking out what stands here."""
        from worktraq.usecases.exports import Exports

        return taking_ids(Exports)(self._context)

    @cached_property
    def notifications(self) -> "Notifications":
        """What could not be delivered."""
        from worktraq.usecases.notifications import Notifications

        return taking_ids(Notifications)(self._context)

    @cached_property
    def audit(self) -> "Audit":
        """The history of things, and the audit trail."""
        from worktraq.usecases.audit import Audit

        return taking_ids(Audit)(self._context)

    @cached_property
    def privacy(self) -> "Privacy":
        """Personal data: what is stored about a person, erasing it, and legal holds."""
        from worktraq.usecases.privacy import Privacy

        return taking_ids(Privacy)(self._context)
