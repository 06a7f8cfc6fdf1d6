"""Typesetting: templates of our own, and what they show as data that is never read as markup."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock

from typst import Compiler, Fonts, TypstError

from worktraq.adapters.pdf.content import Shown
from worktraq.adapters.pdf.content import content_of as timesheet_content
from worktraq.adapters.pdf.evidence import content_of as evidence_content
from worktraq.adapters.pdf.invoices import content_of as invoice_content
from worktraq.adapters.pdf.specification import content_of as specification_content
from worktraq.core.branding import Brand
from worktraq.core.evidence import Evidence
from worktraq.core.invoices import Invoice
from worktraq.core.specifications import Specification
from worktraq.core.timesheets import Timesheet
from worktraq.errors import AdapterError
from worktraq.i18n import translator

_FORMATS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
_NO_GLYPH = "could not be displayed"


class TypstTimesheets:
    """Writes timesheets, evidence, invoices and their specifications as PDF; a `Documents`. One can be shared by all threads.

    Only fonts that come with typst are used, none of the machine, so that the same content gives the same bytes
    everywhere. They hold Latin, Greek, Cyrillic, Hebrew and Arabic. The PDF is tagged, and keeps to PDF/UA-1 unless it
    holds characters that no font has.

    Args:
        font_folders: Where fonts for other scripts stand, such as Chinese.
    """

    def __init__(self, *, font_folders: Sequence[Path] = ()) -> None:
        fonts = Fonts(include_system_fonts=False, font_paths=[str(folder) for folder in font_folders])
        self._compiler = Compiler(font_paths=fonts, ignore_system_fonts=True)
        # The compiler keeps what it is given until it is done with it.
        self._lock = Lock()

    def render(self, timesheet: Timesheet, language: str) -> bytes:
        """See `worktraq.ports.documents.TimesheetRenderer.render`."""
        instants = [decision.at for decision in timesheet.decisions]
        at = max(instants, default=datetime.combine(timesheet.period.first, time(), UTC))
        return self._typeset("timesheet", timesheet_content(timesheet, translator(language)), timesheet.logo, at)

    def render_evidence(self, evidence: Evidence, language: str) -> bytes:
        """See `worktraq.ports.documents.EvidenceRenderer.render_evidence`."""
        return self._typeset("evidence", evidence_content(evidence, translator(language)), b"", evidence.made_at)

    def render_invoice(self, invoice: Invoice, brand: Brand, language: str) -> bytes:
        """See `worktraq.ports.documents.InvoiceRenderer.render_invoice`."""
        shown = invoice_content(invoice, brand, translator(language))
        return self._typeset("invoice", shown, brand.logo, invoice.confirmed_at)

    def render_specification(self, specification: Specification, brand: Brand, language: str) -> bytes:
        """See `worktraq.ports.documents.InvoiceRenderer.render_specification`."""
        shown = specification_content(specification, brand, translator(language))
        at = datetime.combine(specification.issued_on, time(), UTC)
        return self._typeset("specification", shown, brand.logo, at)

    def _typeset(self, template: str, shown: Mapping[str, Shown], logo: bytes, at: datetime) -> bytes:
        """The document; without its logo where that is broken, and without PDF/UA where a character has no glyph."""
        kind = next((kind for magic, kind in _FORMATS.items() if logo.startswith(magic)), "")
        is_accessible = True
        while True:
            inputs = {"data": json.dumps({**shown, "logo": kind}, ensure_ascii=False, separators=(",", ":"))}
            if kind:
                inputs["logo"] = json.dumps(list(logo), separators=(",", ":"))
            try:
                return self._compile(template, inputs, at, is_accessible=is_accessible)
            except TypstError as error:
                if is_accessible and _NO_GLYPH in error.message:
                    is_accessible = False
                elif kind:
                    kind = ""
                else:
                    raise AdapterError("document_failed", is_transient=True) from error

    def _compile(self, template: str, inputs: Mapping[str, str], at: datetime, *, is_accessible: bool) -> bytes:
        with self._lock:
            made = self._compiler.compile(
                source_of(template),
                format="pdf",
                sys_inputs=dict(inputs),
                pdf_standards="ua-1" if is_accessible else None,
                timestamp=int(at.timestamp()),
            )
        assert isinstance(made, bytes)
        return made


@cache
def source_of(template: str) -> bytes:
    """The source of a template, with what all of them have in common."""
    folder = files("worktraq.adapters.pdf") / "templates"
    return b"\n".join((folder / f"{name}.typ").read_bytes() for name in ("look", template))
