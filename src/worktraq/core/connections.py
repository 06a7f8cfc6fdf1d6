"""The one accounting connection of an organization: what was filled in, and how it fares (T-01)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from attrs import evolve, field, frozen

from worktraq.core.accounting import SourceInfo
from worktraq.core.ids import ConnectionId, OrganizationId
from worktraq.core.problems import Problems
from worktraq.core.text import clean_line
from worktraq.errors import InvalidInput

LONGEST_SECRET = 10_000


class ConnectionState(StrEnum):
    """Whether a connection can be used."""

    WORKING = "working"
    NEEDS_ATTENTION = "needs_attention"
    """The source did not let us in the last time: somebody has to see to it."""


@frozen(kw_only=True)
class AccountingConnection:
    """From where an organization's customers are read.

    Attributes:
        organization_id: Whose connection it is.
        id: Of the connection; connecting again makes another one.
        source: Name of the source, by which imported rows are known again.
        settings: What was filled in, secrets apart, in order of name.
        secret_key: Under which the host's secret store keeps the secrets; another one whenever they are changed.
        connected_at: When, in UTC.
        epoch: Goes up with every change of the settings, after which everything is read again.
        state: Whether it can be used.
        problem: Why it needs attention, a code; empty while it works.
        version: Goes up with every change.
    """

    organization_id: OrganizationId
    id: ConnectionId
    source: str
    settings: tuple[tuple[str, str | int], ...]
    secret_key: UUID = field(repr=False)
    connected_at: datetime
    epoch: int = 1
    state: ConnectionState = ConnectionState.WORKING
    problem: str = ""
    version: int = 1

    @property
    def filled_in(self) -> Mapping[str, str]:
        """The settings by name."""
        return {name: str(value) for name, value in self.settings}


def checked_settings(info: SourceInfo, given: Mapping[str, str]) -> tuple[tuple[str, str | int], ...]:
    """What was filled in, cleaned, in order of name.

    Raises:
        InvalidInput: Naming every setting that is missing, unknown or no text.
    """
    return tuple(sorted(_checked(info, given, is_secret=False).items()))


def checked_secrets(info: SourceInfo, given: Mapping[str, str]) -> Mapping[str, str]:
    """The secrets, when all that are needed are there. No error says what they are.

    Raises:
        InvalidInput: Naming every secret that is missing, unknown or no text.
    """
    return _checked(info, given, is_secret=True)


def _checked(info: SourceInfo, given: Mapping[str, str], *, is_secret: bool) -> dict[str, str]:
    wanted = {each.name: each for each in info.settings if each.is_secret is is_secret}
    found, clean = Problems(), {}
    for name in sorted(given.keys() - wanted.keys(), key=str):
        found.add(str(name)[:40], "name_unknown")
    for name, setting in wanted.items():
        check = _clean_secret if is_secret else clean_line
        value = found.keep("", check, name, given.get(name, ""))
        if value:
            clean[name] = value
        elif setting.is_required and not given.get(name):
            found.add(name, "text_missing")
    found.raise_if_any()
    return clean


def _clean_secret(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput.of(name, "text_malformed")
    if len(value) > LONGEST_SECRET:
        raise InvalidInput.of(name, "text_too_long", longest=LONGEST_SECRET)
    return value.strip()


def changed_connection(
    connection: AccountingConnection, settings: tuple[tuple[str, str | int], ...], secret_key: UUID
) -> AccountingConnection:
    """The connection with other settings or secrets, ready to be tried again."""
    epoch = connection.epoch + (settings != connection.settings)
    return evolve(
        connection,
        settings=settings,
        secret_key=secret_key,
        epoch=epoch,
        state=ConnectionState.WORKING,
        problem="",
        version=connection.version + 1,
    )


def tried(connection: AccountingConnection, problem: str) -> AccountingConnection:
    """The connection after it was used: it works, or a code says why somebody has to see to it.

    The same connection where that is nothing new.
    """
    state = ConnectionState.NEEDS_ATTENTION if problem else ConnectionState.WORKING
    if (connection.state, connection.problem) == (state, problem):
        return connection
    return evolve(connection, state=state, problem=problem, version=connection.version + 1)
