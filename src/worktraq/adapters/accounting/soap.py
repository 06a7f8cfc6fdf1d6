"""XML as SOAP services send it, read with care: no document types, no entities but the five of XML, nothing deep."""

import re
from collections.abc import Iterator, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape

from attrs import define, field

from worktraq.errors import SourceBroken

_DEEPEST = 100
_LONGEST_PIECE = 256 * 1024
_NO_SIGN = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));"
)
"""Control characters, which XML does not know; some systems send them where somebody has pasted one into a name."""


@define(eq=False)
class Element:
    """One element, without the namespace of its name.

    Attributes:
        name: Its own name, such as ``Fault``.
        attributes: By their names.
        children: In order.
        text: What stands in it before, between and behind its children.
    """

    name: str
    attributes: Mapping[str, str] = field(factory=dict)
    children: list["Element"] = field(factory=list)
    text: str = ""

    def find(self, *path: str) -> "Element | None":
        """The first element down a path of names."""
        found: Element | None = self
        for name in path:
            found = next((child for child in found.children if child.name == name), None) if found else None
        return found

    def all(self, name: str) -> Iterator["Element"]:
        """The children of a name."""
        return (child for child in self.children if child.name == name)

    def said(self, *path: str) -> str:
        """The text of the first element down a path, without blanks around it; empty where there is none."""
        found = self.find(*path)
        return found.text.strip() if found is not None else ""


def parsed(content: bytes) -> Element:
    """The root of a document.

    Raises:
        SourceBroken: When it is no XML, or has a document type.
    """
    root = Element("")
    open_elements = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > _DEEPEST:
            raise SourceBroken("source_answer_malformed")
        element = Element(_local(name), {_local(key): text for key, text in attributes.items()})
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(name: str) -> None:
        del name
        open_elements.pop()

    def characters(text: str) -> None:
        open_elements[-1].text += text

    # With the encoding given, what the document declares does not count: it may be that of a text it was taken from.
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text, parser.buffer_size = True, _LONGEST_PIECE
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    is_fine = False
    try:
        parser.Parse(_NO_SIGN.sub(b"", content), True)
        is_fine = True
    except (expat.ExpatError, ValueError):
        pass
    if not is_fine or not root.children:
        raise SourceBroken("source_answer_malformed")
    return root.children[0]


def element(name: str, *parts: str, **attributes: str) -> str:
    """An element as text.

    Args:
        name: Of the element.
        parts: What stands in it, already XML; see `plain`.
        attributes: By their names; only of our own texts.
    """
    told = "".join(f' {key}="{plain(text)}"' for key, text in attributes.items())
    return f"<{name}{told}>{''.join(parts)}</{name}>"


def plain(text: str) -> str:
    """Text as it stands in XML."""
    return escape(text, {'"': "&quot;"})


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_: object) -> None:
    raise SourceBroken("source_answer_malformed")
