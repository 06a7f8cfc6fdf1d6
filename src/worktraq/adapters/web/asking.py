"""Showing a request and taking the decision on it: filled in, confirmed, and only then counted (L-07, L-08, B-03 to B-05)."""

from collections.abc import Sequence
from http import HTTPStatus

from attrs import evolve, frozen
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from worktraq.adapters.web.confirmation import confirmation_of, outcome_of
from worktraq.adapters.web.content import content_of
from worktraq.adapters.web.decision import (
    Filled,
    Problems,
    Step,
    checked,
    filled_in,
    step_in,
    with_everything_approved,
    without_approvals,
)
from worktraq.adapters.web.limiting import Gate
from worktraq.adapters.web.notices import notice_of_closed, notice_without_session
from worktraq.adapters.web.opening import require_no_wait
from worktraq.adapters.web.protection import (
    PROOF,
    field_of,
    headers_of_file,
    is_proven,
    keep_secret,
    new_secret,
    organization_of,
    proof_of,
    secret_of,
)
from worktraq.adapters.web.replies import Replies, language_of_browser
from worktraq.adapters.web.sessions import Session, Sessions, is_handle
from worktraq.core.branding import Brand
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict, InvalidInput, NotFound, Refused
from worktraq.i18n import localize, translator
from worktraq.usecases.signoff import RequestShown
from worktraq.usecases.transaction import Transaction

PIN = "pin"


@frozen
class Asking:
    """What is answered in a browser in which a link was opened.

    Attributes:
        engine: Behind the page.
        replies: Makes answers.
        sessions: Takes and gives cookies.
        gate: Slows down who tries too often.
    """

    engine: WorkTraq
    replies: Replies
    sessions: Sessions
    gate: Gate

    def answer(self, request: Request, form: FormData | None) -> Response:
        """Show the request, or take what was filled in."""
        session = self.sessions.of(request)
        if session is None:
            return self._without_session(request, is_form=form is not None)
        require_no_wait(self.gate.wait_for_link(session.handle))
        if form is not None and not is_proven(secret_of(request), session.actor, field_of(form, PROOF)):
            return self.replies.notice(request, HTTPStatus.FORBIDDEN)
        try:
            return _Visit(self, request, session).answer(form)
        except NotFound:
            return self.replies.notice(request, HTTPStatus.NOT_FOUND)

    def timesheet(self, request: Request) -> Response:
        """The timesheet of an open request, for keeping."""
        session = self.sessions.of(request)
        if session is None:
            return self._without_session(request)
        require_no_wait(self.gate.wait_for_link(session.handle))
        try:
            return _Visit(self, request, session).timesheet()
        except NotFound:
            return self.replies.notice(request, HTTPStatus.NOT_FOUND)

    def _without_session(self, request: Request, *, is_form: bool = False) -> Response:
        if not is_handle(request.path_params["handle"]) or organization_of(request) is None:
            return self.replies.notice(request, HTTPStatus.NOT_FOUND)
        notice = notice_without_session(translator(language_of_browser(request)))
        # A mail scanner that takes no cookies comes here: for it, the link works.
        return self.replies.notice(request, HTTPStatus.FORBIDDEN if is_form else HTTPStatus.OK, notice=notice)


class _Visit:
    """One answer to one browser."""

    def __init__(self, asking: Asking, request: Request, session: Session) -> None:
        self._engine = asking.engine
        self._replies = asking.replies
        self._sessions = asking.sessions
        self._gate = asking.gate
        self._request = request
        self._session = session
        self._brand: Brand | None = None

    def answer(self, form: FormData | None) -> Response:
        try:
            if form is not None and PIN in form:
                return self._enter_pin(field_of(form, PIN))
            shown = self._shown()
            if form is None:
                return self._form(shown)
            return self._take(form, shown)
        except Refused as refused:
            return self._refused(refused)

    def timesheet(self) -> Response:
        if not self._engine.writes_timesheets:
            raise NotFound("request")
        proof = self._session.pin_proof
        try:
            with self._engine.view(self._session.actor) as tx:
                attachment = tx.signoff.timesheet_pdf(pin_proof=proof)
        except Refused as refused:
            return self._refused(refused)
        disposition = f'attachment; filename="{attachment.name}"'
        headers = {**headers_of_file(), "Content-Disposition": disposition}
        return Response(attachment.content, headers=headers, media_type=attachment.media_type)

    def _shown(self) -> RequestShown:
        with self._engine.view(self._session.actor) as tx:
            shown = tx.signoff.shown(pin_proof=self._session.pin_proof)
            self._brand = tx.organizations.brand()
        return shown

    def _take(self, form: FormData, shown: RequestShown) -> Response:
        filled = filled_in(form, shown.lines)
        if filled.digest != shown.digest:
            return self._again(shown, filled, "")
        step = step_in(form)
        if step is Step.CHANGE:
            return self._form(shown, filled)
        problems = checked(filled, shown)
        if problems.without_name:
            return self._form(shown, filled, problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if filled.approves_all:
            filled = with_everything_approved(filled, shown.lines)
        if problems or step is Step.CHECK:
            return self._confirmation(shown, filled, problems)
        return self._decide(shown, filled)

    def _decide(self, shown: RequestShown, filled: Filled) -> Response:
        language = shown.request.recipient.language
        address = self._gate.client_address(self._request)

        def decide(tx: Transaction) -> None:
            tx.signoff.decide(
                digest=filled.digest,
                accept=filled.accepted,
                reject=filled.rejected,
                comment=filled.comment,
                name=filled.name,
                address=address,
                pin_proof=self._session.pin_proof,
            )

        try:
            self._engine.run(self._session.actor, decide)
        except (Conflict, InvalidInput, Refused) as error:
            # When the request was closed meanwhile, showing it is refused as well.
            return self._again(self._shown(), filled, localize(error, language))
        outcome = outcome_of(shown, filled, translator(language))
        return self._page("result.html", {"outcome": outcome}, language)

    def _again(self, shown: RequestShown, filled: Filled, notice: str) -> Response:
        """Show the request as it is now: what was decided on is not that, or somebody was in the way."""
        if filled.digest != shown.digest:
            notice = localize(Conflict("request_stale"), shown.request.recipient.language)
            filled = without_approvals(filled)
        return self._form(shown, filled, notices=[notice], status=HTTPStatus.CONFLICT)

    def _form(
        self,
        shown: RequestShown,
        filled: Filled = Filled(),
        *,
        problems: Problems = Problems(),
        notices: Sequence[str] = (),
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        speaker = translator(shown.request.recipient.language)
        content = content_of(shown, filled, problems, notices, speaker)
        download = f"{self._session.handle}/timesheet" if self._engine.writes_timesheets else ""
        return self._page("request.html", {"content": content, "download": download}, speaker.language, status)

    def _confirmation(self, shown: RequestShown, filled: Filled, problems: Problems) -> Response:
        speaker = translator(shown.request.recipient.language)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
        confirmation = confirmation_of(shown, filled, problems, speaker)
        return self._page("confirm.html", {"confirmation": confirmation}, speaker.language, status)

    def _enter_pin(self, pin: str) -> Response:
        actor = self._session.actor
        entry = self._engine.run(actor, lambda tx: tx.signoff.enter_pin(pin))
        if entry.reason is not None:
            language = self._language()
            is_locked = entry.reason.code == "pin_locked"
            status = HTTPStatus.TOO_MANY_REQUESTS if is_locked else HTTPStatus.UNPROCESSABLE_ENTITY
            return self._ask_for_pin(language, localize(entry.reason, language), status)
        # As a GET, so that going back in the browser does not send the PIN again.
        response = RedirectResponse(self._session.handle, HTTPStatus.SEE_OTHER, headers_of_file())
        self._sessions.keep(response, self._request, evolve(self._session, pin_proof=entry.proof))
        return response

    def _refused(self, refused: Refused) -> Response:
        reason = refused.reasons[0]
        if reason.code == "link_replaced":
            # Somebody else may be asked by now, so that nothing is told of the request, not even its language.
            return self._replies.closed(self._request, reason)
        language = self._language()
        if reason.code == "pin_needed":
            return self._ask_for_pin(language)
        notice = notice_of_closed(reason, translator(language))
        if notice is None:
            raise refused
        return self._replies.page("notice.html", {"notice": notice}, language, HTTPStatus.GONE)

    def _language(self) -> str:
        with self._engine.view(self._session.actor) as tx:
            return tx.signoff.language()

    def _ask_for_pin(self, language: str, problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
        return self._page("pin.html", {"problem": problem}, language, status)

    def _page(
        self, name: str, values: dict[str, object], language: str, status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        """A page, with a form that is ours, and cookies that last."""
        secret = secret_of(self._request) or new_secret()
        proof = proof_of(secret, self._session.actor)
        response = self._replies.page(name, {**values, "proof": proof}, language, status, brand=self._brand)
        keep_secret(response, secret, is_https=self._sessions.is_secure(self._request))
        self._sessions.keep(response, self._request, self._session)
        return response
