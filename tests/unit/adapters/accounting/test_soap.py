"""XML of SOAP services."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worktraq.adapters.accounting.soap import element, parsed, plain
from worktraq.errors import SourceBroken

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


@given(WORDS)
def test_text_comes_back_as_it_was(text: str) -> None:
    """In an element and in an attribute, whatever signs are in it."""
    root = parsed(element("a", element("b", plain(text), c=text)).encode())
    found = root.find("b")
    assert found is not None
    assert (found.text, found.attributes) == (text, {"c": text})


def test_names_are_told_without_their_namespaces() -> None:
    """Whatever prefix a system takes."""
    root = parsed(b'<x:a xmlns:x="urn:x" x:c="1"><b xmlns="urn:y"> text </b></x:a>')
    assert (root.name, root.attributes, root.said("b"), root.said("z", "b")) == ("a", {"c": "1"}, "text", "")


@pytest.mark.parametrize(
    "content", [b"", b"text", b"<a>", b"<a/><b/>", b"<!DOCTYPE a><a/>", b"<a>&b;</a>", b"<a>" * 200 + b"</a>" * 200]
)
def test_what_is_not_plain_xml_is_broken(content: bytes) -> None:
    """No document type, no entity of its own, nothing deep."""
    with pytest.raises(SourceBroken):
        parsed(content)


@given(st.binary())
def test_nothing_is_too_odd(content: bytes) -> None:
    """It comes from somebody else."""
    try:
        name = parsed(content).name
    except SourceBroken:
        name = "nothing"
    assert name
