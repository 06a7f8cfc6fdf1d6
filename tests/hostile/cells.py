"""Files that can be opened, but whose cells are not a list of customers that can be taken."""

from collections.abc import Callable, Sequence
from io import BytesIO
from random import Random

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from tests.budgets import chosen
from tests.hostile.archives import Corpus
from tests.unit.adapters.excel.builders import TEXTS, parts_with, workbook_with, written, zipped
from worktraq.adapters.excel import Limits
from worktraq.core.sheets import CellValue, column_letters

HEADINGS = ("Klantnummer", "Bedrijfsnaam", "E-mail", "Land", "Taal")
GOOD = ("1", "Nova", "ap@nova.example", "NL", "nl")
VERY_MANY = chosen(modest=10_000, large=Limits().rows - 1)
"""With large budgets as many as are taken."""


def listed(*row: CellValue | float) -> Callable[[], bytes]:
    """Makes a workbook with a good customer and this one."""
    return lambda: written(HEADINGS, GOOD, row)


def headed(*headings: str) -> Callable[[], bytes]:
    """Makes a workbook with these headings above a good customer."""
    return lambda: written(headings, GOOD)


def raw(data: str) -> Callable[[], bytes]:
    """Makes a workbook with a good customer and this XML as row 3."""
    cells = "".join(
        f'<row r="{number}">{"".join(_text(f"{column_letters(at)}{number}", text) for at, text in enumerate(row, 1))}</row>'
        for number, row in enumerate((HEADINGS, GOOD), 1)
    )
    return lambda: workbook_with(f'{cells}<row r="3">{data}</row>')


def _text(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def merged_headings() -> bytes:
    """A workbook with two headings in merged cells, each over a column with its own, so that none has its name."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Klanten")
        sheet.merge_range(0, 0, 0, 2, "Klantnummer en naam")
        sheet.merge_range(0, 3, 0, 4, "Adres en land")
        sheet.write_row(1, 0, GOOD)
    return stream.getvalue()


def many(rows: int, *row: CellValue) -> Callable[[], bytes]:
    """Makes a workbook with this customer so many times."""
    return lambda: written(HEADINGS, GOOD, *[row] * rows)


def wrong_rows(rows: int, every: int = 1) -> Callable[[], bytes]:
    """Makes a workbook with so many customers, each of another number, of which every second one, say, is wrong."""

    def make() -> bytes:
        table = [(str(at), "Zorg", "x" if at % every == 0 else "ap@zorg.example", "NL", "nl") for at in range(rows)]
        return written(HEADINGS, *table)

    return make


def numbered(rows: int) -> Callable[[], bytes]:
    """Makes a workbook with so many rows of a number each, below a heading."""
    return lambda: workbook_with(
        f'<row r="1">{_text("A1", HEADINGS[0])}</row>'
        + "".join(f'<row r="{at}"><c r="A{at}"><v>{at}</v></c></row>' for at in range(2, rows + 2))
    )


def failures(rows: int) -> Callable[[], bytes]:
    """Makes a workbook with so many rows whose formulas have all failed."""

    def row(number: int) -> str:
        cells = "".join(f'<c r="{column}{number}" t="e"><v>#REF!</v></c>' for column in "ABCDE")
        return f'<row r="{number}">{cells}</row>'

    head = "".join(_text(f"{column_letters(at)}1", text) for at, text in enumerate(HEADINGS, 1))
    return lambda: workbook_with(f'<row r="1">{head}</row>{"".join(map(row, range(2, rows + 2)))}')


def astral(cells: int) -> bytes:
    """A workbook with many long texts that take four bytes for each character."""
    text = "😀" + "".join(Random(1).choices("abcdefghij", k=1_600)) * 20
    data = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{row}{text}</t></is></c></row>' for row in range(2, cells)
    )
    return workbook_with(f'<row r="1">{_text("A1", "Naam")}{_text("B1", "Land")}</row>{data}')


def without_texts() -> bytes:
    """A workbook whose cells refer to a table of texts that is missing."""
    parts = parts_with('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', texts="<si><t>x</t></si>")
    return zipped({name: text for name, text in parts.items() if name != TEXTS})


def formulas(*texts: str) -> Sequence[tuple[str, Callable[[], bytes]]]:
    """Makes a workbook for each text that a spreadsheet would run, in a cell that has a form."""
    return [(f"formula {text.split('(')[0][:12]}", listed("2", "Zorg", text, text)) for text in texts]


CELLS: Corpus = {
    "no cells": (lambda: workbook_with(""), "headings_not_found"),
    "no headings": (lambda: written(GOOD, GOOD), "headings_not_found"),
    "one heading": (lambda: written(("Klantnummer",), ("1",)), "headings_not_found"),
    "headings below row 50": (lambda: written(*[("x",)] * 60, HEADINGS, GOOD), "headings_not_found"),
    "headings as numbers": (lambda: written((1, 2, 3, 4, 5), GOOD), "headings_not_found"),
    "headings in long texts": (headed(*[text + " " * 200 for text in HEADINGS]), "headings_not_found"),
    "headings in merged cells": (merged_headings, "headings_not_found"),
    "heading twice": (headed("Klantnummer", "Naam", "Klantnummer"), "heading_twice"),
    "heading in two languages": (headed("Klantnummer", "Bedrijfsnaam", "Company name"), "heading_twice"),
    "cells to texts without table": (without_texts, "file_unreadable"),
    "text of 40,000 characters": (raw(_text("A3", "2") + _text("B3", "x" * 40_000)), "text_too_long"),
    "text with endless accents": (raw(_text("B3", "a" + "\u0315\u0316" * 20_000)), "text_too_long"),
    "many texts with endless accents": (many(2_000, "2", "a" + "\u0315\u0316" * 90), "text_malformed"),
    "kind with endless accents": (
        lambda: written(("Naam", "Soort"), ("Nova", "a" + "\u0315\u0316" * 16_000)),
        "customer_kind_unknown",
    ),
    "control characters": (listed("2", "Zo\x07rg"), "text_control"),
    "line break in a name": (listed("2", "Zo\nrg"), "text_control"),
    "error of a formula": (
        raw(_text("A3", "2") + '<c r="B3" t="e"><v>#REF!</v></c>' + _text("C3", "x")),
        "cell_is_error",
    ),
    "error instead of a name": (
        raw('<c r="A3"><v>2</v></c><c r="B3" t="e"><v>#N/A</v></c>'),
        "cell_is_error",
    ),
    "number instead of a country": (listed("2", "Zorg", "", 31), "country_malformed"),
    "number beyond all numbers": (raw(_text("B3", "Zorg") + '<c r="D3"><v>1e999</v></c>'), "country_malformed"),
    "number that is none": (raw(_text("B3", "Zorg") + '<c r="D3"><v>1.2.3</v></c>'), "country_malformed"),
    "number of 300 digits": (listed("2", "Zorg", 1e300), "text_too_long"),
    "truth that is none": (raw(_text("B3", "Zorg") + '<c r="D3" t="b"><v>7</v></c>'), "file_unreadable"),
    "kind of cell that is none": (raw('<c r="D3" t="zzz"><v>7</v></c>'), "file_unreadable"),
    "same number twice": (listed("1", "Zorg"), "number_twice"),
    "number of a customer that is there": (listed("OLD-1", "Zorg"), "plan_has_undecided_rows"),
    "name of a customer that is there": (listed("", "Old", "ap@old.example"), "plan_has_undecided_rows"),
    "tens of thousands of wrong rows": (many(30_000, "x\ty", "", "x", "x", "x"), "mail_malformed"),
    "very many wrong rows": (wrong_rows(VERY_MANY), "mail_malformed"),
    "more rows than are taken": (numbered(Limits().rows), "file_too_many_rows"),
    "very many rows, every second one wrong": (wrong_rows(VERY_MANY, 2), "mail_malformed"),
    "very many failed formulas": (failures(VERY_MANY), "cell_is_error"),
    "failed formula in a tag without end": (
        raw(f'<c r="A3" t="e" x="{"".join(map(str, range(300_000)))}"><v>#N/A</v></c>'),
        "file_unreadable",
    ),
    "long texts of wide characters": (lambda: astral(1_000), "text_too_long"),
    "too many texts of wide characters": (lambda: astral(1_300), "file_inflates"),
    **{
        name: (make, "mail_malformed")
        for name, make in formulas(
            "=cmd|' /C calc'!A0",
            '=HYPERLINK("http://127.0.0.1:1/?"&A1,"x")',
            "@SUM(1+1)*cmd|' /C calc'!A0",
            "+cmd|' /C calc'!A0",
            '-DDE("cmd";"/C calc";"x")',
            '=WEBSERVICE("http://127.0.0.1:1/")',
        )
    },
}
