"""The page that says which test shows which requirement."""

from pathlib import Path

import pytest

from scripts.requirements_table import PAGE, collect, page, render

MARKED = """
import pytest

pytestmark = pytest.mark.requirement("A-01")

@pytest.mark.requirement("A-02", "A-03")
def test_of_a_function(): ...

@pytest.mark.requirement("A-04")
class TestOfAClass:
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("A-05"))])
    def test_of_a_parameter(self, x): ...

TestOfAMachine = pytest.mark.requirement("A-06")(Machine.TestCase)
"""


def test_page_is_up_to_date() -> None:
    """The committed page is what the marks give now; `make docs` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_marks_are_found_wherever_pytest_takes_them(tmp_path: Path) -> None:
    """Marks of files, functions, classes, parameters and state machines count."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(MARKED, encoding="utf-8")
    of_function, of_parameter = (
        "tests/test_x.py::test_of_a_function",
        "tests/test_x.py::TestOfAClass::test_of_a_parameter",
    )
    assert collect(tmp_path) == {
        "A-01": [of_parameter, of_function],
        "A-02": [of_function],
        "A-03": [of_function],
        "A-04": [of_parameter],
        "A-05": [of_parameter],
        "A-06": ["tests/test_x.py::TestOfAMachine"],
    }


def test_unknown_requirement_is_refused() -> None:
    """A misspelt id does not vanish from the page."""
    with pytest.raises(ValueError, match="A-99"):
        render({"A": {"title": "Area", "A-01": "It works."}}, {"A-99": ["tests/test_x.py::test_y"]})
