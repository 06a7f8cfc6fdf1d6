"""Templates and style: every page is one document, with its style in it and nothing else to load."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from worktraq.core.branding import readable, text_on
from worktraq.i18n import Translator

USUAL_COLOUR = "#0b5566"
_TEMPLATES = "templates"
_LIGHT_GROUND, _DARK_GROUND = "#f2f5f7", "#1e2730"


def rendered(name: str, values: Mapping[str, object], speaker: Translator, colour: str = "") -> str:
    """A page in the language of the translator; values are escaped."""
    sheet = Markup(style(colour))  # noqa: S704  # our own file, and colours that the core checked
    return _environment().get_template(name).render({"logo": "", **values, "speaker": speaker, "style": sheet})


@lru_cache(maxsize=256)
def style(colour: str = "") -> str:
    """The style sheet, in the colour of an organization or the usual one.

    Whatever the colour is, text on it, and text and frames in it, can be read (WCAG AA).
    """
    brand = colour or USUAL_COLOUR
    variables = {
        "brand": brand,
        "on-brand": text_on(brand),
        "accent": readable(brand, _LIGHT_GROUND),
        "accent-in-the-dark": readable(brand, _DARK_GROUND),
    }
    shown = "".join(f"--{name}:{value};" for name, value in variables.items())
    return f":root{{{shown}}}\n{_sheet()}"


@lru_cache(maxsize=256)
def style_digest(colour: str = "") -> str:
    """What the style sheet is recognised by in a content security policy: Base64 of its SHA-256."""
    return b64encode(hashlib.sha256(style(colour).encode()).digest()).decode()


@cache
def _sheet() -> str:
    return (files("worktraq.adapters.web") / _TEMPLATES / "style.css").read_text(encoding="utf-8")


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
