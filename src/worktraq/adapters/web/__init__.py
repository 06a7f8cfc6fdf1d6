"""The pages on which a customer decides and an invited person joins: plain HTML, mountable in any ASGI host (``web``).

    application     the routes, and what the host chooses
    opening         following a link: the token is exchanged for a cookie
    asking          showing a request, and taking the decision on it
    joining         the page of invited people
    sessions        the cookie of a link
    limiting        not too often
    protection      headers, the proof that a form is ours, bounded forms
    decision        what a customer filled in, and what is wrong with it
    content         a request as it is shown
    confirmation    what is about to be decided, and what was
    notices         what is said where no request may be shown
    replies         pages with their headers
    rendering       templates and style

The applications are loaded on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worktraq.adapters.web.application import approval_app
    from worktraq.adapters.web.joining import join_app

__all__ = ["approval_app", "join_app"]

_HOMES = {"approval_app": "application", "join_app": "joining"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
