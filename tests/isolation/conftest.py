"""The places in which transactions meet: every store, and MariaDB in both ways in which it keeps transactions apart."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.conformance.databases import isolating
from tests.isolation.places import Place, in_file, on_server, with_one_writer
from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.sqlalchemy import SqlStore


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run everything that takes a place, or the URL of a database, once for each."""
    databases = ["sqlite", *(server.name for server in isolating())]
    if "place" in metafunc.fixturenames:
        metafunc.parametrize("place", ["memory", *databases], indirect=True)
    elif "url" in metafunc.fixturenames:
        metafunc.parametrize("url", databases, indirect=True)


@pytest.fixture
def place(request: pytest.FixtureRequest, place_in: Callable[[str], Place]) -> Place:
    """A store in which two transactions meet; every test founds firms of its own."""
    if request.param == "memory":
        return with_one_writer("memory", MemoryStore())
    return place_in(request.param)


@pytest.fixture(scope="session")
def place_in(database_url: Callable[[str], str]) -> Iterator[Callable[[str], Place]]:
    """The places of this process, each made when it is asked for; connections and compiled statements are kept."""
    made: dict[str, Place] = {}
    with ExitStack() as stack:

        def place(name: str) -> Place:
            if name not in made:
                opening = in_file if name == "sqlite" else on_server
                made[name] = stack.enter_context(opening(name, database_url(name)))
            return made[name]

        yield place


@pytest.fixture
def url(request: pytest.FixtureRequest, database_url: Callable[[str], str]) -> str:
    """A database with its schema up to date, which need not be empty."""
    return database_url(request.param)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """The databases of this process, each made when it is asked for."""
    made: dict[str, str] = {}
    with ExitStack() as stack:

        def database(name: str) -> str:
            if name not in made:
                if name == "sqlite":
                    made[name] = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'worktraq.db'}"
                else:
                    server = next(server for server in isolating() if server.name == name)
                    made[name] = stack.enter_context(server.database()).url
                store = SqlStore.from_url(made[name])
                store.migrate()
                store.close()
            return made[name]

        yield database
