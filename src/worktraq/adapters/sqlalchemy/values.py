"""What items are worth by the rates and mark-ups of today, computed by the database to the cent.

The plain way stands in `worktraq.core.rates.RateBook.price`; the contract of what is not billed compares the two. All of
it is done in whole numbers of 64 bits: what would need more is divided first, and the rest apart.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, case, func, literal_column, select

from worktraq.adapters.sqlalchemy.customers import customer_table
from worktraq.adapters.sqlalchemy.databases import Database
from worktraq.adapters.sqlalchemy.entries import item_table
from worktraq.adapters.sqlalchemy.rates import markup_table, rate_rule_table
from worktraq.adapters.sqlalchemy.schema import OWNER
from worktraq.adapters.sqlalchemy.statements import is_among
from worktraq.core.money import currencies_by_digits, currency_digits

_i, _r, _m = item_table.c, rate_rule_table.c, markup_table.c
_WHOLE = 10_000
_DIGITS = 2
_FREQUENT = "EUR"


def number(value: int) -> ColumnElement[int]:
    """A number in the text of a statement."""
    return literal_column(f"{value:d}", Integer)


def value_today(database: Database, currency: ColumnElement[Any]) -> ColumnElement[int]:
    """The value of an item in minor units; empty where no rate is found.

    Args:
        database: Where it is computed.
        currency: The customer's, in a statement on items and customers.
    """
    return case(
        (_i.minutes.is_not(None), _of_time(database, currency)),
        else_=_with_markup(database, _without_vat(database)),
    )


def _of_time(database: Database, currency: ColumnElement[Any]) -> ColumnElement[int]:
    """Minutes at the rate per hour in ten thousandths, rounded half away from zero."""
    rate = func.coalesce(
        *(
            _rate_on(subject, currency)
            for subject in (_i.activity_id, _i.project_id, _i.customer_id, _i.organization_id)
        )
    )
    divisor = _per_minor_unit(currency)
    # With the powers of ten of rate and currency set against each other, a day at the highest rate there is fits.
    return database.quotient(number(2) * _i.minutes * rate + divisor, number(2) * divisor)


def _per_minor_unit(currency: ColumnElement[Any]) -> ColumnElement[int]:
    """How many minutes times ten thousandths make a minor unit."""
    others = {digits: is_among(currency, group) for digits, group in currencies_by_digits().items()}
    usual = currency == literal_column(f"'{_FREQUENT}'")  # spares most rows the lists
    by_digits = ((is_it, _divisor(digits)) for digits, is_it in others.items())
    return case((usual, _divisor(currency_digits(_FREQUENT))), *by_digits, else_=_divisor(_DIGITS))


def _divisor(digits: int) -> ColumnElement[int]:
    return number(60 * _WHOLE // 10**digits)


def _rate_on(subject: ColumnElement[Any], currency: ColumnElement[Any]) -> ColumnElement[int]:
    return _latest(rate_rule_table, _r.rate_ten_thousandths, [_r.subject_id == subject, _r.rate_currency == currency])


def _latest(table: Table, column: ColumnElement[int], conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[int]:
    """Of the rules on a thing, the one that began last by the day of the item."""
    c = table.c
    # Compared with the session's and not with the item's, so that PostgreSQL plans for one partition.
    begun = (c.organization_id == OWNER, *conditions, c.valid_from <= _i.on)
    found = select(column).where(*begun).order_by(c.valid_from.desc()).limit(number(1))
    return found.correlate(item_table, customer_table).scalar_subquery()


def _without_vat(database: Database) -> ColumnElement[int]:
    divisor = number(_WHOLE) + func.coalesce(_i.vat_hundredths, number(0))
    return _share(database, _i.amount_minor, number(_WHOLE), divisor)


def _with_markup(database: Database, net: ColumnElement[int]) -> ColumnElement[int]:
    subjects = (_i.project_id, _i.customer_id, _i.organization_id)
    found = (_latest(markup_table, _m.hundredths, [_m.subject_id == subject]) for subject in subjects)
    return _share(database, net, number(_WHOLE) + func.coalesce(*found, number(0)), number(_WHOLE))


def _share(
    database: Database, amount: ColumnElement[int], factor: ColumnElement[int], divisor: ColumnElement[int]
) -> ColumnElement[int]:
    """An amount times a factor by a divisor, rounded half away from zero; the whole part and the rest apart."""
    rest = number(2) * (amount % divisor) * factor + divisor
    return database.quotient(amount, divisor) * factor + database.quotient(rest, number(2) * divisor)
