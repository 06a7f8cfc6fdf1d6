"""What is said when a library is absent."""

import subprocess
import sys

import pytest

from worktraq.cli.extras import explanation


def test_absent_library_is_explained() -> None:
    """By the extra that brings it."""
    told = explanation(ModuleNotFoundError(name="psycopg.rows"), ["--lang", "en"])
    assert 'pip install "worktraq[postgres]"' in told


@pytest.mark.requirement("B-11")
def test_explanation_is_in_the_language_of_the_reader() -> None:
    """Also when the command line could not be loaded."""
    told = {explanation(ModuleNotFoundError(name="rich"), ["--lang", each]) for each in ("nl", "en", "fr", "de")}
    assert len(told) == 4


def test_other_error_is_passed_on() -> None:
    """A mistake of ours is not blamed on the installation."""
    error = ModuleNotFoundError(name="worktraq.nothing")
    with pytest.raises(ModuleNotFoundError) as raised:
        explanation(error)
    assert raised.value is error


@pytest.mark.parametrize("library", ["click", "rich"])
def test_command_line_without_its_libraries_says_what_to_install(library: str) -> None:
    """In one line, with exit code 1 and no traceback."""
    code = f"import sys; sys.modules['{library}'] = None; from worktraq.cli import main; main(['demo', '--lang', 'en'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert 'pip install "worktraq[cli]"' in done.stderr
