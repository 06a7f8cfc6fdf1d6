"""Places for secrets: in memory for tests, and in a folder for a host of one machine.

A host with a vault puts that behind `worktraq.ports.secrets.SecretStore` instead.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from threading import RLock
from uuid import UUID

from worktraq.core.ids import OrganizationId
from worktraq.errors import AdapterError

_OWNER_ONLY = 0o700


class MemorySecrets:
    """Keeps secrets until the process ends."""

    def __init__(self) -> None:
        self._kept: dict[tuple[UUID, UUID], Mapping[str, str]] = {}
        self._locks: dict[tuple[UUID, UUID], RLock] = {}
        self._lock = RLock()

    def __repr__(self) -> str:
        return "MemorySecrets()"

    def load(self, organization_id: OrganizationId, key: UUID) -> Mapping[str, str]:
        """The secrets under a key; empty when there are none."""
        return dict(self._kept.get((organization_id, key), {}))

    def save(self, organization_id: OrganizationId, key: UUID, secrets: Mapping[str, str]) -> None:
        """Keep secrets."""
        self._kept[organization_id, key] = dict(secrets)

    def delete(self, organization_id: OrganizationId, key: UUID) -> None:
        """Forget secrets."""
        self._kept.pop((organization_id, key), None)

    @contextmanager
    def exclusively(self, organization_id: OrganizationId, key: UUID) -> Iterator[None]:
        """Keep other threads out."""
        with self._lock:
            lock = self._locks.setdefault((organization_id, key), RLock())
        with lock:
            yield


class FileSecrets:
    """Keeps secrets in files that only the user of the process can read, one for each connection.

    They are not encrypted; a backup of the folder holds them. A file is replaced as a whole, and is on the disk once
    `save` returns.

    Args:
        folder: Where the files are; made for the user of the process alone if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __repr__(self) -> str:
        return f"FileSecrets({str(self._folder)!r})"

    def load(self, organization_id: OrganizationId, key: UUID) -> Mapping[str, str]:
        """The secrets under a key; empty when there are none.

        Raises:
            AdapterError: With ``secrets_not_read``.
        """
        try:
            content = self._file(organization_id, key).read_bytes()
        except FileNotFoundError:
            return {}
        except OSError:
            raise AdapterError("secrets_not_read", is_transient=True) from None
        try:
            found: dict[str, str] = json.loads(content)
        except ValueError:
            raise AdapterError("secrets_not_read") from None  # not chained: the error shows what stands there
        return found

    def save(self, organization_id: OrganizationId, key: UUID, secrets: Mapping[str, str]) -> None:
        """Keep secrets.

        Raises:
            AdapterError: With ``secrets_not_kept``.
        """
        file = self._file(organization_id, key)
        try:
            self._folder.mkdir(_OWNER_ONLY, parents=True, exist_ok=True)
            descriptor, name = mkstemp(prefix=".", dir=self._folder)  # for the owner alone
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(json.dumps(dict(secrets)).encode())
                    stream.flush()
                    os.fsync(stream.fileno())
                Path(name).replace(file)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
            self._sync_folder()
        except OSError:
            raise AdapterError("secrets_not_kept", is_transient=True) from None

    def delete(self, organization_id: OrganizationId, key: UUID) -> None:
        """Forget secrets; an empty file for locking stays.

        Raises:
            AdapterError: With ``secrets_not_kept`` when they cannot be removed.
        """
        try:
            self._file(organization_id, key).unlink(missing_ok=True)
        except OSError:
            raise AdapterError("secrets_not_kept", is_transient=True) from None

    @contextmanager
    def exclusively(self, organization_id: OrganizationId, key: UUID) -> Iterator[None]:
        """Keep other threads and processes out that use the same folder.

        Raises:
            AdapterError: With ``secrets_not_kept`` when the folder cannot be written to.
        """
        try:
            self._folder.mkdir(_OWNER_ONLY, parents=True, exist_ok=True)
            descriptor = os.open(self._lock_file(organization_id, key), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            raise AdapterError("secrets_not_kept", is_transient=True) from None
        try:
            _lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _file(self, organization_id: OrganizationId, key: UUID) -> Path:
        return self._folder / f"{organization_id.hex}-{key.hex}.json"

    def _lock_file(self, organization_id: OrganizationId, key: UUID) -> Path:
        return self._file(organization_id, key).with_suffix(".lock")

    def _sync_folder(self) -> None:
        if os.name == "nt":  # a folder cannot be opened there
            return
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
