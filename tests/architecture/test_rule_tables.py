"""The page with the role table and the approval table."""

import pytest

from scripts.rule_tables import PAGE, page


@pytest.mark.requirement("B-06")
def test_page_is_up_to_date() -> None:
    """The committed page is what the code says now; `make docs` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
