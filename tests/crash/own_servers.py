"""Database servers of our own, on a free port and in a folder of their own, to be killed and started again."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest
from attrs import define, field
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.conformance.own_postgres import NotStarted, _binaries

_PATIENCE_SECONDS = 60
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")


@define
class OwnServer:
    """A server that belongs to one test.

    Attributes:
        name: Of the database.
        folder: Of everything that it keeps.
        command: That starts it.
        url: Of a database on it, as SQLAlchemy takes it.
        user: Who it runs as; none where the tests are not run by root.
    """

    name: str
    folder: Path
    command: Sequence[str]
    url: str
    user: str | None
    _process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                # Where something of the one before is still going, it ends at once, and is started again.
                self._process = _spawned(self.command, self.folder / "server.log", self.user)
            assert time.monotonic() < until, (self.folder / "server.log").read_text()[-2_000:]
            time.sleep(0.02)

    def kill(self, *, after: float = 0.0) -> None:
        """End it and all that it started, as the kernel does, and nothing else; after so many seconds."""
        assert self._process is not None
        time.sleep(after)
        # The processes of PostgreSQL lead groups of their own, so that the server's group is not all of it.
        own = [self._process.pid, *_children_of(self._process.pid)]
        for pid in own:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def _answers(self) -> bool:
        engine = create_engine(self.url, poolclass=NullPool)
        try:
            with engine.connect() as connection:
                return bool(connection.execute(text("SELECT 1")).scalar_one())
        except OperationalError:
            return False


def _children_of(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [pid for pid, its_parent in pairs if its_parent == parent]


def _spawned(command: Sequence[str], log: Path, user: str | None) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            user=user,
            group=None if user is None else pwd.getpwnam(user).pw_gid,
            extra_groups=None if user is None else [],
        )


def _run(command: Sequence[str], log: Path, user: str | None) -> None:
    status = _spawned(command, log, user).wait()
    assert status == 0, log.read_text()[-2_000:]


def _user() -> str | None:
    """Whom a server runs as: database servers refuse to be root."""
    if os.geteuid() != 0:
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "mysql", "nobody") if name in known)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _postgres(folder: Path, user: str | None) -> OwnServer:
    initdb, postgres = _postgres_programs()
    data, port = folder / "data", _free_port()
    options = ("--auth=trust", "--username=root", "--encoding=UTF8", "--no-locale", "--no-sync")
    _run([initdb, "-D", str(data), *options], folder / "server.log", user)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "shared_buffers": "16MB",
    }
    command = [postgres, "-D", str(data), *(f"--{name}={value}" for name, value in settings.items())]
    return OwnServer("postgres", folder, command, f"postgresql+psycopg://root@127.0.0.1:{port}/postgres", user)


def _mariadb(folder: Path, user: str | None) -> OwnServer:
    install, mariadbd = _needed("mariadb-install-db"), _needed("mariadbd")
    data, port = folder / "data", _free_port()
    own = ("--no-defaults", f"--datadir={data}")
    small = (
        "--innodb-log-file-size=8M",
        "--innodb-buffer-pool-size=16M",
        "--innodb-data-file-path=ibdata1:4M:autoextend",
    )
    making = ("--auth-root-authentication-method=normal", "--skip-test-db")
    _run([install, *own, *making, *small], folder / "server.log", user)
    here = (
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--socket={folder / 'socket'}",
        f"--pid-file={folder / 'pid'}",
    )
    url = f"mariadb+pymysql://root@127.0.0.1:{port}"
    server = OwnServer("mariadb", folder, [mariadbd, *own, *small, *here], url, user)
    server.start()
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE hours"))
    engine.dispose()
    server.url = f"{url}/hours"
    return server


_SERVERS = {"postgres": _postgres, "mariadb": _mariadb}


def _postgres_programs() -> tuple[str, str]:
    try:
        folder = _binaries()
    except NotStarted:
        _missing("postgres")
    return str(folder / "initdb"), str(folder / "postgres")


def _needed(name: str) -> str:
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *_PLACES)))
    return found if found is not None else _missing(name)


def _missing(name: str) -> NoReturn:
    assert os.environ.get("CI") != "true", f"{name} is missing, and with it a server of our own"
    pytest.skip(f"{name} is not installed")


@contextmanager
def own_server(name: str) -> Iterator[OwnServer]:
    """A server with an empty database while the block runs."""
    _needed("ps")
    user = _user()
    # Not below the folder of the tests, which nobody else may enter.
    with TemporaryDirectory(prefix="worktraq-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        if user is not None:
            os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        server = _SERVERS[name](folder, user)
        try:
            server.start()
            yield server
        finally:
            if server._process is not None and server._process.poll() is None:
                server.kill()
