"""How much a file that somebody sent may cost, and the first look at it."""

from pathlib import Path

from attrs import frozen

from worktraq.errors import AdapterError, InvalidInput


@frozen
class Limits:
    """Bounds on a file; by default 50,000 rows of 17 columns pass, and no file costs more than seconds and about 300 MB.

    Attributes:
        file_bytes: Size of the file.
        entries: Parts of a workbook, which is a zip archive.
        inflated_bytes: Size of all parts that are read, unpacked.
        ratio: Unpacked size of a part in multiples of its packed size; parts below 1 MB may have any.
        elements: XML elements in all parts that are read.
        other_elements: Those in the parts that hold neither cells nor their texts, such as styles.
        sheets: Sheets of a workbook, hidden ones included.
        rows: Rows of one sheet.
        columns: Columns of one sheet, or fields of one CSV record.
        cells: Rows × columns of all sheets together, empty cells included; cells of a CSV file.
        text_bytes: Text of all cells of a workbook, counting what is shared between cells once per cell.
        cell_length: Characters of one CSV cell, which is twice what a spreadsheet's cell can hold.
    """

    file_bytes: int = 20 * 2**20
    entries: int = 2_000
    inflated_bytes: int = 80 * 2**20
    ratio: int = 200
    elements: int = 4_000_000
    other_elements: int = 500_000
    sheets: int = 1_000
    rows: int = 65_536
    columns: int = 1_000
    cells: int = 900_000
    text_bytes: int = 32 * 2**20
    cell_length: int = 65_536


def refused(code: str, **parameters: int) -> InvalidInput:
    """The error that a file cannot be taken."""
    return InvalidInput.of("file", code, **parameters)


def content_of(file: Path | bytes, limits: Limits) -> bytes:
    """What stands in a file.

    Raises:
        InvalidInput: It is empty or too large.
        AdapterError: It cannot be opened, or is no ordinary file.
    """
    content = file if isinstance(file, bytes) else _opened(file, limits.file_bytes + 1)
    if not content:
        raise refused("file_empty")
    if len(content) > limits.file_bytes:
        raise refused("file_too_large", megabytes=limits.file_bytes // 2**20)
    return content


def _opened(path: Path, most: int) -> bytes:
    try:
        # A device or a pipe could give bytes for ever, or never.
        if path.exists() and not path.is_file():
            raise AdapterError("file_not_opened", name=path.name)
        with path.open("rb") as stream:
            return stream.read(most)
    except (OSError, ValueError) as error:
        raise AdapterError("file_not_opened", name=path.name) from error


def sheet_name(file: Path | bytes, name: str) -> str:
    """The name of the sheet of a file that has no sheets of its own: that of the file, without suffix."""
    shown = name or (file.name if isinstance(file, Path) else "")
    return Path(shown.replace("\\", "/")).stem or "CSV"
