"""Templates and style: every page is one document, with its style in it and nothing else to load."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from worktraq.i18n import Translator

_TEMPLATES = "templates"


def rendered(name: str, values: Mapping[str, object], speaker: Translator) -> str:
    """A page in the language of the translator; values are escaped."""
    return _environment().get_template(name).render({**values, "speaker": speaker, "style": Markup(style())})  # noqa: S704  # our own file


@cache
def style() -> str:
    """The style sheet."""
    return (files("worktraq.adapters.web") / _TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def style_digest() -> str:
    """What the style sheet is recognised by in a content security policy: Base64 of its SHA-256."""
    return b64encode(hashlib.sha256(style().encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("worktraq.adapters.web", _TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
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
