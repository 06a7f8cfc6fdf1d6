"""Everything that a batch of messages tells of, read together: a few queries for the batch instead of many for each."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from worktraq.core.approval import Decision
from worktraq.core.customers import Customer
from worktraq.core.entries import Item
from worktraq.core.ids import ActivityId, CustomerId, ItemId, ProjectId, RequestId, UserId
from worktraq.core.notifications import Intent, NotificationKind
from worktraq.core.projects import Project
from worktraq.core.signoff import ApprovalRequest, in_order
from worktraq.core.templates import MailTemplate
from worktraq.core.users import User
from worktraq.usecases.context import Context, found

_WITHOUT_DECISIONS = frozenset({NotificationKind.ITEMS_REOPENED})


class Gathered:
    """What intents tell of, as one view sees it.

    Attributes:
        requests: Those that there are.
        users: Who is told, and whose requests and items they are; those that there are.
    """

    def __init__(self, context: Context, intents: Sequence[Intent]) -> None:
        self._context = context
        uow = context.uow
        self._items = {item.id: item for item in uow.items.find_many(_each(intent.item_ids for intent in intents))}
        wanted = {intent.request_id for intent in intents if intent.request_id is not None}
        self.requests: Mapping[RequestId, ApprovalRequest] = {
            request.id: request for request in uow.requests.find_many(wanted)
        }
        told = {intent.user_id for intent in intents if intent.user_id is not None}
        told.update(request.user_id for request in self.requests.values())
        told.update(item.user_id for item in self._items.values())
        self.users: Mapping[UserId, User] = {user.id: user for user in uow.users.find_many(told)}
        self._decided = _each(
            intent.item_ids
            for intent in intents
            if intent.user_id is not None and intent.kind not in _WITHOUT_DECISIONS
        )

    def items(self, intent: Intent) -> list[Item]:
        """The items of an intent that still exist, in order of day."""
        return in_order([self._items[each] for each in intent.item_ids if each in self._items])

    def customer(self, customer_id: CustomerId) -> Customer:
        """The customer of an item or a request.

        Raises:
            NotFound: When there is none.
        """
        return found(self._customers.get(customer_id), "customer")

    def project(self, project_id: ProjectId) -> Project:
        """The project of an item or a request.

        Raises:
            NotFound: When there is none.
        """
        return found(self._projects.get(project_id), "project")

    def activity_name(self, activity_id: ActivityId) -> str:
        """The description of the activity of an item; may be empty."""
        return self._activity_names.get(activity_id, "")

    @cached_property
    def decisions(self) -> Mapping[ItemId, Decision]:
        """The last decision on each item that an employee is told of."""
        decisions = self._context.uow.decisions.of_items(self._decided)
        return {decision.item_id: decision for decision in decisions}

    @cached_property
    def templates(self) -> Sequence[MailTemplate]:
        """The organization's own texts."""
        return self._context.uow.templates.all()

    @cached_property
    def colour(self) -> str:
        """The organization's; empty for the usual one."""
        brand = self._context.uow.brands.find()
        return brand.colour if brand is not None else ""

    @cached_property
    def _customers(self) -> Mapping[CustomerId, Customer]:
        wanted = {item.customer_id for item in self._items.values()}
        wanted.update(request.customer_id for request in self.requests.values())
        return {each.id: each for each in self._context.uow.customers.find_many(wanted)}

    @cached_property
    def _projects(self) -> Mapping[ProjectId, Project]:
        wanted = {item.project_id for item in self._items.values() if item.project_id is not None}
        wanted.update(request.project_id for request in self.requests.values())
        return {each.id: each for each in self._context.uow.projects.find_many(wanted)}

    @cached_property
    def _activity_names(self) -> Mapping[ActivityId, str]:
        wanted = {item.activity_id for item in self._items.values()}
        return {each.id: each.description for each in self._context.uow.activities.find_many(wanted)}


def _each(groups: Iterable[Sequence[ItemId]]) -> set[ItemId]:
    return {item_id for group in groups for item_id in group}
