"""Getting at the source of a connection: which one, and its secrets."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

from worktraq.core.access import Action
from worktraq.core.actors import ActorKind
from worktraq.core.connections import AccountingConnection, tried
from worktraq.core.ids import OrganizationId
from worktraq.errors import AdapterError, Refused
from worktraq.ports.accounting import AccountingSource, SourceFactory
from worktraq.ports.secrets import SecretStore
from worktraq.usecases.asking import Sources, Surroundings
from worktraq.usecases.context import Context


class StoredCredentials:
    """The secrets of one connection, in the host's store; shows none of them.

    Args:
        store: Of the host; without one there are no secrets.
        organization_id: Whose they are.
        key: Under which they are kept.
    """

    def __init__(self, store: SecretStore | None, organization_id: OrganizationId, key: UUID) -> None:
        self._store = store
        self._organization_id = organization_id
        self._key = key

    def __repr__(self) -> str:
        return f"StoredCredentials({self._key})"

    def load(self) -> Mapping[str, str]:
        """The secrets by name, as they are now."""
        return self._store.load(self._organization_id, self._key) if self._store is not None else {}

    def save(self, secrets: Mapping[str, str]) -> None:
        """Keep other secrets in their place."""
        required(self._store).save(self._organization_id, self._key, secrets)

    def exclusively(self) -> AbstractContextManager[None]:
        """A block that one worker at a time is in."""
        if self._store is None:
            return nullcontext()
        return self._store.exclusively(self._organization_id, self._key)


def required(store: SecretStore | None) -> SecretStore:
    """The host's store of secrets.

    Raises:
        AdapterError: With ``secret_store_missing`` when the engine was given none.
    """
    if store is None:
        raise AdapterError("secret_store_missing")
    return store


def factory_of(sources: Sources | None, name: str) -> SourceFactory:
    """What makes sources of a name.

    Raises:
        AdapterError: With ``source_not_installed``.
    """
    if sources is None or name not in sources:
        raise AdapterError("source_not_installed", name=name[:40])
    return sources[name]


def opened(connection: AccountingConnection, surroundings: Surroundings) -> AccountingSource:
    """The source of a connection.

    Raises:
        AdapterError: With ``source_not_installed``.
        InvalidInput: Naming a setting that the source does not take.
    """
    credentials = StoredCredentials(surroundings.secrets, connection.organization_id, connection.secret_key)
    factory = factory_of(surroundings.sources, connection.source)
    return factory(connection.filled_in, credentials, clock=surroundings.clock)


def connection_of(context: Context) -> AccountingConnection:
    """The connection of the organization.

    Raises:
        Refused: With ``accounting_not_connected``.
    """
    connection = context.uow.connections.find()
    if connection is None:
        raise Refused.because("accounting_not_connected")
    return connection


def is_for_users(context: Context) -> bool:
    """Whether users are read in: when an administrator runs the import, and not when the clock does."""
    return context.actor.kind is ActorKind.USER and bool(context.verdict(Action.IMPORT_USERS))


def note_tried(context: Context, connection: AccountingConnection, problem: str) -> None:
    """Note how a connection fares, unless it is another one by now."""
    stored = context.uow.connections.find()
    if stored is not None and (stored.id, stored.secret_key) == (connection.id, connection.secret_key):
        after = tried(stored, problem)
        if after is not stored:
            context.uow.connections.put(after)
