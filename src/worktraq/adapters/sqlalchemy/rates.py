"""Rates and frozen prices."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Integer, UniqueConstraint, delete

from worktraq.adapters.sqlalchemy.cells import Row, day_number, days
from worktraq.adapters.sqlalchemy.fields import Special
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, CURRENCY, ID, INSTANT, OWNER, long_text, refers, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys
from worktraq.core.ids import ItemId, RateRuleId
from worktraq.core.rates import ItemPrice, RateRule

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
    refers("item_id", "item"),
)

_BEGINNING = 0
"""Stands for a rate that is valid from the beginning: a unique index takes empty columns for different ones."""


def _loaded_day(number: int) -> date | None:
    return days[number or None]


def _dumped_day(day: date | None) -> Row:
    return (_BEGINNING if day is None else day_number(day),)


_rules = Shelf(
    Mapping(rate_rule_table, RateRule, special={"valid_from": Special(("valid_from",), _loaded_day, _dumped_day)})
)
_on_subjects = _rules.by_keys("subject_id")


class SqlRates(SqlRepository[RateRule, RateRuleId]):
    """The rates of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _rules)

    def on_subjects(self, subject_ids: Collection[UUID]) -> Sequence[RateRule]:
        """Every rate on one of these things, in order of their ids."""
        keys = [self._session.packed(each) for each in sorted(set(subject_ids))]
        return sorted(self._load(self._session.fetch_by_keys(_on_subjects, keys)), key=lambda rule: rule.id)


PRICES = Shelf(Mapping(item_price_table, ItemPrice))
_of_items = PRICES.by_keys("item_id")
_p = item_price_table.c
_removed = ByKeys(lambda keys: delete(item_price_table).where(_p.organization_id == OWNER, _p.item_id.in_(keys)))


class SqlPrices:
    """The frozen prices of items."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, *prices: ItemPrice) -> None:
        """Store prices instead of those the items had."""
        rows = self._session.dump(PRICES.mapping, {price.item_id: price for price in prices}.values())
        self.remove([price.item_id for price in prices])
        self._session.add(PRICES.insertion, rows)

    def of_items(self, item_ids: Collection[ItemId]) -> Sequence[ItemPrice]:
        """The prices of those items that have one, in order of the items' ids."""
        keys = [self._session.packed(each) for each in sorted(set(item_ids))]
        return self._session.load(PRICES.mapping, self._session.fetch_by_keys(_of_items, keys))

    def remove(self, item_ids: Collection[ItemId]) -> None:
        """Forget the prices of items."""
        self._session.run_by_keys(_removed, [self._session.packed(each) for each in item_ids])
