"""Access tokens that run out, and how they are renewed: once, by one worker, and saved before they are used."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeGuard, TypeVar

import httpx

from worktraq.adapters.accounting.calling import Caller, json_of
from worktraq.core.accounting import Setting
from worktraq.errors import SourceBroken, SourceDenied, SourceLimited, SourceUnavailable
from worktraq.ports.accounting import Credentials
from worktraq.ports.clock import Clock

ACCESS_TOKEN = Setting("access_token", "Access token", is_secret=True, is_required=False)
REFRESH_TOKEN = Setting("refresh_token", "Refresh token", is_secret=True)
CLIENT_SECRET = Setting("client_secret", "Secret of your app", is_secret=True)
CLIENT_ID = Setting("client_id", "Client id of your app")
EXPIRES_AT = Setting(
    "expires_at", "When the access token runs out, in seconds since 1970", is_secret=True, is_required=False
)

_EARLY = timedelta(seconds=20)
_WAIT_WHEN_TOO_EARLY = timedelta(minutes=1)
_TOO_EARLY = ("not expired", "rate limit")
_PASSING = frozenset({"temporarily_unavailable", "server_error"})
_LATEST = 253_402_300_799
_T = TypeVar("_T")


class Tokens:
    """The access token of one connection.

    Args:
        caller: Reaches the system.
        credentials: Hold ``access_token``, and for renewing it ``refresh_token`` and ``client_secret``. ``expires_at``
            stands beside them, in seconds since 1970, so that a token is renewed before it is refused.
        clock: Tells the instant, aware.
        address: Where tokens are renewed.
        client_id: Of the app that the connection was made with; empty where tokens do not run out.
        in_header: Whether the app shows its id and secret in a header (HTTP Basic) and not in the form.
    """

    def __init__(
        self,
        caller: Caller,
        credentials: Credentials,
        clock: Clock,
        *,
        address: str,
        client_id: str,
        in_header: bool = False,
    ) -> None:
        self._caller = caller
        self._credentials = credentials
        self._clock = clock
        self._address = address
        self._client_id = client_id
        self._in_header = in_header
        self._held: tuple[str, datetime | None] | None = None

    def current(self) -> str:
        """A token that has not run out, as far as is known.

        Raises:
            SourceDenied: When there is none and none can be had; somebody has to connect the system again.
            SourceLimited: When it is too early for a new one.
            SourceUnavailable: When renewing fails now.
            SourceBroken: When the system answers something else than it has to.
        """
        if self._held is None:
            self._held = _held_in(self._credentials.load())
        token, expires_at = self._held
        return token if token and self._is_good(expires_at) else self.instead_of(token)

    def instead_of(self, refused: str) -> str:
        """Another token than one that was refused or has run out; what another worker has renewed is taken over.

        Raises:
            SourceDenied: When none can be had; somebody has to connect the system again.
            SourceLimited: When it is too early for a new one.
            SourceUnavailable: When renewing fails now.
            SourceBroken: When the system answers something else than it has to.
        """
        with self._credentials.exclusively():
            secrets = self._credentials.load()
            token, expires_at = _held_in(secrets)
            if not token or token == refused or not self._is_good(expires_at):
                token, expires_at = self._renewed(secrets)
        self._held = token, expires_at
        return token

    def client_header(self) -> Mapping[str, str]:
        """How the app says which one it is, where a system wants that in a header."""
        pair = f"{self._client_id}:{self._credentials.load().get('client_secret', '')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def _is_good(self, expires_at: datetime | None) -> bool:
        return expires_at is None or self._clock() < expires_at - _EARLY

    def _renewed(self, secrets: Mapping[str, str]) -> tuple[str, datetime | None]:
        refresh_token = secrets.get("refresh_token", "")
        if not refresh_token:
            raise SourceDenied(status=401)
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        if not self._in_header:
            form |= {"client_id": self._client_id, "client_secret": secrets.get("client_secret", "")}
        response = self._caller.call(
            "POST",
            self._address,
            data=form,
            headers={"Accept": "application/json", **(self.client_header() if self._in_header else {})},
            taking={400, 401, 403},
        )
        if not response.is_success:
            raise self._refusal(response, secrets)
        told = json_of(response)
        token, lasts = (told.get("access_token"), told.get("expires_in")) if isinstance(told, dict) else (None, None)
        if not isinstance(token, str) or not token:
            raise SourceBroken("source_answer_malformed")
        next_refresh_token = told.get("refresh_token")
        if not isinstance(next_refresh_token, str) or not next_refresh_token:
            next_refresh_token = refresh_token
        expires_at = self._clock() + timedelta(seconds=int(lasts)) if _is_seconds(lasts) else None
        self._credentials.save(
            {
                **{name: text for name, text in secrets.items() if name != "expires_at"},
                "access_token": token,
                "refresh_token": next_refresh_token,
                **({"expires_at": str(int(expires_at.timestamp()))} if expires_at else {}),
            }
        )
        return token, expires_at

    def _refusal(
        self, response: httpx.Response, secrets: Mapping[str, str]
    ) -> SourceDenied | SourceLimited | SourceUnavailable | SourceBroken:
        try:
            told = json_of(response)
        except SourceBroken:
            told = None
        said = " ".join(str(text) for text in told.values()) if isinstance(told, dict) else ""
        if any(words in said.lower() for words in _TOO_EARLY):
            expires_at = _held_in(secrets)[1]
            early = expires_at is not None and self._clock() < expires_at
            return SourceLimited(expires_at if expires_at and early else self._clock() + _WAIT_WHEN_TOO_EARLY)
        if isinstance(told, dict) and str(told.get("error")) in _PASSING:
            return SourceUnavailable(status=response.status_code)
        if response.status_code == 400 and not said:
            return SourceBroken(status=400)
        return SourceDenied(status=response.status_code)


def authorized(tokens: Tokens, ask: Callable[[str], _T]) -> _T:
    """What a question gives that needs a token; asked once more with another token when the first one is refused.

    Args:
        tokens: Hold the token.
        ask: Asks with a token; raises `SourceDenied` with the parameter ``status`` of 401 when it is refused.

    Raises:
        SourceDenied: When another token is refused too, or none can be had, besides what asking raises.
    """
    token = tokens.current()
    try:
        return ask(token)
    except SourceDenied as error:
        if error.parameters.get("status") != 401:
            raise
    return ask(tokens.instead_of(token))


def bearer(token: str) -> Mapping[str, str]:
    """The headers that a token goes with."""
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def _held_in(secrets: Mapping[str, str]) -> tuple[str, datetime | None]:
    told = secrets.get("expires_at", "")
    expires_at = datetime.fromtimestamp(int(told), UTC) if _is_seconds(told) and int(told) <= _LATEST else None
    return secrets.get("access_token", ""), expires_at


def _is_seconds(value: object) -> TypeGuard[str | int]:
    """Whether it is a number of seconds; some systems send it as text."""
    if isinstance(value, str):
        return value.isascii() and value.isdigit() and len(value) <= 10
    return type(value) is int and 0 <= value < 10**10
