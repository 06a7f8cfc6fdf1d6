"""Mail: notifications in the reader's language, carried by an SMTP server or put into a folder (extra ``email``).

    messages, content, rendering, headers    a notification as a message: words, layout, safe headers
    grammar, wording                         texts that an organization wrote itself
    forms                                    what messages have in common, rendered once
    transport, smtp, dialogue, flowing       what carries a message
    notifier                                 the two together, as `worktraq.ports.notifications.Notifier`

The names are loaded on first use: who only sends does not load the templates, and the other way round.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worktraq.adapters.email.notifier import EmailNotifier
    from worktraq.adapters.email.smtp import SmtpTransport
    from worktraq.adapters.email.transport import FolderTransport, Mail, MailSession, MailTransport
    from worktraq.adapters.email.wording import EmailTemplates

__all__ = [
    "EmailNotifier",
    "EmailTemplates",
    "FolderTransport",
    "Mail",
    "MailSession",
    "MailTransport",
    "SmtpTransport",
]

_HOMES = {
    "EmailNotifier": "notifier",
    "EmailTemplates": "wording",
    "FolderTransport": "transport",
    "Mail": "transport",
    "MailSession": "transport",
    "MailTransport": "transport",
    "SmtpTransport": "smtp",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
