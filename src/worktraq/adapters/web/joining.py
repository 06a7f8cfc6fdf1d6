"""The page on which an invited person joins: what is answered to whom, in which language (W-06, B-11).

It is part of `worktraq.adapters.web.approval_app`, and an application of its own for who wants it elsewhere.
"""

from collections.abc import Mapping
from http import HTTPStatus

from attrs import frozen
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from worktraq.adapters.web.content import Fact
from worktraq.adapters.web.notices import Notice, notice_of
from worktraq.adapters.web.protection import (
    PROOF,
    actor_of,
    field_of,
    form_of,
    is_proven,
    keep_secret,
    new_secret,
    proof_of,
    secret_of,
)
from worktraq.adapters.web.replies import Replies, language_of_browser
from worktraq.core.actors import Actor
from worktraq.core.branding import Brand
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, Conflict, InvalidInput, NotFound, Refused
from worktraq.i18n import Translator, translator
from worktraq.usecases.invitations import InvitationShown

NAME = "name"


def join_app(engine: WorkTraq, *, title: str = "WorkTraq", home_url: str = "") -> Starlette:
    """The page on which invited people join, for mounting where `Links.join_url` points to.

    It answers ``GET`` and ``POST`` of ``/{organization}/{token}``, as `approval_app` does; a GET changes nothing.

    Args:
        engine: Behind the page; it is called in threads.
        title: The name of the product or firm, shown on every page.
        home_url: Where who has joined goes on; no such link by default.
    """
    pages = _Pages(engine, title, home_url)
    app = Starlette(
        routes=[Route("/{organization}/{token}", pages.respond, methods=["GET", "POST"])],
        exception_handlers={HTTPException: pages.refuse, ClientDisconnect: pages.refuse, Exception: pages.fail},
    )
    # A redirect would leave without our headers.
    app.router.redirect_slashes = False
    return app


@frozen
class Filled:
    """What an invited person filled in.

    Attributes:
        name: His or her name.
        problem: What is wrong with it; may be empty.
    """

    name: str
    problem: str = ""


@frozen
class _Pages:
    """What is answered.

    Attributes:
        engine: Behind the page.
        title: Shown on every page.
        home_url: Where who has joined goes on; may be empty.
    """

    engine: WorkTraq
    title: str
    home_url: str

    async def respond(self, request: Request) -> Response:
        """Show the invitation behind a link, or accept it."""
        linked = actor_of(request)
        if linked is None:
            return self._notice(request, HTTPStatus.NOT_FOUND)
        actor = Actor.invitee(linked.organization_id, linked.token)
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
            shown, brand = self._shown(actor)
            if form is None:
                return self._form(request, actor, shown, brand, Filled(shown.name))
            if not is_proven(secret_of(request), actor, field_of(form, PROOF)):
                return self._notice(request, HTTPStatus.FORBIDDEN)
            return self._accept(request, actor, shown, brand, field_of(form, NAME))
        except NotFound:
            return self._notice(request, HTTPStatus.NOT_FOUND)
        except Refused as refused:
            language = language_of_browser(request)
            notice = _notice_of_closed(refused.reasons[0].code, translator(language))
            if notice is None:
                raise
            return self._page("join_notice.html", {"notice": notice}, language, HTTPStatus.GONE)

    def _shown(self, actor: Actor) -> tuple[InvitationShown, Brand]:
        with self.engine.view(actor) as tx:
            return tx.users.invitation(), tx.organizations.brand()

    def _accept(self, request: Request, actor: Actor, shown: InvitationShown, brand: Brand, name: str) -> Response:
        try:
            self.engine.run(actor, lambda tx: tx.users.accept_invitation(name=name))
        except InvalidInput as error:
            problem = error.problems[0]
            sentence = translator(shown.language).message(problem.code, **dict(problem.parameters))
            filled = Filled(name, sentence)
            return self._form(request, actor, shown, brand, filled, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self._page("joined.html", {"organization": shown.organization_name}, shown.language, brand=brand)

    def _form(
        self,
        request: Request,
        actor: Actor,
        shown: InvitationShown,
        brand: Brand,
        filled: Filled,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        secret = secret_of(request) or new_secret()
        facts = _facts(shown, translator(shown.language))
        values = {"shown": shown, "facts": facts, "filled": filled, "proof": proof_of(secret, actor)}
        response = self._page("join.html", values, shown.language, status, brand=brand)
        keep_secret(response, secret, is_https=request.url.scheme == "https")
        return response

    def _notice(self, request: Request, status: HTTPStatus, extra: Mapping[str, str] | None = None) -> Response:
        language = language_of_browser(request)
        notice = _notice_of(status, translator(language))
        return self._page("join_notice.html", {"notice": notice}, language, status, extra=extra)

    def _page(
        self,
        name: str,
        values: Mapping[str, object],
        language: str,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        brand: Brand | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> Response:
        shown = {**values, "home_url": self.home_url}
        return Replies(self.title).page(name, shown, language, status, brand=brand, extra=extra)


def _facts(shown: InvitationShown, speaker: Translator) -> list[Fact]:
    return [
        Fact(speaker.text("Organization"), shown.organization_name),
        Fact(speaker.text("Mail address"), shown.email),
        Fact(speaker.text("Your role"), speaker.message(f"role.{shown.role.value}")),
        Fact(speaker.text("Can be accepted until"), speaker.instant(shown.expires_at, shown.time_zone)),
    ]


def _notice_of_closed(code: str, speaker: Translator) -> Notice | None:
    """What is said of an invitation that is not open any more; None for any other refusal."""
    match code:
        case "invitation_accepted":
            advice = speaker.text("There is nothing left for you to do.")
        case "invitation_expired":
            advice = speaker.text("Ask who invited you for a new link.")
        case "invitation_withdrawn":
            advice = speaker.text("If you think that this is a mistake, ask who invited you.")
        case _:
            return None
    return Notice(speaker.message(code), advice)


def _notice_of(status: HTTPStatus, speaker: Translator) -> Notice:
    """What is said with a status: the words of the other page, unless they are about a decision."""
    heading = notice_of(status, speaker).heading
    match status:
        case HTTPStatus.NOT_FOUND:
            return notice_of(status, speaker)
        case HTTPStatus.FORBIDDEN:
            advice = speaker.text(
                "Nothing has changed. Open the invitation again, and accept it there. Your browser must accept cookies."
            )
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            advice = speaker.text("Nothing has changed. Open the invitation again, and give a shorter name.")
        case HTTPStatus.INTERNAL_SERVER_ERROR | HTTPStatus.SERVICE_UNAVAILABLE:
            advice = speaker.text("Open the invitation again in a few minutes; it shows whether it has been accepted.")
        case _:
            return Notice(heading, speaker.text("Nothing has changed. Use the link in the most recent mail."))
    return Notice(heading, advice, leads_back=True)
