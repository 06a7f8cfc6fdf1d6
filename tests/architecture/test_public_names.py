"""The names that `import worktraq` offers."""

import subprocess
import sys

import worktraq


def test_public_names_are_sorted_and_unique() -> None:
    """`__all__` reads as an index."""
    assert list(worktraq.__all__) == sorted(set(worktraq.__all__))


def test_every_public_name_can_be_imported() -> None:
    """What `__all__` promises is there."""
    assert [name for name in worktraq.__all__ if not hasattr(worktraq, name)] == []


def test_dir_lists_every_public_name() -> None:
    """Completion in an editor or shell finds the names before they are loaded."""
    assert set(worktraq.__all__) <= set(dir(worktraq))


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    """A misspelt name fails as in any other module."""
    assert not hasattr(worktraq, "no_such_name")


def test_importing_everything_gives_exactly_the_public_names() -> None:
    """`from worktraq import *` brings what `__all__` lists and nothing else."""
    namespace: dict[str, object] = {}
    exec("from worktraq import *", namespace)
    assert set(namespace) - {"__builtins__"} == set(worktraq.__all__)


def test_public_names_are_loaded_on_first_use() -> None:
    """After `import worktraq` none of the names with code behind them has been loaded."""
    script = "import worktraq; print(*(n for n in worktraq.__all__ if n in vars(worktraq) and n != '__version__'))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
