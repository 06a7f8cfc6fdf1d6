"""Bounds a workbook before any reader sees it (DESIGN.md, section 11).

A reader in native code that runs out of memory takes the whole process along, so nothing is handed to one
that could: not a zip that inflates, not a document type, not two filled cells in opposite corners.
"""

from collections.abc import Sequence

from worktraq.adapters.excel.archive import Part, packed_again, parts_of, unpacked
from worktraq.adapters.excel.failures import told_as_text
from worktraq.adapters.excel.glance import Glance, glance
from worktraq.adapters.excel.limits import Limits, refused
from worktraq.adapters.excel.survey import Survey, survey, text_sizes_in
from worktraq.errors import InvalidInput

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the container of workbooks before 2007 begins, and that of encrypted workbooks since."""

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
"""How a zip archive begins, with entries and without."""

_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_FOLDERS = frozenset({"xl", "xl/_rels", "xl/worksheets"})
_OUTSIDE_FOLDERS = frozenset({"[content_types].xml", "_rels/.rels"})
_NEEDLESS = frozenset({"xl/calcchain.xml"})
_WORKBOOK = "xl/workbook.xml"
_SHARED_TEXTS = "xl/sharedstrings.xml"


def checked(content: bytes, limits: Limits) -> bytes:
    """The same workbook, reduced to the parts that hold cells, each of them checked, and failed cells told as text.

    Args:
        content: What stands in the file.
        limits: What it may cost.

    Raises:
        InvalidInput: It is no workbook, or would cost more; the codes are those of `SheetReader`.
    """
    if content.startswith(OLE_MARK):
        raise refused("file_encrypted" if _ENCRYPTED_PACKAGE in content else "file_kind_old")
    if not content.startswith(ZIP_MARKS):
        raise refused("file_kind_unknown")
    parts = [part for part in parts_of(content, limits) if _is_needed(part.name.lower())]
    if not any(part.name.lower() == _WORKBOOK for part in parts):
        raise refused("file_kind_unknown")
    if sum(part.size for part in parts) > limits.inflated_bytes:
        raise refused("file_inflates")
    seen = _seen(parts, limits)
    if not seen or not _is_surely_within(parts, seen, limits):
        _require_within(parts, limits)
    return packed_again(
        [
            told_as_text(part, limits) if _is_sheet(part) and (not seen or seen[index].may_have_failures) else part
            for index, part in enumerate(parts)
        ]
    )


def _is_needed(name: str) -> bool:
    if name in _OUTSIDE_FOLDERS:
        return True
    return name.rpartition("/")[0] in _FOLDERS and name.endswith((".xml", ".rels")) and name not in _NEEDLESS


def _is_beside(name: str) -> bool:
    return name != _SHARED_TEXTS and not name.startswith("xl/worksheets/")


def _is_sheet(part: Part) -> bool:
    return part.name.lower().startswith("xl/worksheets/")


def _seen(parts: Sequence[Part], limits: Limits) -> Sequence[Glance]:
    """Bounds of each part; nothing if one of them takes the exact way to know."""
    bounds = []
    for part in parts:
        found = glance(unpacked(part, limits))
        if found is None:
            return ()
        bounds.append(found)
    return bounds


def _is_surely_within(parts: Sequence[Part], bounds: Sequence[Glance], limits: Limits) -> bool:
    # Of which the markup <si><t></t>, at least, is no text.
    longest = max(max(seen.longest_text for seen in bounds) - 11, 0)
    surveys = [
        Survey(seen.elements, seen.rows, seen.columns, longest * seen.cells + (seen.text_bytes if seen.cells else 0))
        for seen in bounds
    ]
    return not _excess(parts, surveys, limits)


def _require_within(parts: Sequence[Part], limits: Limits) -> None:
    tables = [part for part in parts if part.name.lower() == _SHARED_TEXTS]
    sizes = text_sizes_in(unpacked(tables[0], limits), limits) if tables else ()
    surveys = [survey(unpacked(part, limits), limits, sizes) for part in parts]
    if excess := _excess(parts, surveys, limits):
        raise excess


def _excess(parts: Sequence[Part], surveys: Sequence[Survey], limits: Limits) -> InvalidInput | None:
    beside = sum(found.elements for part, found in zip(parts, surveys, strict=True) if _is_beside(part.name.lower()))
    if beside > limits.other_elements:
        return refused("file_inflates")
    if max(found.rows for found in surveys) > limits.rows:
        return refused("file_too_many_rows", limit=limits.rows)
    if max(found.columns for found in surveys) > limits.columns:
        return refused("file_too_many_columns", limit=limits.columns)
    is_over = sum(found.rows * found.columns for found in surveys) > limits.cells
    if is_over or sum(found.elements for found in surveys) > limits.elements:
        return refused("file_too_many_cells", limit=limits.cells)
    return refused("file_inflates") if sum(found.text_bytes for found in surveys) > limits.text_bytes else None
