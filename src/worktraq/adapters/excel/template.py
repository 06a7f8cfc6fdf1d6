"""Workbooks to fill in, which can then be imported (T-02)."""

from io import BytesIO
from typing import TYPE_CHECKING

from worktraq.adapters.excel.writing import TEXT_ONLY, headed, heading_of, in_words
from worktraq.core.exports import Column, Table, customer_form
from worktraq.i18n import Translator, translator

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # it ships no types

FORM_ROWS = 50_000
"""On how many rows of a form only certain values can be chosen."""


def customer_template(language: str) -> bytes:
    """A workbook in which somebody fills in customers: headings, lists to choose from, and a sheet that explains both.

    The cells hold text, so that a number keeps its leading zeros. The sheet of customers is the first one, which
    is the one that is imported.

    Args:
        language: In which the headings, choices and explanations are written; the import recognises all of them.
    """
    from xlsxwriter import Workbook

    stream, form, speaker = BytesIO(), customer_form(), translator(language)
    with Workbook(stream, {"in_memory": True, **TEXT_ONLY}) as book:
        sheet = headed(book, speaker.message(form.name), form, speaker)
        as_text = book.add_format({"num_format": 49})  # the built-in one that is for text
        for index, column in enumerate(form.columns):
            sheet.set_column(index, index, column.width, as_text)
            _limit(sheet, index, column, speaker)
        _explain(book, form, speaker)
    return stream.getvalue()


def _limit(sheet: "Worksheet", index: int, column: Column, speaker: Translator) -> None:
    rule: dict[str, object] = {}
    if column.choices:
        rule = {"validate": "list", "source": [in_words(column, choice, speaker) for choice in column.choices]}
    elif column.length:
        rule = {"validate": "length", "criteria": "==", "value": column.length}
    if not rule:
        return
    # The title of such a message is short by the rules of Excel; the sentence may have 255 characters.
    message = {"error_title": heading_of(column, speaker)[:32], "error_message": speaker.message(column.hint)}
    sheet.data_validation(1, index, FORM_ROWS, index, {**rule, **message})


def _explain(book: "Workbook", form: Table, speaker: Translator) -> None:
    columns = (Column(heading="export.column", width=32), Column(heading="export.content", width=100))
    sheet = headed(book, speaker.message("export.explanation"), Table("export.explanation", columns, ()), speaker)
    for row, column in enumerate(form.columns, start=1):
        sheet.write_string(row, 0, heading_of(column, speaker))
        sheet.write_string(row, 1, speaker.message(column.hint))
