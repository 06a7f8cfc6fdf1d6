"""Names, addresses and subjects that cannot break a header, whatever somebody typed.

The standard library refuses line breaks, but it also decodes what looks encoded (``=?utf-8?q?a=0D=0ABcc:…?=`` would
become a header of its own), and loses the quotes around a name when it has to break the line. So neither is let in.
It also loses or adds blanks where it breaks a line between encoded words, so lines are broken here.
"""

import re
from binascii import b2a_base64
from email.headerregistry import Address
from email.utils import getaddresses
from functools import lru_cache

from worktraq.core.identifiers import clean_mail_address
from worktraq.errors import InvalidInput

_LINE = 76
_LONGEST_SUBJECT = 200
# Blanks and breaks, control characters, marks that turn the direction of the text, halves of characters;
# but not the blanks at which a line is not to be broken, which stand in amounts.
_UNSEEN = re.compile(r"(?:[^\S\xa0\u202f]|[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff])+")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,."]')


def header(name: str, value: str) -> str:
    """A header whose value is plain ASCII and short, such as one of our own."""
    return f"{name}: {value}\r\n"


def text_header(name: str, text: str) -> str:
    """A header that holds text, such as the subject."""
    return header(name, _encoded(name, text))


def address_header(name: str, address: Address) -> str:
    """A header that holds one address."""
    whole = str(address)
    if whole.isascii() and len(f"{name}: {whole}") <= _LINE:
        return header(name, whole)
    return header(name, f"{_encoded(name, address.display_name)}\r\n <{address.addr_spec}>")


def _encoded(name: str, text: str) -> str:
    """The text as it stands in a header: as it is, or in encoded words, of which each has a line of its own."""
    if text.isascii() and len(f"{name}: {text}") <= _LINE:
        return text
    content, words, start = text.encode(), [], 0
    end = _fitting(len(name) + 2)
    while start < len(content):
        # A word holds whole characters: one goes over into the next word with all of its bytes.
        while end < len(content) and content[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?b?{b2a_base64(content[start:end], newline=False).decode('ascii')}?=")
        start, end = end, end + _fitting(1)
    return "\r\n ".join(words)


def _fitting(column: int) -> int:
    """How many bytes fit into an encoded word that begins at a column; each three take four characters."""
    return (_LINE - column - len("=?utf-8?b??=")) // 4 * 3


def one_line(text: str) -> str:
    """The text on one line, without anything that cannot be seen."""
    if text.isprintable() and "  " not in text:
        # As most are: there is no blank in it but single spaces.
        return text.strip()
    return _UNSEEN.sub(" ", text).strip()


def shortened(text: str, longest: int) -> str:
    """The text, cut off with an ellipsis where it is longer than that."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def subject_of(text: str) -> str:
    """The text as a subject."""
    return shortened(_undecodable(one_line(text)), _LONGEST_SUBJECT)


def address_of(name: str, email: str, *, field: str = "email") -> Address:
    """A name and a mail address, fit for a header.

    Commas, dots and the like are left out of a name that is not plain ASCII or does not fit on a line.

    Raises:
        InvalidInput: With ``mail_malformed`` when the mail address cannot be written to.
    """
    local, _, domain = clean_mail_address(field, email, is_required=True).rpartition("@")
    if not local.isascii():
        # It would need SMTPUTF8 on every server on the way.
        raise InvalidInput.of(field, "mail_malformed")
    domain = ascii_domain(domain, field=field)
    if not _LOCAL.fullmatch(local):
        raise InvalidInput.of(field, "mail_malformed")
    name = _undecodable(one_line(name))
    whole = Address(name, local, domain)
    if name.isascii() and len(f"From: {whole}") <= _LINE:
        return whole
    return Address(" ".join(_SPECIAL.sub(" ", name).split()), local, domain)


def ascii_domain(domain: str, *, field: str = "domain") -> str:
    """The domain as the mail knows it: ``bücher.example`` is ``xn--bcher-kva.example``.

    Raises:
        InvalidInput: With ``mail_malformed`` when it is none.
    """
    encoded = _ascii_domain(domain)
    if not encoded:
        raise InvalidInput.of(field, "mail_malformed")
    return encoded


@lru_cache(maxsize=4096)
def _ascii_domain(domain: str) -> str:
    """The same; empty when it is none."""
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return encoded if _DOMAIN.fullmatch(encoded) else ""


def sender_of(text: str) -> Address:
    """The sender from ``Name <address>`` or an address alone.

    Raises:
        InvalidInput: When it is not exactly one address.
    """
    found = getaddresses([one_line(text)])
    if len(found) != 1:
        raise InvalidInput.of("sender", "mail_malformed")
    name, email = found[0]
    return address_of(name, email, field="sender")


def _undecodable(text: str) -> str:
    return text.replace("=?", "= ?")
