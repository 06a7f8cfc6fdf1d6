"""Invoices as UBL 2.1 files by Peppol BIS Billing 3.0 and EN 16931, for whatever reads these (extra `ubl`)."""

from worktraq.adapters.ubl.document import ubl_of
from worktraq.adapters.ubl.folder import UblFolder

__all__ = ["UblFolder", "ubl_of"]
