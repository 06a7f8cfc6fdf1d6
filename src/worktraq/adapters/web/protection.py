"""What keeps the page safe: its headers, the proof that a form is ours, and a bound on what is sent (B-05)."""

import hmac
import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from worktraq.core.actors import Actor
from worktraq.core.ids import OrganizationId

COOKIE = "worktraq_form"
PROOF = "proof"
LARGEST_FORM = 2 * 1024 * 1024
"""In bytes: a thousand lines with a comment of some length each."""

# Two fields a line: far more lines than the largest form has room for.
_MOST_FIELDS = 20_000
_ORGANIZATION = re.compile(r"[0-9a-f]{32}")
# A token has 43 marks; a cookie that we gave out has as many.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def headers(style_digest: str, *, has_logo: bool = False) -> Mapping[str, str]:
    """The headers of every answer.

    Args:
        style_digest: Base64 of the SHA-256 of the one style sheet that may apply.
        has_logo: Whether the page has an image in it.
    """
    policy = (
        "default-src 'none'",
        f"style-src 'sha256-{style_digest}'",
        *(("img-src data:",) if has_logo else ()),
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
    return {**_ALWAYS, "Content-Security-Policy": "; ".join(policy)}


def headers_of_file() -> Mapping[str, str]:
    """The headers of an answer that is no page."""
    return {**_ALWAYS, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}


def organization_of(request: Request) -> OrganizationId | None:
    """The organization in the address; None when it has not the form of one."""
    organization = request.path_params["organization"]
    return OrganizationId(UUID(hex=organization)) if _ORGANIZATION.fullmatch(organization) else None


def actor_of(request: Request) -> Actor | None:
    """Who holds the link that was followed; None when it has not the form of one."""
    organization_id, token = organization_of(request), request.path_params["token"]
    if organization_id is None or not _SECRET.fullmatch(token):
        return None
    return Actor.contact(organization_id, token)


def secret_of(request: Request) -> str | None:
    """The secret that an earlier page gave to this browser, or None."""
    secret = request.cookies.get(COOKIE, "")
    return secret if _SECRET.fullmatch(secret) else None


def new_secret() -> str:
    """A secret for a browser that has none."""
    return secrets.token_urlsafe(32)


def keep_secret(response: Response, secret: str, *, is_https: bool) -> None:
    """Give a secret to the browser, which sends it back with our own forms only.

    Without a path of its own a cookie is sent to addresses beside the page's: right wherever the host mounts it,
    also behind a proxy that takes a part of the path away.
    """
    response.set_cookie(COOKIE, secret, path=None, secure=is_https, httponly=True, samesite="strict")


def proof_of(secret: str, actor: Actor) -> str:
    """What a form carries: it follows from the browser's secret, and holds for one link."""
    return hmac.digest(secret.encode(), f"{actor.organization_id}:{actor.token}".encode(), "sha256").hex()


def is_proven(secret: str | None, actor: Actor, given: str) -> bool:
    """Whether a form was sent by the browser that we gave it to."""
    return secret is not None and hmac.compare_digest(proof_of(secret, actor).encode(), given.encode())


async def form_of(request: Request) -> FormData:
    """What was sent, when it is of reasonable size and without files.

    Raises:
        HTTPException: With 413 when it is too large, 400 when it cannot be read.
    """
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > LARGEST_FORM:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return await Request(request.scope, bounded).form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=LARGEST_FORM)


def field_of(form: FormData, name: str) -> str:
    """The text of a field; empty when it is missing, stands there twice, or is a file."""
    match form.getlist(name):
        case [str() as text]:
            return text
        case _:
            return ""
