"""The databases that workers are killed on: SQLite always, PostgreSQL and MariaDB where a URL names a server."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conformance.databases import configured
from tests.crash.scene import Scene


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what takes a scene once on each database, and what takes a served one on those with a server."""
    servers = [server.name for server in configured()]
    if "scene" in metafunc.fixturenames:
        metafunc.parametrize("scene", ["sqlite", *servers], indirect=True)
    if "served_scene" in metafunc.fixturenames:
        metafunc.parametrize("served_scene", servers, indirect=True)


@pytest.fixture(scope="session")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Scene]]:
    """Databases of this run with empty tables; every test founds firms of its own in them."""
    made: dict[str, Scene] = {}
    with ExitStack() as stack:

        def scene_of(name: str) -> Scene:
            if name not in made:
                made[name] = _made(name, tmp_path_factory.mktemp(name), stack)
            return made[name]

        yield scene_of


@pytest.fixture
def scene(request: pytest.FixtureRequest, scenes: Callable[[str], Scene]) -> Scene:
    """A database."""
    return scenes(request.param)


@pytest.fixture
def served_scene(request: pytest.FixtureRequest, scenes: Callable[[str], Scene]) -> Scene:
    """A database on a server."""
    return scenes(request.param)


def _made(name: str, folder: Path, stack: ExitStack) -> Scene:
    if name == "sqlite":
        url = f"sqlite:///{folder / 'worktraq.db'}"
    else:
        server = next(server for server in configured() if server.name == name)
        url = stack.enter_context(server.database()).url
    scene = Scene(name, url, folder)
    stack.callback(scene.close)
    scene.migrate()
    return scene
