"""The approval page as an ASGI application: its routes, and what the host chooses (L-07, L-08, B-05, B-11)."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from worktraq.adapters.web.asking import Asking
from worktraq.adapters.web.joining import join_app
from worktraq.adapters.web.limiting import ClientAddress, Gate, ProcessLimiter, connected_address
from worktraq.adapters.web.opening import Opening, is_token
from worktraq.adapters.web.protection import form_of
from worktraq.adapters.web.replies import Replies
from worktraq.adapters.web.sessions import Sessions
from worktraq.engine import WorkTraq
from worktraq.errors import InvalidInput
from worktraq.ports.limits import RateLimiter


def approval_app(
    engine: WorkTraq,
    *,
    title: str = "WorkTraq",
    home_url: str = "",
    client_address: ClientAddress = connected_address,
    limiter: RateLimiter | None = None,
) -> Starlette:
    """The page on which customers approve hours and expenses, for mounting where `Links.base_url` points to.

    A link, ``/{organization}/{token}``, is exchanged for a cookie, and leads on to an address without the token, where
    the request is shown and decided. Below ``/join`` stand the pages of invited people; see
    `worktraq.adapters.web.joining`. A GET changes nothing. Every text is in the language of who is asked, and before
    that is known in the one that the browser prefers. It works without JavaScript, and loads nothing else.

    Args:
        engine: Behind the page; it is called in threads. It has to have links.
        title: The name of the product or firm, shown where no organization's name is.
        home_url: Where who has accepted an invitation goes on; no such link by default.
        client_address: Gives the network address of who asks, to count tries by and to keep with a decision. By
            default that of the connection, which behind a proxy is the proxy's: give a function that takes it from
            where your proxy, and nobody else, writes it.
        limiter: Counts tries; by default each process does for itself.

    Raises:
        InvalidInput: With ``links_missing`` when the engine has no links.
    """
    if engine.links is None:
        raise InvalidInput.of("links", "links_missing")
    replies, sessions = Replies(title), Sessions(engine.links)
    gate = Gate(limiter or ProcessLimiter(), client_address)
    opening = Opening(engine, replies, sessions, gate)
    asking = Asking(engine, replies, sessions, gate)

    async def respond(request: Request) -> Response:
        if is_token(request):
            return await run_in_threadpool(opening.answer, request)
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(asking.answer, request, form)

    async def download(request: Request) -> Response:
        return await run_in_threadpool(asking.timesheet, request)

    app = Starlette(
        routes=[
            Mount("/join", join_app(engine, title=title, home_url=home_url)),
            Route("/{organization}/{handle}/timesheet", download, methods=["GET"]),
            Route("/{organization}/{handle}", respond, methods=["GET", "POST"]),
        ],
        exception_handlers={HTTPException: replies.refuse, ClientDisconnect: replies.refuse, Exception: replies.fail},
    )
    # A redirect would leave without our headers.
    app.router.redirect_slashes = False
    return app
