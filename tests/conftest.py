"""What all tests share: the `requirement` marker, the budgets of the property tests, and which databases there are.

Facts that a test needs come from builders and strategies, not from here.
"""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from tests.conformance.databases import Found, configured, find_servers
from worktraq.adapters.sqlalchemy import SqlStore

pytest.register_assert_rewrite("worktraq.testing.contracts")

CORE = Path(__file__).parent / "unit" / "core"
found_servers = pytest.StashKey[Found]()

settings.register_profile("dev", deadline=None, max_examples=16)
# The same examples on every machine: what fails there fails here.
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, database=None, print_blob=True)
settings.register_profile(
    "long",
    parent=settings.get_profile("dev"),
    max_examples=1_000,
    stateful_step_count=100,
    suppress_health_check=[HealthCheck.too_slow],  # a long run may take long over an example
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, so that a misspelt one is an error, and find the databases, once for all workers."""
    config.addinivalue_line("markers", "requirement(*ids): the requirements (such as W-05) that the test shows to hold")
    if not hasattr(config, "workerinput"):
        config.stash[found_servers] = find_servers()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop a server that was started for this run."""
    found = config.stash.get(found_servers, None)
    if found is not None and found.own is not None:
        found.own.stop()


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Which databases the tests run on, and which they could."""
    found = config.stash.get(found_servers, None)
    if found is None:  # a worker, which shows nothing
        return []
    servers = [f"{server.name} ({make_url(os.environ[server.variable]).host})" for server in configured()]
    databases = f"databases: {', '.join(['memory', 'sqlite', *servers])}"
    return [databases, *(f"not tested, {each}" for each in found.missing)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop measuring what runs, for the core has been loaded; keep all tests out of every search for garbage, and search less."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    measured = _coverage(session.config)
    if measured is not None:
        measured.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure the tests of the core only, which are to cover it on their own; it would double the time of the others."""
    measured = _coverage(item.config) if CORE in item.path.parents else None
    if measured is None:
        return (yield)
    measured.start()
    try:
        return (yield)
    finally:
        measured.stop()


def _coverage(config: pytest.Config) -> Coverage | None:
    plugin = config.pluginmanager.getplugin("_cov")
    controller = plugin.cov_controller if plugin is not None else None
    measured: Coverage | None = controller.cov if controller is not None else None
    return measured


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our schema and no rows, to be copied: to make it takes longer than most tests do."""
    file = tmp_path_factory.mktemp("template") / "migrated.db"
    store = SqlStore.from_url(f"sqlite:///{file}")
    store.migrate()
    store.close()
    return file


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests counted and recorded as a ``figure``, also those of other processes."""
    reports = [
        report for each in terminalreporter.stats.values() for report in each if getattr(report, "when", "") == "call"
    ]
    figures = [str(value) for report in reports for name, value in report.user_properties if name == "figure"]
    if figures:
        terminalreporter.section("figures")
        for figure in figures:
            terminalreporter.line(figure)
