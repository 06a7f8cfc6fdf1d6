"""The token of a link, exchanged for a cookie: so it stays out of address bar, history and referrer (B-05).

Nothing is kept here: what the cookie says is signed with a secret that follows from the keys of the host's links, so
any process of the host takes it. Each link has a cookie of its own, so several requests in one browser do not mix.
"""

import hashlib
import hmac
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable

from attrs import field, frozen
from starlette.requests import Request
from starlette.responses import Response

from worktraq.adapters.web.protection import organization_of
from worktraq.core.actors import Actor
from worktraq.core.links import Links

LASTS = 8 * 60 * 60
"""In seconds since the last page: a working day."""

_HANDLE_LENGTH = 22
_HANDLE = re.compile(rf"[A-Za-z0-9_-]{{{_HANDLE_LENGTH}}}")
_PURPOSE = "approval page"


def handle_of(token: str) -> str:
    """What stands in the address instead of a token; the token does not follow from it."""
    digest = hashlib.sha256(b"worktraq:handle:" + token.encode()).digest()
    return urlsafe_b64encode(digest).decode()[:_HANDLE_LENGTH]


def is_handle(text: str) -> bool:
    """Whether a text has the form of what stands instead of a token."""
    return _HANDLE.fullmatch(text) is not None


@frozen
class Session:
    """A browser in which a link was opened.

    Attributes:
        actor: Who holds the link.
        pin_proof: That the PIN was given; empty before.
    """

    actor: Actor
    pin_proof: str = field(default="", repr=False)

    @property
    def handle(self) -> str:
        """What stands in the address."""
        return handle_of(self.actor.token)


class Sessions:
    """Gives cookies for tokens, and takes them back.

    Args:
        links: Whose keys sign.
        clock: In seconds since 1970.
    """

    def __init__(self, links: Links, clock: Callable[[], float] = time.time) -> None:
        self._secrets = links.secrets_for(_PURPOSE)
        self._is_https = links.base_url.startswith("https:")
        self._clock = clock

    def of(self, request: Request) -> Session | None:
        """The session of the address that is asked for; None when the cookie is missing, too old or not ours."""
        organization_id = organization_of(request)
        handle = request.path_params["handle"]
        if organization_id is None:
            return None
        payload, _, signature = request.cookies.get(_cookie(handle), "").rpartition(".")
        expires, _, rest = payload.partition(".")
        token, _, pin_proof = rest.partition(".")
        signed = f"{organization_id.hex}.{payload}"
        if not any(_matches(_signature(secret, signed), signature) for secret in self._secrets):
            return None
        if int(expires) <= self._clock() or handle_of(token) != handle:
            return None
        return Session(Actor.contact(organization_id, token), pin_proof)

    def keep(self, response: Response, request: Request, session: Session) -> None:
        """Give the cookie, or give it again so that it lasts.

        Without a path of its own it is sent to addresses beside the page's, which are those of the organization: right
        wherever the host mounts it, also behind a proxy that takes a part of the path away.
        """
        payload = f"{int(self._clock()) + LASTS}.{session.actor.token}.{session.pin_proof}"
        signature = _signature(self._secrets[0], f"{session.actor.organization_id.hex}.{payload}")
        response.set_cookie(
            _cookie(session.handle),
            f"{payload}.{signature}",
            max_age=LASTS,
            path=None,
            secure=self.is_secure(request),
            httponly=True,
            samesite="lax",  # a strict one would not come along when a mail program opens the link
        )

    def is_secure(self, request: Request) -> bool:
        """Whether the page is on HTTPS; behind a proxy that ends it, only the links know."""
        return self._is_https or request.url.scheme == "https"


def _cookie(handle: str) -> str:
    return f"worktraq_{handle}"


def _signature(secret: bytes, signed: str) -> str:
    return hmac.digest(secret, signed.encode(), "sha256").hex()


def _matches(signature: str, given: str) -> bool:
    return hmac.compare_digest(signature.encode(), given.encode())
