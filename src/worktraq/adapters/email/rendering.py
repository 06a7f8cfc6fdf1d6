"""A message in words: Jinja2 templates, one layout for each form, one body for each kind.

A body gives the sentences of its kind once, in blocks; the layouts put these together as plain text or as HTML.
Sentences are looked up in the catalogs of `worktraq.i18n` by the language of the reader.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from attrs import fields, frozen
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, nodes
from jinja2.ext import InternationalizationExtension
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from worktraq.adapters.email.content import Content
from worktraq.core.notifications import NotificationKind
from worktraq.i18n import Translator

_GAP = re.compile(r"\n{3,}")
_SHOWN = ("title", "lead", "next", "action")
_SAID = ("subject", *_SHOWN)
_PLACES = re.compile(r"%\((\w+)\)s")
_CONSTANTS = {
    "font": "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif",
    "ink": "#1f2933",
    "muted": "#52606d",
    "rule": "#e4e9ee",
}
"""How a message looks in HTML, apart from the colour of the organization."""
_NAMES = tuple(field.name for field in fields(Content))


@frozen
class Block:
    """A paragraph, a list, or the link, of a text that somebody else wrote.

    Attributes:
        kind: ``text``, ``list`` or ``link``.
        rows: Each is made of pieces, with the link between each two.
    """

    kind: str
    rows: tuple[tuple[str, ...], ...]


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
    values = _values(content) | {"blocks": (), "body": "", "has_button": bool(content.link)}
    said = _said(_SAID, kind, speaker, values, is_html=False)
    text = _template("message.txt.j2", speaker, is_html=False).render(values, **said)
    marked = {name: Markup(part) for name, part in _said(_SHOWN, kind, speaker, values, is_html=True).items()}  # noqa: S704  # it has been escaped
    html = _template("message.html.j2", speaker, is_html=True).render(values, **marked)
    return Rendered(" ".join(said["subject"].split()), _tidy(text), html)


def laid_out(subject: str, body: str, blocks: Sequence[Block], content: Content, speaker: Translator) -> Rendered:
    """A text that somebody else wrote, as a message.

    Args:
        subject: On one line.
        body: As plain text.
        blocks: The same, taken apart.
        content: Of the message.
        speaker: Of its language.
    """
    has_button = any(block.kind == "link" for block in blocks)
    values = _values(content) | {"title": subject, "body": body, "blocks": blocks, "has_button": has_button}
    text = _template("message.txt.j2", speaker, is_html=False).render(values)
    html = _template("message.html.j2", speaker, is_html=True).render(values)
    return Rendered(subject, _tidy(text), html)


def _said(
    names: Sequence[str], kind: NotificationKind, speaker: Translator, values: dict[str, object], *, is_html: bool
) -> dict[str, str]:
    """What the blocks of a kind say; rendering them alone takes half the time of inheritance."""
    template = _template(f"{kind.value}.j2", speaker, is_html=is_html)
    context = template.new_context(values)
    blocks = template.blocks
    return {name: "".join(blocks[name](context)).strip() for name in names if name in blocks}


def _values(content: Content) -> dict[str, object]:
    return {name: getattr(content, name) for name in _NAMES} | {"labels_width": content.labels_width}


def _tidy(text: str) -> str:
    return _GAP.sub("\n\n", text).strip() + "\n"


@cache
def _template(name: str, speaker: Translator, *, is_html: bool) -> Template:
    template = _environment(speaker, is_html=is_html).get_template(name)
    # They are copied for every message, and a plain dictionary is copied fastest.
    template.globals = dict(template.globals)
    return template


@cache
def _environment(speaker: Translator, *, is_html: bool) -> Environment:
    environment = _InOneLanguage(
        speaker,
        loader=PackageLoader("worktraq.adapters.email"),
        extensions=[_Sentences],
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(speaker.gettext, speaker.ngettext, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    return environment


class _InOneLanguage(Environment):
    """Templates whose sentences are looked up when they are compiled, and not with every message.

    What never changes in a message, such as a colour of the layout, is filled in before that.
    """

    def __init__(self, speaker: Translator, **options: object) -> None:
        self.speaker = speaker
        super().__init__(**options)  # type: ignore[arg-type]  # passed on as they are

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        for constant, value in _CONSTANTS.items():
            source = source.replace(f"{{{{ {constant} }}}}", value)
        return str(super().preprocess(source, name, filename))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return _Lookup(self.speaker).visit(tree)  # type: ignore[no-any-return]  # a visitor has no types


class _Lookup(NodeTransformer):
    def __init__(self, speaker: Translator) -> None:
        self._speaker = speaker

    def visit_Call(self, node: nodes.Call, *args: object, **kwargs: object) -> nodes.Node:  # noqa: N802  # Jinja's name
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(sentence))]):
                return nodes.Const(self._speaker.gettext(sentence), lineno=node.lineno)
        return self.generic_visit(node, *args, **kwargs)


class _Sentences(InternationalizationExtension):
    """Translates a sentence without a plural when its template is compiled."""

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        *rest: Any,  # noqa: ANN401  # as they come, handed on
    ) -> nodes.Output:
        if plural is not None:
            return super()._make_node(singular, plural, context, variables, *rest)
        assert isinstance(self.environment, _InOneLanguage)
        texts = _PLACES.split(self.environment.speaker.gettext(singular))
        parts: list[nodes.Expr] = []
        for text, name in zip_longest(texts[::2], texts[1::2]):
            parts.append(nodes.TemplateData(text.replace("%%", "%")))
            if name is not None:
                parts.append(variables.get(name) or nodes.Name(name, "load"))
        return nodes.Output(parts)
