"""The tutorial for writers of adapters: its code is the example package, which installs and passes the kit."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "accounting-adapter"
PAGE = ROOT / "docs" / "tutorial" / "write-an-accounting-adapter.md"
_SHOWN = re.compile(r"In `(?P<file>[\w./]+)`:\n\n```(?:python|toml)\n(?P<code>.*?)\n```", re.DOTALL)


def shown() -> dict[str, str]:
    """The files of the page, put together from its pieces."""
    files: dict[str, list[str]] = {}
    for piece in _SHOWN.finditer(PAGE.read_text(encoding="utf-8")):
        files.setdefault(piece["file"], []).append(piece["code"])
    return {file: "\n\n\n".join(pieces) + "\n" for file, pieces in files.items()}


def test_the_page_shows_the_package() -> None:
    """All of its Python, and nothing else."""
    kept = {
        file.relative_to(EXAMPLE).as_posix(): file.read_text(encoding="utf-8")
        for file in [*EXAMPLE.glob("src/**/*.py"), *EXAMPLE.glob("tests/*.py"), EXAMPLE / "pyproject.toml"]
    }
    assert shown() == kept


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the package is installed, beside all else."""
    place = tmp_path_factory.mktemp("site")
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(place))
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(EXAMPLE)], check=True, timeout=120)
    return {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.requirement("B-09")
def test_the_package_passes_the_kit(installed: dict[str, str]) -> None:
    """As its author runs it."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(EXAMPLE),
        "tests",
    ]
    done = subprocess.run(command, cwd=EXAMPLE, env=installed, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b[5-9]\d passed", done.stdout)


def test_the_package_is_found(installed: dict[str, str]) -> None:
    """By its entry point."""
    command = [sys.executable, "-m", "worktraq", "accounting", "list"]
    done = subprocess.run(command, env=installed, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "kasboek" in done.stdout
