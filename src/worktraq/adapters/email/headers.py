"""Names, addresses and subjects that cannot break a header, whatever somebody typed.

The standard library refuses line breaks, but it also decodes what looks encoded (``=?utf-8?q?a=0D=0ABcc:…?=`` would
become a header of its own), and loses the quotes around a name when it has to break the line. So neither is let in.
It also loses or adds blanks where it breaks a line between encoded words, so lines are broken here.
"""

import re
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.policy import Policy
from email.utils import getaddresses

from worktraq.core.identifiers import clean_mail_address
from worktraq.errors import InvalidInput

_LINE = 76
_LONGEST_SUBJECT = 200
# Blanks and breaks, control characters, marks that turn the direction of the text, halves of characters;
# but not the blanks at which a line is not to be broken, which stand in amounts.
_UNSEEN = re.compile(r"(?:[^\S\xa0\u202f]|[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff])+")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,."]')


class Written(str):  # noqa: SLOT000  # a message holds a handful of headers
    """The value of a header, with the way it is written; the message takes it as it is.

    Attributes:
        name: Of the header.
        encoded: As it stands in the message, its lines broken.
        addresses: The addresses in it, if it is a header for these.
    """

    name: str
    encoded: str
    addresses: tuple[Address, ...]

    def fold(self, *, policy: Policy) -> str:
        """The whole header, which is what the message asks of its headers."""
        return f"{self.name}: {self.encoded}{policy.linesep}"


def _written(name: str, value: str, encoded: str, *addresses: Address) -> Written:
    header = Written(value)
    header.name, header.encoded, header.addresses = name, encoded, addresses
    return header


def _encoded(name: str, text: str) -> str:
    if text.isascii() and len(f"{name}: {text}") <= _LINE:
        return text
    return Header(text, "utf-8", header_name=name, maxlinelen=_LINE).encode(linesep="\r\n")


def written_text(name: str, text: str) -> Written:
    """A header that holds text, such as the subject."""
    return _written(name, text, _encoded(name, text))


def written_address(name: str, address: Address) -> Written:
    """A header that holds one address."""
    whole = str(address)
    if whole.isascii() and len(f"{name}: {whole}") <= _LINE:
        return _written(name, whole, whole, address)
    return _written(name, whole, f"{_encoded(name, address.display_name)}\r\n <{address.addr_spec}>", address)


def one_line(text: str) -> str:
    """The text on one line, without anything that cannot be seen."""
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
    try:
        address = Address(addr_spec=f"{local}@{ascii_domain(domain, field=field)}")
    except (ValueError, IndexError, AttributeError, MessageError):  # its parser may stumble in any of these ways
        raise InvalidInput.of(field, "mail_malformed") from None
    name = _undecodable(one_line(name))
    whole = Address(name, address.username, address.domain)
    if name.isascii() and len(f"From: {whole}") <= _LINE:
        return whole
    return Address(" ".join(_SPECIAL.sub(" ", name).split()), address.username, address.domain)


def ascii_domain(domain: str, *, field: str = "domain") -> str:
    """The domain as the mail knows it: ``bücher.example`` is ``xn--bcher-kva.example``.

    Raises:
        InvalidInput: With ``mail_malformed`` when it is none.
    """
    try:
        encoded = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        encoded = ""
    if not _DOMAIN.fullmatch(encoded):
        raise InvalidInput.of(field, "mail_malformed")
    return encoded


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
