"""What goes back to a browser: pages with their headers, and notices in the language that it prefers."""

from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus

from attrs import frozen
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from worktraq.adapters.web.notices import Notice, language_for, notice_of, notice_of_closed
from worktraq.adapters.web.protection import headers
from worktraq.adapters.web.rendering import rendered, style_digest
from worktraq.core.branding import Brand
from worktraq.errors import AdapterError, Conflict, Reason
from worktraq.i18n import translator


@frozen
class Replies:
    """Makes answers.

    Attributes:
        title: The name of the product or firm, shown on every page.
    """

    title: str

    def page(
        self,
        name: str,
        values: Mapping[str, object],
        language: str,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        brand: Brand | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> Response:
        """A page.

        Args:
            name: Of the template.
            values: That it shows.
            language: In which it is.
            status: Of the answer.
            brand: How it looks; as usual without one.
            extra: More headers.
        """
        colour, logo = (brand.colour, _as_address(brand)) if brand is not None else ("", "")
        page = rendered(name, {**values, "title": self.title, "logo": logo}, translator(language), colour)
        always = headers(style_digest(colour), has_logo=bool(logo))
        return HTMLResponse(page, status, {**always, "Content-Language": language, **(extra or {})})

    def notice(
        self,
        request: Request,
        status: HTTPStatus,
        *,
        notice: Notice | None = None,
        extra: Mapping[str, str] | None = None,
    ) -> Response:
        """A page that says one thing, which goes with the status unless another is given."""
        language = language_of_browser(request)
        said = notice or notice_of(status, translator(language))
        return self.page("notice.html", {"notice": said}, language, status, extra=extra)

    def refuse(self, request: Request, error: Exception) -> Response:
        """A page that says what is wrong with what the browser sent."""
        if isinstance(error, HTTPException):
            return self.notice(request, HTTPStatus(error.status_code), extra=error.headers)
        return self.notice(request, HTTPStatus.BAD_REQUEST)

    def fail(self, request: Request, error: Exception) -> Response:
        """A page that says that something went wrong on our side, and nothing more; the server gets the error itself."""
        if isinstance(error, AdapterError | Conflict):
            return self.notice(request, HTTPStatus.SERVICE_UNAVAILABLE, extra={"Retry-After": "60"})
        return self.notice(request, HTTPStatus.INTERNAL_SERVER_ERROR)

    def closed(self, request: Request, reason: Reason) -> Response:
        """A page that says why nothing is shown behind a link, for who may not know even in which language it was."""
        notice = notice_of_closed(reason, translator(language_of_browser(request)))
        return self.notice(request, HTTPStatus.GONE, notice=notice)


def language_of_browser(request: Request) -> str:
    """The one of our languages that a browser prefers."""
    return language_for(request.headers.get("accept-language", ""))


def _as_address(brand: Brand) -> str:
    """The logo in the page itself, so that nothing else is loaded; empty without one."""
    return f"data:{brand.logo_type};base64,{b64encode(brand.logo).decode()}" if brand.logo else ""
