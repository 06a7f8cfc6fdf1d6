"""The page on which a customer decides: plain HTML, mountable in any ASGI host (extra ``web``).

    application     the routes, and what is answered to each outcome
    protection      headers, the proof that a form is ours, bounded forms
    decision        what a customer filled in, and what is wrong with it
    content         a request as it is shown
    notices         what is said where no request may be shown
    rendering       templates and style

The application is loaded on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worktraq.adapters.web.application import approval_app

__all__ = ["approval_app"]


def __getattr__(name: str) -> object:
    if name != "approval_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from worktraq.adapters.web.application import approval_app

    return approval_app


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
