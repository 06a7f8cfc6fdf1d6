"""The quick bounds, held against the exact way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.adapters.excel.builders import grid, sheet_xml
from worktraq.adapters.excel.glance import glance
from worktraq.adapters.excel.limits import Limits
from worktraq.adapters.excel.survey import survey, text_sizes_in
from worktraq.core.sheets import column_letters

LIMITS = Limits()

attributes = st.sampled_from(["", ' s="1"', ' t="s"', " t='s'", ' x=">"'])
fillings = st.sampled_from(["", "<v>0</v>", "<v/>", "<is><t>c r=</t></is>", "<is><t>/></t></is>", "<f>A1</f><v>0</v>"])
noise = st.sampled_from(["", " ", "<!-- <c r='XFD9'/> -->", "<![CDATA[</c>]]>", "<?c r='A9'?>", "<x/>"])
prefixes = st.sampled_from(["", "", "", "x:"])


@st.composite
def cells(draw: st.DrawFn, row: int) -> str:
    """One cell, usually written as most programs do."""
    name = f"{draw(prefixes)}c"
    column = column_letters(draw(st.integers(min_value=1, max_value=800)))
    reference = draw(st.sampled_from([f' r="{column}{row}"'] * 4 + [f" r='{column}{row}'", f'  r="{column}{row}"', ""]))
    return f"<{name}{reference}{draw(attributes)}>{draw(fillings)}</{name}>{draw(noise)}"


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    """The XML of a sheet with some rows."""
    rows = sorted(draw(st.sets(st.integers(min_value=1, max_value=65_000), max_size=5)))
    data = ""
    for row in rows:
        inner = "".join(draw(st.lists(cells(row), max_size=5)))
        data += f'<row r="{row}">{inner}</row>'
    return sheet_xml(data).replace("<worksheet", '<worksheet xmlns:x="y"').encode()


def pieces_of(content: bytes, length: int) -> list[bytes]:
    """The content in pieces of this length."""
    return [content[start : start + length] for start in range(0, len(content), length)]


@given(sheets(), st.integers(min_value=1, max_value=400))
def test_glance_is_never_below_the_exact_size(content: bytes, length: int) -> None:
    """However a sheet is written and cut into pieces, the quick way says no less than the plain way."""
    seen = glance(pieces_of(content, length))
    found = survey(pieces_of(content, length), LIMITS, [7])
    if seen is not None:
        assert (seen.rows, seen.columns, seen.elements) >= (found.rows, 0, 0)
        assert seen.columns >= found.columns
        assert seen.elements >= found.elements
        assert seen.cells * 7 + seen.text_bytes >= found.text_bytes


@given(
    st.lists(st.text(st.sampled_from("abcé"), max_size=40), min_size=1, max_size=20),
    st.integers(min_value=1, max_value=90),
)
def test_longest_text_is_never_below_the_exact_one(texts: list[str], length: int) -> None:
    """However the table of texts is cut into pieces."""
    content = "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"
    pieces = pieces_of(content.encode(), length)
    sizes = text_sizes_in(pieces, LIMITS)
    seen = glance(pieces)
    assert seen is not None
    assert len(sizes) == len(texts)
    assert all(size >= len(text.encode()) for size, text in zip(sizes, texts, strict=True))
    assert seen.longest_text >= max(len(text.encode()) for text in texts)


@pytest.mark.parametrize(
    "start", ['<c  r="C9"', "<c r='C9'", '<c\nr="C9"', '<x:c r="C9"', '<x:c\tr="C9"', '<c s="1" r="C9"', "<c"]
)
def test_no_cell_is_missed_however_it_is_written(start: str) -> None:
    """Among others that are written as usual."""
    usual, name = '<row r="1"><c r="A1"><v>1</v></c></row>', start[1:].split(maxsplit=1)[0]
    data = f'{usual}<row r="9"><c r="B9"><v>1</v></c>{start}><v>1</v></{name}></row>'
    content = sheet_xml(data).replace("<worksheet", '<worksheet xmlns:x="y"').encode()
    for length in (64, len(content)):
        seen = glance(pieces_of(content, length))
        assert seen is None or (seen.rows, seen.columns, seen.cells) == (9, 3, 3)


def test_usual_sheet_is_answered_exactly() -> None:
    """The quick way is of use: for what programs usually write, it needs no second look."""
    content = sheet_xml(grid(300, 30)).encode()
    seen = glance(pieces_of(content, 1_000))
    assert seen is not None
    assert (seen.rows, seen.columns, seen.cells) == (300, 30, 9_000)


@given(st.binary(max_size=200))
def test_what_is_no_xml_gets_no_answer(content: bytes) -> None:
    """The exact way says what is wrong with it."""
    assert glance([content, b"<"]) is None
