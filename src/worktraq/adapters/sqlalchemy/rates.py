"""Rates and frozen prices."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
)

from worktraq.adapters.sqlalchemy.cells import Row, day_number, days
from worktraq.adapters.sqlalchemy.changes import Change
from worktraq.adapters.sqlalchemy.entries import item_table
from worktraq.adapters.sqlalchemy.fields import Special
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, CURRENCY, ID, INSTANT, OWNER, long_text, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared
from worktraq.core.ids import ActivityId, ItemId, MarkupId, ProjectId, RateRuleId
from worktraq.core.markups import MarkupRule
from worktraq.core.money import Money
from worktraq.core.rates import ItemPrice, MoneyBudget, RateRule, Spending, UnpricedTime
from worktraq.errors import Conflict

rate_rule_table = table(
    "rate_rule",
    Column("id", ID, primary_key=True),
    Column("subject", CODE, nullable=False),
    Column("subject_id", ID, nullable=False),
    Column("rate_ten_thousandths", BigInteger, nullable=False),
    Column("rate_currency", CURRENCY, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("organization_id", "subject_id", "rate_currency", "valid_from", "subject"),
)

item_price_table = table(
    "item_price",
    Column("item_id", ID, primary_key=True),
    Column("value_minor", BigInteger, nullable=False),
    Column("value_currency", CURRENCY, nullable=False),
    Column("rate_ten_thousandths", BigInteger),
    Column("rate_currency", CURRENCY),
    Column("rule_id", ID),
    Column("priced_at", INSTANT, nullable=False),
    Column("reason", long_text(), nullable=False),
    Column("markup_hundredths", Integer),
    refers("item_id", "item"),
)

markup_table = table(
    "markup",
    Column("id", ID, primary_key=True),
    Column("subject", CODE, nullable=False),
    Column("subject_id", ID, nullable=False),
    Column("hundredths", Integer, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("organization_id", "subject_id", "valid_from", "subject"),
)

money_budget_table = table(
    "money_budget",
    Column("project_id", ID, primary_key=True),
    Column("amount_minor", BigInteger, nullable=False),
    Column("amount_currency", CURRENCY, nullable=False),
    Column("version", BigInteger, nullable=False),
    refers("project_id", "project"),
)

_BEGINNING = 0
"""Stands for a rate that is valid from the beginning: a unique index takes empty columns for different ones."""


def _loaded_day(number: int) -> date | None:
    return days[number or None]


def _day_of(number: int) -> date:
    day = days[number]
    assert day is not None
    return day


def _dumped_day(day: date | None) -> Row:
    return (_BEGINNING if day is None else day_number(day),)


_FROM = {"valid_from": Special(("valid_from",), _loaded_day, _dumped_day)}
_rules = Shelf(Mapping(rate_rule_table, RateRule, special=_FROM))
_on_subjects = _rules.by_keys("subject_id")


class SqlRates(SqlRepository[RateRule, RateRuleId]):
    """The rates of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _rules)

    def on_subjects(self, subject_ids: Collection[UUID]) -> Sequence[RateRule]:
        """Every rate on one of these things, in order of their ids."""
        keys = [self._session.packed(each) for each in sorted(set(subject_ids))]
        return sorted(self._load(self._session.fetch_by_keys(_on_subjects, keys)), key=lambda rule: rule.id)


_MARKUPS = Shelf(Mapping(markup_table, MarkupRule, special=_FROM))
_markups_on_subjects = _MARKUPS.by_keys("subject_id")


class SqlMarkups(SqlRepository[MarkupRule, MarkupId]):
    """The mark-ups on expenses."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _MARKUPS)

    def on_subjects(self, subject_ids: Collection[UUID]) -> Sequence[MarkupRule]:
        """Every mark-up on one of these things, in order of their ids."""
        keys = [self._session.packed(each) for each in sorted(set(subject_ids))]
        return sorted(self._load(self._session.fetch_by_keys(_markups_on_subjects, keys)), key=lambda rule: rule.id)


PRICES = Shelf(Mapping(item_price_table, ItemPrice))
_of_items = PRICES.by_keys("item_id")
_p = item_price_table.c
_removed = ByKeys(lambda keys: delete(item_price_table).where(_p.organization_id == OWNER, _p.item_id.in_(keys)))

_i = item_table.c
_on_project = (_i.organization_id == OWNER, _i.project_id == bindparam("project_id"))
_price_of_item = and_(_p.organization_id == _i.organization_id, _p.item_id == _i.id)
_frozen = Prepared(
    select(_p.value_currency, func.sum(_p.value_minor))
    .select_from(item_table.join(item_price_table, _price_of_item))
    .where(*_on_project, _i.minutes.is_not(None))
    .group_by(_p.value_currency)
)
_spent = Prepared(
    select(_i.amount_currency, func.sum(_i.amount_minor))
    .where(*_on_project, _i.amount_minor.is_not(None))
    .group_by(_i.amount_currency)
)
_unpriced = Prepared(
    select(_i.activity_id, _i.on, _i.minutes, func.count())
    .select_from(item_table.outerjoin(item_price_table, _price_of_item))
    .where(*_on_project, _i.minutes.is_not(None), _p.item_id.is_(None))
    .group_by(_i.activity_id, _i.on, _i.minutes)
    .order_by(_i.activity_id, _i.on, _i.minutes)
)


class SqlPrices:
    """The frozen prices of items."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, *prices: ItemPrice) -> None:
        """Store prices of items that have none."""
        self._session.add(PRICES.insertion, self._session.dump(PRICES.mapping, prices))

    def put(self, *prices: ItemPrice) -> None:
        """Store prices instead of those the items had."""
        kept = {price.item_id: price for price in prices}
        self.remove(kept.keys())
        self.add(*kept.values())

    def of_items(self, item_ids: Collection[ItemId]) -> Sequence[ItemPrice]:
        """The prices of those items that have one, in order of the items' ids."""
        keys = [self._session.packed(each) for each in sorted(set(item_ids))]
        return self._session.load(PRICES.mapping, self._session.fetch_by_keys(_of_items, keys))

    def remove(self, item_ids: Collection[ItemId]) -> None:
        """Forget the prices of items."""
        self._session.run_by_keys(_removed, [self._session.packed(each) for each in item_ids])

    def spending(self, project_id: ProjectId) -> Spending:
        """What was registered on a project: sums per currency, and the time without a price."""
        key, unpacked = self._session.packed(project_id), self._session.database.unpacked
        amounts: Counter[str] = Counter()
        for prepared in (_frozen, _spent):
            for currency, minor in self._session.fetch(prepared, project_id=key):
                amounts[currency] += int(minor)
        found = self._session.fetch(_unpriced, project_id=key)
        unpriced = (UnpricedTime(ActivityId(unpacked(each)), _day_of(on), *rest) for each, on, *rest in found)
        sums = (Money.from_minor(minor, currency) for currency, minor in sorted(amounts.items()))
        return Spending(tuple(sums), tuple(unpriced))


_BUDGETS = Shelf(Mapping(money_budget_table, MoneyBudget))
_b = money_budget_table.c
_of_project = _BUDGETS.where(_b.project_id == bindparam("project_id"))
_one: ColumnElement[int] = literal_column("1")
_changed = Change(
    money_budget_table, _BUDGETS.mapping.written, ("project_id",), lambda fresh: _b.version == fresh["version"] - _one
)
_of_projects_removed = ByKeys(
    lambda keys: delete(money_budget_table).where(_b.organization_id == OWNER, _b.project_id.in_(keys))
)


class SqlBudgets:
    """The money budgets of projects."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, project_id: ProjectId) -> MoneyBudget | None:
        """The budget of a project, or None."""
        rows = self._session.fetch(_of_project, project_id=self._session.packed(project_id))
        return next(iter(self._session.load(_BUDGETS.mapping, rows)), None)

    def add(self, budget: MoneyBudget) -> None:
        """Store the first budget of a project."""
        self._session.require_writes()
        self._session.add(_BUDGETS.insertion, self._session.dump(_BUDGETS.mapping, [budget]))

    def save(self, budget: MoneyBudget) -> None:
        """Store a changed budget."""
        self._session.require_writes()
        if self._session.change(_changed, self._session.dump(_BUDGETS.mapping, [budget])) != 1:
            raise Conflict("changed_meanwhile")

    def remove_of(self, project_ids: Collection[ProjectId]) -> None:
        """Forget the budgets of projects."""
        self._session.run_by_keys(_of_projects_removed, [self._session.packed(each) for each in project_ids])
