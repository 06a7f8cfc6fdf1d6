"""CSV as a sheet of text."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.adapters.excel import CsvReader, Limits
from worktraq.core.sheets import Row
from worktraq.errors import InvalidInput


def rows_of(content: bytes) -> tuple[Row, ...]:
    """The rows of the one sheet."""
    (sheet,) = CsvReader().read(content)
    return sheet.rows


def refusal_of(content: bytes, limits: Limits = Limits()) -> str:
    """The code with which a file is refused."""
    with pytest.raises(InvalidInput) as caught:
        CsvReader(limits).read(content)
    assert caught.value.field == "file"
    return caught.value.code


def outcome_of(content: bytes) -> str:
    """Whether a file is read, or else what is wrong."""
    try:
        CsvReader().read(content)
    except InvalidInput as error:
        return error.field
    return "read"


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_by_itself(delimiter: str) -> None:
    """Whichever of the four it is, also with the others in the text."""
    rows = [["Nummer", "Naam", "Bedrag"], ["1", "Jansen, Piet; | x", "12,50"], ["2", 'De "Zon"', "1,5"]]
    stream = StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    assert rows_of(stream.getvalue().encode()) == tuple(map(tuple, rows))


def test_decimal_commas_do_not_look_like_delimiters() -> None:
    """Every line but the heading would give the same number of fields with a comma too."""
    assert rows_of(b"naam;uren;km\na;1,5;2,5\nb;3,5;4,5\n")[1] == ("a", "1,5", "2,5")


def test_title_above_the_headings_does_not_matter() -> None:
    """Rows may differ in length."""
    assert rows_of(b"Lijst 2024, versie 2\n\nnummer;naam\n1;Jansen\n") == (
        ("Lijst 2024, versie 2",),
        (),
        ("nummer", "naam"),
        ("1", "Jansen"),
    )


@pytest.mark.parametrize("line", ["sep=|", "SEP=|", '"sep=|"'])
def test_first_line_may_say_the_delimiter(line: str) -> None:
    """As in Excel, it is no row; it is believed even where another one seems more likely."""
    assert rows_of(f"{line}\r\na;b|c;d\r\ne;f|g;h\r\n".encode()) == (("a;b", "c;d"), ("e;f", "g;h"))


@pytest.mark.requirement("T-02")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encoding_is_found_by_itself(encoding: str) -> None:
    """The same text is read from each."""
    assert rows_of("naam;plaats\nÖzdemir;’s-Gravenhage\n".encode(encoding))[1] == ("Özdemir", "’s-Gravenhage")


def test_values_stay_text() -> None:
    """Nothing is guessed: what looks like a number, a date or a formula is text, and empty is None."""
    assert rows_of(b"a,b,c,d\n007,2024-01-02,=1+1,\n")[1] == ("007", "2024-01-02", "=1+1", None)


def test_row_numbers_are_those_of_a_spreadsheet() -> None:
    """A line break inside quotes begins no row; an empty line is one."""
    assert rows_of(b'a,b\n"x\ny",1\n\nz,2\n') == (("a", "b"), ("x\ny", "1"), (), ("z", "2"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_taken(end: str) -> None:
    """With or without one after the last line."""
    assert rows_of(f"a,b{end}1,2".encode()) == (("a", "b"), ("1", "2"))


def test_file_without_delimiter_is_one_column() -> None:
    """It is no error here; the importer finds no headings."""
    assert rows_of(b"een\ntwee\n") == (("een",), ("twee",))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"a,b\n1,\x002\n", "file_has_nul"),
        ("a,b\n1,\x002\n".encode("utf-16"), "file_has_nul"),
        ("a,b".encode("utf-16-le"), "file_has_nul"),
        (b"\xff\xfea,b,c", "file_encoding_unknown"),
        (b"\xef\xbb\xbfa,\xff", "file_encoding_unknown"),
        (b"a,\x81\n", "file_encoding_unknown"),
        (b"\x01\x02\xff\xfe\x03", "file_kind_unknown"),
        (b'a,b\n1,"x\n2,y\n', "file_quotes_broken"),
        (b'a,b\n1,"x"y\n', "file_quotes_broken"),
        (b"a," * 100_000, "file_too_many_columns"),
        (b"a" * 1_000_001, "file_line_too_long"),
        (b"a,b\n1," + b"x" * 70_000, "file_cell_too_long"),
        (b"a,b\n1," + b"x" * 200_000, "file_cell_too_long"),
        (b'a,b\n1,"' + b"x\n" * 3_000 + b'"', "file_cell_too_long"),
        (b"\n" * 200_001, "file_too_many_rows"),
        ((b"a," * 500 + b"\n") * 1_900, "file_too_many_cells"),
    ],
)
def test_bad_file_is_refused(content: bytes, code: str) -> None:
    """Each gives one typed error that says what is wrong."""
    assert refusal_of(content) == code


def test_refusal_names_the_row() -> None:
    """A quote that is never closed is found where it was opened."""
    with pytest.raises(InvalidInput) as caught:
        CsvReader().read(b'a,b\n"1\n1",2\n3,"x\n')
    assert dict(caught.value.problems[0].parameters) == {"row": 3}


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(file_bytes=10), "file_too_large"),
        (Limits(rows=2), "file_too_many_rows"),
        (Limits(columns=1), "file_too_many_columns"),
        (Limits(cells=5), "file_too_many_cells"),
        (Limits(cell_length=2), "file_cell_too_long"),
    ],
)
def test_host_sets_the_limits(limits: Limits, code: str) -> None:
    """Three rows of two cells pass by default, and not with less."""
    content = b"abc,b\n1,2\n3,4\n"
    assert len(rows_of(content)) == 3
    assert refusal_of(content, limits) == code


@pytest.mark.parametrize(
    ("name", "expected"),
    [("uren.csv", "uren"), ("", "q2"), ("C:\\Uren\\juni.csv", "juni"), ("a/b.c.csv", "b.c")],
)
def test_sheet_has_the_name_of_the_file(tmp_path: Path, name: str, expected: str) -> None:
    """Without folder and suffix; the name that the sender gave comes first."""
    path = tmp_path / "q2.csv"
    path.write_bytes(b"a,b\n")
    (sheet,) = CsvReader().read(path, name=name)
    assert sheet.name == expected


def test_sheet_of_a_file_without_name_has_one() -> None:
    """A place can be told even so."""
    (sheet,) = CsvReader().read(b"a,b\n")
    assert sheet.name == "CSV"


text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(st.lists(st.lists(text, min_size=3, max_size=3), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_what_is_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    """Any text comes back as it was, whatever it holds."""
    stream = StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    content = f"sep={delimiter}\r\n{stream.getvalue()}".encode()
    assert rows_of(content) == tuple(map(tuple, rows))


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_survived(content: bytes) -> None:
    """They are read or refused, and nothing else happens."""
    assert outcome_of(content) in {"read", "file"}
