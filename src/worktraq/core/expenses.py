"""Registering and editing expenses."""

from datetime import date, datetime

from attrs import evolve

from worktraq.core.calendar import check_date
from worktraq.core.entries import Expense, Workplace
from worktraq.core.ids import ContactId, ItemId
from worktraq.core.money import Money
from worktraq.core.text import clean_line, clean_note
from worktraq.core.unset import UNSET, Unset, either
from worktraq.errors import InvalidInput, Refused

LARGEST_VAT = 10_000
RECEIPT_LENGTH = 100


def check_amount(amount: Money, currency: str) -> Money:
    """The amount of an expense, when it is positive and in the customer's currency.

    Raises:
        InvalidInput: With code ``amount_not_positive`` or ``currency_not_customers``.
    """
    if not isinstance(amount, Money):
        raise InvalidInput.of("amount", "amount_malformed")
    if amount.currency != currency:
        raise InvalidInput.of("amount", "currency_not_customers", given=amount.currency, expected=currency)
    if amount.minor <= 0:
        raise InvalidInput.of("amount", "amount_not_positive")
    return amount


def new_expense(
    item_id: ItemId,
    at_work: Workplace,
    *,
    on: date,
    amount: Money,
    description: str,
    is_billable: bool | None,
    contact_id: ContactId | None,
    at: datetime,
    receipt_reference: str = "",
    vat_hundredths: int | None = None,
    is_reimbursable: bool = True,
) -> Expense:
    """An expense, in DRAFT.

    Raises:
        InvalidInput: Naming the field.
        Refused: With every reason of W-12 that stands against it.
    """
    check_date(on)
    reasons = at_work.reasons_against(on)
    if reasons:
        raise Refused(reasons)
    activity = at_work.activity
    wanted = at_work.bills_time if is_billable is None else is_billable
    return Expense(
        id=item_id,
        organization_id=activity.organization_id,
        user_id=activity.user_id,
        customer_id=activity.customer_id,
        project_id=activity.project_id,
        activity_id=activity.id,
        contact_id=contact_id,
        on=on,
        note=clean_note("description", description, is_required=True),
        is_billable=wanted and activity.is_billable,
        since=at,
        amount=check_amount(amount, at_work.currency),
        receipt_reference=_clean_receipt(receipt_reference),
        vat_hundredths=check_receipt_vat(vat_hundredths),
        is_reimbursable=is_reimbursable,
    )


def check_receipt_vat(hundredths: int | None) -> int | None:
    """The VAT rate on a receipt, when it is a whole number of hundredths of a percent, up to 100 %; or None.

    Raises:
        InvalidInput: With code ``number_out_of_range``.
    """
    is_whole = isinstance(hundredths, int) and not isinstance(hundredths, bool)
    if hundredths is not None and not (is_whole and 0 <= hundredths <= LARGEST_VAT):
        raise InvalidInput.of("vat_hundredths", "number_out_of_range", least=0, most=LARGEST_VAT)
    return hundredths


def _clean_receipt(reference: str) -> str:
    return clean_line("receipt_reference", reference, longest=RECEIPT_LENGTH)


def edited_expense(
    expense: Expense,
    currency: str,
    *,
    on: date | Unset = UNSET,
    amount: Money | Unset = UNSET,
    description: str | Unset = UNSET,
    is_billable: bool | Unset = UNSET,
    contact_id: ContactId | Unset | None = UNSET,
    receipt_reference: str | Unset = UNSET,
    vat_hundredths: int | Unset | None = UNSET,
    is_reimbursable: bool | Unset = UNSET,
) -> Expense:
    """The expense with those values changed that are given.

    Raises:
        InvalidInput: Naming the field.
    """
    return evolve(
        expense,
        on=expense.on if on is UNSET else check_date(on),
        amount=expense.amount if amount is UNSET else check_amount(amount, currency),
        note=expense.note if description is UNSET else clean_note("description", description, is_required=True),
        is_billable=either(is_billable, expense.is_billable),
        contact_id=either(contact_id, expense.contact_id),
        receipt_reference=_clean_receipt(either(receipt_reference, expense.receipt_reference)),
        vat_hundredths=check_receipt_vat(either(vat_hundredths, expense.vat_hundredths)),
        is_reimbursable=either(is_reimbursable, expense.is_reimbursable),
        version=expense.version + 1,
    )
