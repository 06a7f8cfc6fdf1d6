"""A message in words: Jinja2 templates, one layout for each form, one body for each kind.

A body gives the sentences of its kind once; it is laid out as plain text or as HTML by the layout that
it is rendered with. Sentences are looked up in the catalogs of `worktraq.i18n` by the language of the reader.
"""

import re
from functools import cache

from attrs import asdict, frozen
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context

from worktraq.adapters.email.content import Content
from worktraq.core.notifications import NotificationKind
from worktraq.i18n import Translator

_GAP = re.compile(r"\n{3,}")


@frozen
class Rendered:
    """A message in words.

    Attributes:
        subject: On one line.
        text: The whole message as plain text.
        html: The same as HTML.
    """

    subject: str
    text: str
    html: str


def rendered(kind: NotificationKind, content: Content, speaker: Translator) -> Rendered:
    """The message of a kind, in the language of the translator."""
    values = {**asdict(content, recurse=False), "speaker": speaker}
    body = _body(kind, is_html=False)
    context = body.new_context({**values, "layout": "layout.txt.j2"})
    subject = "".join(body.blocks["subject"](context))
    text = body.render({**values, "layout": "layout.txt.j2"})
    html = _body(kind, is_html=True).render({**values, "layout": "layout.html.j2"})
    return Rendered(" ".join(subject.split()), _GAP.sub("\n\n", text).strip() + "\n", html)


@cache
def _body(kind: NotificationKind, *, is_html: bool) -> Template:
    return _environment(is_html=is_html).get_template(f"{kind.value}.j2")


@cache
def _environment(*, is_html: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("worktraq.adapters.email"),
        extensions=["jinja2.ext.i18n"],
        autoescape=is_html,  # noqa: S701  # what is not HTML is plain text, where escaping would show
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    return environment


@pass_context
def _gettext(context: Context, message: str) -> str:
    return _speaker(context).gettext(message)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, count: int) -> str:
    return _speaker(context).ngettext(singular, plural, count)


def _speaker(context: Context) -> Translator:
    speaker = context["speaker"]
    assert isinstance(speaker, Translator)
    return speaker
