"""The walls between layers and libraries."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import worktraq

SOURCE = Path(worktraq.__file__).parent
ROOT = Path(__file__).parents[2]

CORE_MAY_IMPORT = ("worktraq.core", "worktraq.errors", "worktraq.messages", "attr", "attrs", "dateutil", "stdnum")

# A library that costs start-up time or a dependency is known in these places only.
HOMES = {
    "alembic": ("adapters/sqlalchemy",),
    "babel": ("i18n", "adapters/email", "adapters/web"),
    "cattrs": ("serialization",),
    "click": ("cli",),
    "httpx": ("adapters/accounting",),
    "hypothesis": ("testing",),
    "jinja2": ("adapters/email", "adapters/web"),
    "psycopg": ("adapters/sqlalchemy",),
    "pymysql": ("adapters/sqlalchemy",),
    "pytest": ("testing",),
    "python_calamine": ("adapters/excel",),
    "rich": ("cli",),
    "smtplib": ("adapters/email",),
    "sqlalchemy": ("adapters/sqlalchemy",),
    "sqlite3": ("adapters/sqlalchemy", "demo/place.py"),
    "starlette": ("adapters/web", "cli"),
    "uvicorn": ("cli",),
    "xlsxwriter": ("adapters/excel", "cli"),
}


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The dotted names that a file imports, wherever in the file they stand."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.add(node.module or "")
    return frozenset(found)


def is_within(name: str, packages: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of the packages or stands in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_imports_point_one_way() -> None:
    """The contracts of pyproject.toml hold: layers, independent adapters, a core without libraries."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == 0


def test_core_imports_only_what_is_on_its_list() -> None:
    """The core knows the standard library, attrs, dateutil, stdnum, and the errors."""
    strangers = [
        f"{path.relative_to(SOURCE)} imports {name}"
        for path in sorted((SOURCE / "core").rglob("*.py"))
        for name in sorted(imports_of(path))
        if name.partition(".")[0] not in sys.stdlib_module_names and not is_within(name, CORE_MAY_IMPORT)
    ]
    assert strangers == []


@pytest.mark.parametrize("library", sorted(HOMES))
def test_heavy_library_stays_at_home(library: str) -> None:
    """No file outside the library's home imports it, not even inside a function."""
    strangers = [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        if any(is_within(name, (library,)) for name in imports_of(path))
        and not path.relative_to(SOURCE).as_posix().startswith(HOMES[library])
    ]
    assert strangers == []
