"""The approval page as an ASGI application: what is answered to whom, in which language (L-07, L-08, B-05, B-11)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from attrs import frozen
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from worktraq.adapters.web.content import content_of, outcome_of
from worktraq.adapters.web.decision import (
    Filled,
    Problems,
    checked,
    filled_in,
    with_everything_approved,
    without_approvals,
)
from worktraq.adapters.web.notices import language_for, notice_of, notice_of_closed
from worktraq.adapters.web.protection import (
    PROOF,
    actor_of,
    field_of,
    form_of,
    headers,
    is_proven,
    keep_secret,
    new_secret,
    proof_of,
    secret_of,
)
from worktraq.adapters.web.rendering import rendered, style_digest
from worktraq.core.actors import Actor
from worktraq.core.signoff import ApprovalRequest
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Refused
from worktraq.i18n import localize, translator
from worktraq.usecases.signoff import RequestShown
from worktraq.usecases.transaction import Transaction


def approval_app(engine: WorkTraq, *, title: str = "WorkTraq") -> Starlette:
    """The page on which customers approve hours and expenses, for mounting where `Links.base_url` points to.

    It answers ``GET`` and ``POST`` of ``/{organization}/{token}``. Every text is in the language of who is asked, and
    before that is known in the one that the browser prefers. It works without JavaScript, and loads nothing else.

    Args:
        engine: Behind the page; it is called in threads.
        title: The name of the product or firm, shown on every page.
    """
    pages = _Pages(engine, title)
    app = Starlette(
        routes=[Route("/{organization}/{token}", pages.respond, methods=["GET", "POST"])],
        exception_handlers={HTTPException: pages.refuse, ClientDisconnect: pages.refuse, Exception: pages.fail},
    )
    # A redirect would leave without our headers.
    app.router.redirect_slashes = False
    return app


@frozen
class _Pages:
    """What is answered.

    Attributes:
        engine: Behind the page.
        title: Shown on every page.
    """

    engine: WorkTraq
    title: str

    async def respond(self, request: Request) -> Response:
        """Show the request behind a link, or take the decision on it."""
        actor = actor_of(request)
        if actor is None:
            return self._notice(request, HTTPStatus.NOT_FOUND)
        form = await form_of(request) if request.method == "POST" else None
        return await run_in_threadpool(self._answer, request, actor, form)

    def refuse(self, request: Request, error: Exception) -> Response:
        """Say what is wrong with what the browser sent."""
        if isinstance(error, HTTPException):
            return self._notice(request, HTTPStatus(error.status_code), error.headers)
        return self._notice(request, HTTPStatus.BAD_REQUEST)

    def fail(self, request: Request, error: Exception) -> Response:
        """Say that something went wrong on our side, and nothing more; the server gets the error itself."""
        if isinstance(error, AdapterError | Conflict):
            return self._notice(request, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "60"})
        return self._notice(request, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _answer(self, request: Request, actor: Actor, form: FormData | None) -> Response:
        try:
            if form is None:
                return self._form(request, actor, self._shown(actor))
            if not is_proven(secret_of(request), actor, field_of(form, PROOF)):
                return self._notice(request, HTTPStatus.FORBIDDEN)
            return self._decide(request, actor, form)
        except NotFound:
            return self._notice(request, HTTPStatus.NOT_FOUND)
        except Refused as refused:
            language = _language_of_browser(request)
            notice = notice_of_closed(refused.reasons[0].code, translator(language))
            if notice is None:
                raise
            return self._page("notice.html", {"notice": notice}, language, HTTPStatus.GONE)

    def _shown(self, actor: Actor) -> RequestShown:
        with self.engine.view(actor) as tx:
            return tx.signoff.shown()

    def _decide(self, request: Request, actor: Actor, form: FormData) -> Response:
        shown = self._shown(actor)
        filled = filled_in(form, shown.lines)
        if filled.digest != shown.digest:
            return self._again(request, actor, shown, filled, "")
        problems = checked(filled, shown)
        if problems:
            return self._form(request, actor, shown, filled, problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        decision = with_everything_approved(filled, shown.lines) if filled.approves_all else filled

        def decide(tx: Transaction) -> ApprovalRequest:
            return tx.signoff.decide(
                digest=decision.digest, accept=decision.accepted, reject=decision.rejected, comment=decision.comment
            )

        language = shown.request.recipient.language
        try:
            self.engine.run(actor, decide)
        except (Conflict, InvalidInput, Refused) as error:
            # When the request was closed meanwhile, showing it is refused as well.
            return self._again(request, actor, self._shown(actor), filled, localize(error, language))
        return self._page("result.html", {"outcome": outcome_of(shown, decision, translator(language))}, language)

    def _again(self, request: Request, actor: Actor, shown: RequestShown, filled: Filled, notice: str) -> Response:
        """Show the request as it is now: what was decided on is not that, or somebody was in the way."""
        if filled.digest != shown.digest:
            notice = localize(Conflict("request_stale"), shown.request.recipient.language)
            filled = without_approvals(filled)
        return self._form(request, actor, shown, filled, notices=[notice], status=HTTPStatus.CONFLICT)

    def _form(
        self,
        request: Request,
        actor: Actor,
        shown: RequestShown,
        filled: Filled = Filled(),
        *,
        problems: Problems = Problems(),
        notices: Sequence[str] = (),
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        speaker = translator(shown.request.recipient.language)
        secret = secret_of(request) or new_secret()
        content = content_of(shown, filled, problems, notices, speaker)
        values = {"content": content, "proof": proof_of(secret, actor)}
        response = self._page("request.html", values, speaker.language, status)
        keep_secret(response, secret, is_https=request.url.scheme == "https")
        return response

    def _notice(self, request: Request, status: HTTPStatus, extra: Mapping[str, str] | None = None) -> Response:
        language = _language_of_browser(request)
        return self._page("notice.html", {"notice": notice_of(status, translator(language))}, language, status, extra)

    def _page(
        self,
        name: str,
        values: Mapping[str, object],
        language: str,
        status: HTTPStatus = HTTPStatus.OK,
        extra: Mapping[str, str] | None = None,
    ) -> Response:
        page = rendered(name, {**values, "title": self.title}, translator(language))
        return HTMLResponse(page, status, {**headers(style_digest()), "Content-Language": language, **(extra or {})})


def _language_of_browser(request: Request) -> str:
    return language_for(request.headers.get("accept-language", ""))
