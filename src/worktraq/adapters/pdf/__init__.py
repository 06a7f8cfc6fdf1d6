"""Documents as PDF, typeset by typst: timesheets that customers keep, the evidence of a decision, and invoices.

Requirements L-09, L-11 and B-07.

Needs the extra ``worktraq[pdf]``.
"""

from worktraq.adapters.pdf.documents import TypstTimesheets

__all__ = ["TypstTimesheets"]
