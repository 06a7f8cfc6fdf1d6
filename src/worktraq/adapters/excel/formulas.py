"""Text in a CSV file that a spreadsheet would run as a formula, and how it is kept from that.

An apostrophe goes before such a text, and before a text that already looks like one with an apostrophe; so taking it
away again gives exactly what was written.
"""

import re

# In East Asian settings the wide forms count too. Blanks are skipped by some spreadsheets.
_BEGINNING = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")


def defused(text: str) -> str:
    """The text as it can stand in a CSV file: with an apostrophe where it would be a formula."""
    return f"'{text}" if _BEGINNING.match(text) else text


def as_meant(text: str) -> str:
    """The text that `defused` was given."""
    return text[1:] if text.startswith("'") and _BEGINNING.match(text) else text
