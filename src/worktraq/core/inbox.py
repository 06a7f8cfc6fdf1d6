"""What waits for an approver, in groups, and the proof that somebody has seen what is approved as a whole (W-09)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from attrs import frozen

from worktraq.core.calendar import Period
from worktraq.core.entries import Expense, Item, minutes_of
from worktraq.core.ids import CustomerId, ProjectId, UserId
from worktraq.core.money import Money
from worktraq.core.paging import Key, Page, PageRequest, read_cursor, write_cursor
from worktraq.errors import Conflict, InvalidInput

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)
KEY_PARTS = 5
"""Of which a token is made, and the key of a group in a list."""


@frozen
class Seen:
    """What tells one content of a group from another: whatever comes, goes or comes back changed changes one of these.

    Two of them add up to that of both groups together.

    Attributes:
        items: How many there are.
        versions: The sum of their versions, which only go up.
        minutes: Of all time together.
        spent: The sum of all amounts, in minor units of whatever currency.
        latest: When the last one came into its state, in microseconds since 1970 UTC.
    """

    items: int
    versions: int
    minutes: int
    spent: int
    latest: int

    @classmethod
    def of(cls, items: Iterable[Item]) -> "Seen":
        """Of items."""
        found = list(items)
        return cls(
            len(found),
            sum(item.version for item in found),
            minutes_of(found),
            sum(item.amount.minor for item in found if isinstance(item, Expense)),
            max(((item.since - _EPOCH) // _MICROSECOND for item in found), default=0),
        )

    @classmethod
    def read(cls, token: str) -> "Seen":
        """From a token.

        Raises:
            InvalidInput: With code ``token_malformed``.
        """
        try:
            key: Key = read_cursor(token)
        except InvalidInput:
            raise InvalidInput.of("seen", "token_malformed") from None
        numbers = [part for part in key if isinstance(part, int)]
        if not len(numbers) == len(key) == KEY_PARTS:
            raise InvalidInput.of("seen", "token_malformed")
        return cls(*numbers)

    @property
    def token(self) -> str:
        """An opaque text, for a page or form."""
        return write_cursor((self.items, self.versions, self.minutes, self.spent, self.latest))

    def __add__(self, other: "Seen") -> "Seen":
        return Seen(
            self.items + other.items,
            self.versions + other.versions,
            self.minutes + other.minutes,
            self.spent + other.spent,
            max(self.latest, other.latest),
        )


@frozen(kw_only=True)
class WaitingGroup:
    """What waits for approval of one employee, for one customer or project, in one week or month.

    Attributes:
        user_id: Whose hours and expenses.
        customer_id: For whom.
        project_id: On which project, if on one.
        period: The week or month; the items lie in it.
        items: How many there are.
        minutes: Of all time together.
        expenses: Of all expenses together, per currency.
        oldest: The first day of work among them.
        token: Proof of having seen this group, for `approve_all` and `reject_all`.
    """

    user_id: UserId
    customer_id: CustomerId
    project_id: ProjectId | None
    period: Period
    items: int
    minutes: int
    expenses: tuple[Money, ...]
    oldest: date
    token: str

    @property
    def key(self) -> Key:
        """Its place in the list: the oldest first."""
        project = self.project_id.hex if self.project_id is not None else ""
        parts = (self.period.first.isoformat(), self.user_id.hex, self.customer_id.hex, project)
        return (self.oldest.isoformat(), *parts)


def page_of(groups: Sequence[WaitingGroup], request: PageRequest) -> Page[WaitingGroup]:
    """Some of the groups, which are in order of their keys.

    Raises:
        InvalidInput: With ``cursor_malformed`` for a key that no group can have.
    """
    after = request.after
    if after is not None:
        if len(after) != KEY_PARTS or not all(isinstance(part, str) for part in after):
            raise InvalidInput.of("cursor", "cursor_malformed")
        groups = [group for group in groups if group.key > after]
    shown = tuple(groups[: request.limit])
    return Page(shown, write_cursor(shown[-1].key) if len(groups) > request.limit else None)


def check_seen(items: Iterable[Item], tokens: Iterable[str]) -> None:
    """That what waits now is what somebody has seen: these groups together, and nothing else.

    Args:
        items: What waits now.
        tokens: Of the groups that were seen.

    Raises:
        Conflict: With ``inbox_changed``.
        InvalidInput: With ``token_malformed``.
    """
    seen = sum((Seen.read(token) for token in tokens), start=Seen(0, 0, 0, 0, 0))
    if Seen.of(items) != seen:
        raise Conflict("inbox_changed")
