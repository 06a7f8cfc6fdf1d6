"""Zip archives that are no workbooks, damaged ones, and those that mislead or exhaust who unpacks them."""

import struct
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO

from tests.unit.adapters.excel.builders import SHEET, cell, claiming_size, parts_with, with_flag, workbook_with, zipped
from worktraq.adapters.excel.preflight import OLE_MARK

Corpus = dict[str, tuple[Callable[[], bytes], str]]
"""What stands in a file, and the code with which it is refused, by what is wrong with it."""

ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Klantnummer</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Bedrijfsnaam</t></is></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>Nova</t></is></c></row>'
)
"""A heading row and one good customer."""


def good() -> bytes:
    """A workbook that can be imported."""
    return workbook_with(ROWS)


def workbook_with_part(name: str, content: str | bytes) -> Callable[[], bytes]:
    """Makes the good workbook with one part more, or another one."""
    return lambda: zipped({**parts_with(ROWS), name: content})


def listed(entries: Iterable[tuple[str, str | bytes]], *, mode: int = 0) -> bytes:
    """An archive of these entries, also where names repeat; `mode` is that of a Unix file."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            # Python warns of a repeated name when it looks among those that it has written.
            archive.NameToInfo.pop(name, None)
            archive.writestr(info, content)
    return stream.getvalue()


def without(name: str) -> Callable[[], bytes]:
    """Makes the good workbook without a part."""
    return lambda: zipped({key: text for key, text in parts_with(ROWS).items() if key != name})


def truncated(share: float) -> Callable[[], bytes]:
    """Makes the beginning of the good workbook."""
    return lambda: good()[: int(len(good()) * share)]


def changed(mark: bytes, offset: int, replacement: bytes) -> Callable[[], bytes]:
    """Makes the good workbook with bytes replaced after the first of these marks."""

    def make() -> bytes:
        content = good()
        start = content.index(mark) + offset
        return content[:start] + replacement + content[start + len(replacement) :]

    return make


def overlapping() -> bytes:
    """An archive whose entries all share one body that inflates."""
    body = zipped({"xl/worksheets/sheet0.xml": b" " * 10_000_000})
    start = body.index(b"PK\x01\x02")
    entry = body[start : body.index(b"PK\x05\x06")]
    entries = b"".join(
        entry.replace(b"sheet0", b"sheet" + letter) for letter in (b"A", b"B", b"C", b"D", b"E", b"F", b"G", b"H")
    )
    listing = good()
    split = listing.index(b"PK\x01\x02")
    others = listing[split : listing.index(b"PK\x05\x06")]
    moved = _moved(others, start)
    directory = entries + moved
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 13, 13, len(directory), start + split, 0)
    return body[:start] + listing[:split] + directory + end


def _moved(directory: bytes, by: int) -> bytes:
    moved, position = bytearray(directory), 0
    while position < len(moved):
        (offset,) = struct.unpack_from("<L", moved, position + 42)
        struct.pack_into("<L", moved, position + 42, offset + by)
        position += 46 + sum(struct.unpack_from("<3H", moved, position + 28))
    return bytes(moved)


def nested() -> bytes:
    """An archive in an archive in an archive, each a thousand times smaller than what it holds."""
    content = zipped({"a": b"\0" * 30_000_000})
    for _ in range(5):
        content = zipped({f"{number}.zip": content for number in range(10)})
    return content


def counting(entries: int) -> bytes:
    """The good workbook, which says that it has another number of entries."""
    content = good()
    start = content.index(b"PK\x05\x06") + 8
    return content[:start] + struct.pack("<2H", entries, entries) + content[start + 4 :]


BY_PART = {
    f"without {name.rpartition('/')[2]}": (without(name), code)
    for name, code in (
        ("xl/workbook.xml", "file_kind_unknown"),
        ("xl/_rels/workbook.xml.rels", "file_unreadable"),
        (SHEET, "file_unreadable"),
    )
}
BY_OFFSET = {
    f"first {share:.0%}": (truncated(share), "file_unreadable") for share in (0.01, *[n / 12 for n in range(1, 12)])
}

ARCHIVES: Corpus = {
    **BY_PART,
    **BY_OFFSET,
    "without its last byte": (lambda: good()[:-1], "file_unreadable"),
    "without its first bytes": (lambda: good()[10:], "file_has_nul"),
    "empty archive": (lambda: zipped({}), "file_kind_unknown"),
    "zip mark and noise": (lambda: b"PK\x03\x04" + bytes(range(256)) * 40, "file_unreadable"),
    "word document": (
        lambda: zipped({"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"}),
        "file_kind_unknown",
    ),
    "open document": (
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "file_kind_unknown",
    ),
    "binary workbook": (
        lambda: zipped({"[Content_Types].xml": "<x/>", "xl/workbook.bin": b"\x83\x01\0"}),
        "file_kind_unknown",
    ),
    "old workbook": (lambda: OLE_MARK + bytes(5_000), "file_kind_old"),
    "encrypted workbook": (
        lambda: OLE_MARK + bytes(1_000) + "EncryptedPackage".encode("utf-16-le") + bytes(1_000),
        "file_encrypted",
    ),
    "encrypted entry": (lambda: with_flag(good(), 0x1), "file_encrypted"),
    "strongly encrypted entry": (lambda: with_flag(good(), 0x41), "file_encrypted"),
    "part that inflates": (workbook_with_part(SHEET, b" " * 60_000_000), "file_inflates"),
    "texts that inflate": (workbook_with_part("xl/sharedStrings.xml", b"<sst>" + b" " * 60_000_000), "file_inflates"),
    "parts that inflate together": (
        lambda: zipped(
            {**parts_with(ROWS), **{f"xl/worksheets/sheet{number}.xml": b" " * 900_000 for number in range(2, 102)}}
        ),
        "file_inflates",
    ),
    "entries over one another": (overlapping, "file_inflates"),
    "comment that looks like an empty archive": (
        lambda: good()[:-2] + b"\x16\0PK\x05\x06" + bytes(18),
        "file_kind_unknown",
    ),
    "archives in archives": (nested, "file_kind_unknown"),
    "a hundred thousand entries": (
        lambda: zipped({**parts_with(ROWS), **{f"a/{number}": "" for number in range(100_000)}}),
        "file_inflates",
    ),
    "size that is too small": (lambda: claiming_size(good(), 1), "file_unreadable"),
    "size that is too large": (lambda: claiming_size(good(), 2**32 - 2), "file_inflates"),
    "wrong checksum": (changed(b"PK\x01\x02", 16, b"\0\0\0\0"), "file_unreadable"),
    "entry that begins elsewhere": (changed(b"PK\x01\x02", 42, b"\x07\0\0\0"), "file_unreadable"),
    "entry that begins nowhere": (changed(b"PK\x01\x02", 42, b"\xf0\xff\xff\x7f"), "file_unreadable"),
    "unknown compression": (changed(b"PK\x01\x02", 10, b"\x63\0"), "file_unreadable"),
    "bzip2": (lambda: zipped(parts_with(ROWS), method=zipfile.ZIP_BZIP2), "file_unreadable"),
    "directory that begins nowhere": (changed(b"PK\x05\x06", 16, b"\xf0\xff\xff\x7f"), "file_unreadable"),
    "sheet twice": (
        lambda: listed([*parts_with(ROWS).items(), (SHEET, parts_with(cell("A1"))[SHEET])]),
        "file_unreadable",
    ),
    "sheet twice but for case": (workbook_with_part(SHEET.upper(), "<x/>"), "file_unreadable"),
    "sheet twice but for slashes": (
        lambda: listed([*parts_with(ROWS).items(), (SHEET.replace("/", "\\"), "")]),
        "file_unreadable",
    ),
    "only names that climb": (
        lambda: zipped({f"../../{name}": text for name, text in parts_with(ROWS).items()}),
        "file_kind_unknown",
    ),
    "only absolute names": (
        lambda: zipped({f"/{name}": text for name, text in parts_with(ROWS).items()}),
        "file_kind_unknown",
    ),
    "links instead of parts": (
        lambda: listed([(name, "/etc/passwd") for name in parts_with(ROWS)], mode=0o120777),
        "file_unreadable",
    ),
}
