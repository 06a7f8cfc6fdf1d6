"""What gets loaded when: a host pays only for what it uses."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import worktraq

SOURCE = Path(worktraq.__file__).parent
ALLOWED_IN_CORE = {"attr", "attrs", "dateutil", "six", "stdnum", "worktraq"}  # six: older dateutil asks for it

# Refuses the named libraries, as if they were not installed.
WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

class Without(MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in {libraries!r}:
            raise ModuleNotFoundError(f"{{fullname}} is not there", name=fullname)

sys.meta_path.insert(0, Without())
import {modules}
"""


def loaded_by(statement: str) -> set[str]:
    """All modules that a new interpreter has loaded after the statement."""
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def third_party(modules: set[str]) -> set[str]:
    """The installed libraries among the modules, by import name."""
    at_start = loaded_by("pass")  # what the installation itself loads, such as an editable path
    return {name.partition(".")[0] for name in modules - at_start} & set(packages_distributions()) - {"worktraq"}


def modules_under(folder: str) -> list[str]:
    """The dotted names of all modules of a layer."""
    paths = sorted((SOURCE / folder).rglob("*.py"))
    names = [".".join(("worktraq", *path.relative_to(SOURCE).with_suffix("").parts)) for path in paths]
    return [name.removesuffix(".__init__") for name in names]


def complaint_without_libraries(modules: list[str]) -> str:
    """What a new interpreter says that imports the modules with nothing installed but what the core may use."""
    script = WITHOUT.format(libraries=set(packages_distributions()) - ALLOWED_IN_CORE, modules=", ".join(modules))
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False).stderr


def test_importing_worktraq_loads_no_library_but_attrs() -> None:
    """Neither SQLAlchemy nor Babel nor anything else is loaded before it is used."""
    assert third_party(loaded_by("import worktraq")) <= {"attr", "attrs"}


def test_importing_worktraq_loads_no_adapter() -> None:
    """An adapter is loaded when the host asks for it."""
    assert [name for name in loaded_by("import worktraq") if name.startswith("worktraq.adapters")] == []


@pytest.mark.parametrize("layer", ["core", "ports", "usecases"])
def test_inner_layers_import_without_any_heavy_library(layer: str) -> None:
    """Every module of the layer loads where only attrs, dateutil and stdnum are installed."""
    assert complaint_without_libraries(modules_under(layer)) == ""


def test_worktraq_itself_imports_without_any_heavy_library() -> None:
    """The engine and the memory store run in a process that has no database library at all."""
    assert complaint_without_libraries(["worktraq.engine", "worktraq.errors", "worktraq.adapters.memory"]) == ""


def test_a_missing_library_would_be_noticed() -> None:
    """The tests above do hide the libraries."""
    assert "sqlalchemy is not there" in complaint_without_libraries(["sqlalchemy"])
