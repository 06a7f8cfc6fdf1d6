"""Following a link: the token is checked and exchanged for a cookie, and the browser goes on without it (B-05)."""

import re
from http import HTTPStatus

from attrs import frozen
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from worktraq.adapters.web.limiting import Gate
from worktraq.adapters.web.protection import headers_of_file, organization_of
from worktraq.adapters.web.replies import Replies
from worktraq.adapters.web.sessions import Session, Sessions
from worktraq.core.actors import Actor
from worktraq.engine import WorkTraq
from worktraq.errors import NotFound, Refused

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def is_token(request: Request) -> bool:
    """Whether the address has a token in it, and not what stands for one."""
    return _TOKEN.fullmatch(request.path_params["handle"]) is not None


@frozen
class Opening:
    """What is answered to whoever follows a link.

    Attributes:
        engine: Behind the page.
        replies: Makes answers.
        sessions: Gives cookies.
        gate: Slows down who tries too often.
    """

    engine: WorkTraq
    replies: Replies
    sessions: Sessions
    gate: Gate

    def answer(self, request: Request) -> Response:
        """Go on to the request, with a cookie; for a link of a closed request too, which is told apart there.

        Raises:
            HTTPException: With 405 for a form: there is none here; 429 for too many tries.
        """
        if request.method not in ("GET", "HEAD"):
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        organization_id = organization_of(request)
        if organization_id is None:
            return self.replies.notice(request, HTTPStatus.NOT_FOUND)
        session = Session(Actor.contact(organization_id, request.path_params["handle"]))
        require_no_wait(self.gate.wait_for_unknown(request) or self.gate.wait_for_link(session.handle))
        try:
            with self.engine.view(session.actor) as tx:
                tx.signoff.language()
        except NotFound:
            self.gate.count_unknown(request)
            return self.replies.notice(request, HTTPStatus.NOT_FOUND)
        except Refused as refused:
            return self.replies.closed(request, refused.reasons[0])
        # Relative, so that it is right behind any mount and any proxy.
        response = Response(status_code=HTTPStatus.SEE_OTHER, headers={**headers_of_file(), "Location": session.handle})
        # Whoever gave the PIN in this browser need not give it again.
        request.path_params["handle"] = session.handle
        self.sessions.keep(response, request, self.sessions.of(request) or session)
        return response


def require_no_wait(seconds: int) -> None:
    """Go on only when nobody has to wait.

    Raises:
        HTTPException: With 429.
    """
    if seconds:
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})
