"""A folder of UBL files, from which an accounting package or a Peppol access point takes them."""

from collections.abc import Sequence
from pathlib import Path

from worktraq.adapters.ubl.document import ubl_of
from worktraq.core.invoices import Invoice
from worktraq.core.notifications import Attachment
from worktraq.errors import AdapterError


class UblFolder:
    """An invoice sink that writes each invoice to a file of its own, named after its number and id.

    Args:
        path: Where the files go; it is made when it is not there.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def hand_over(self, invoice: Invoice, attachments: Sequence[Attachment] = ()) -> str:
        """Write the invoice; a file of the same invoice is replaced in one step, so that none is ever half there.

        Returns:
            The name of the file.

        Raises:
            InvalidInput: With every field that the rules of EN 16931 and Peppol want and the invoice does not have.
            AdapterError: Transient, when the file cannot be written.
        """
        content = ubl_of(invoice, attachments)
        name = f"{_safe(invoice.number)}-{invoice.id.hex}.xml"
        unfinished = self._path / f".{name}.part"
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(content)
            unfinished.replace(self._path / name)
        except OSError as error:
            raise AdapterError("sink_unreachable", is_transient=True) from error
        return name


def _safe(number: str) -> str:
    return "".join(mark if mark.isascii() and mark.isalnum() else "-" for mark in number)
