"""Messages that differ in their texts only are rendered once: the others fill in a form.

Most of what a template writes is the same for thousands of messages. So for the first one of its form, every text is
replaced by a mark before it is rendered; what stands between the marks is kept, and every message of that form puts its
own texts there. The result is that of `worktraq.adapters.email.rendering.rendered`, and the tests hold it against that.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count

from attrs import frozen
from markupsafe import escape

from worktraq.adapters.email.content import Colour, Content, Fact, Section, ShownLine
from worktraq.adapters.email.rendering import Rendered, rendered
from worktraq.core.notifications import NotificationKind
from worktraq.i18n import Translator

_MOST_FORMS = 256
# No text holds a control character, see `one_line`. All marks are equally wide, so that columns of them need no blanks.
_MARK = re.compile("\x1a([0-9]{4})\x1a")
_BETWEEN = "\x1a"
_TEXTS_OF_A_LINE = 4


@frozen
class _Form:
    """What a message is made of, apart from its texts.

    Attributes:
        pieces: What stands between the texts, with room for these.
        places: Which text stands in each place.
    """

    pieces: Sequence[str]
    places: Sequence[int]

    @classmethod
    def of(cls, marked: str) -> "_Form":
        pieces = _MARK.split(marked)
        return cls(pieces, [int(mark) for mark in pieces[1::2]])

    def filled_with(self, texts: Sequence[str]) -> str:
        pieces = [*self.pieces]
        pieces[1::2] = [texts[place] for place in self.places]
        return "".join(pieces)


def filled(kind: NotificationKind, content: Content, speaker: Translator) -> Rendered:
    """The message of a kind, in the language of the translator; as `rendered`, in a fraction of the time."""
    lines = [line for section in content.sections for line in section.lines]
    if any(line.comment or not line.quantity for line in lines):
        # No two of these are alike.
        return rendered(kind, content, speaker)
    texts = _texts(content, lines)
    labels = tuple([fact.label for fact in content.facts])
    sections = tuple([(section.title, len(section.lines), section.left_out) for section in content.sections])
    figures = (content.count, content.rejected, content.is_attached)
    subject, text, html = _forms((kind, speaker), content.colour, figures, labels, sections, tuple(map(bool, texts)))
    in_columns = _in_columns(content, texts) if lines else texts
    return Rendered(
        " ".join(subject.filled_with(texts).split()),
        text.filled_with(in_columns),
        html.filled_with(_escaped(texts)),
    )


def _texts(content: Content, lines: Sequence[ShownLine]) -> list[str]:
    """All that differs between messages of one form, in the order in which `_marked` counts."""
    texts = [content.organization, content.recipient, content.employee, content.inviter, content.about, content.link]
    texts += [fact.value for fact in content.facts]
    for line in lines:
        texts += (line.on, line.what, line.hours, line.amount)
    return texts


def _in_columns(content: Content, texts: Sequence[str]) -> list[str]:
    """The same with days and quantities as wide as they stand in plain text."""
    wide = [*texts]
    place = len(texts) - _TEXTS_OF_A_LINE * sum(len(section.lines) for section in content.sections)
    for section in content.sections:
        if not section.lines:
            continue
        days, quantities = section.days_width, section.quantities_width
        for line in section.lines:
            wide[place] = line.on.ljust(days)
            wide[place + (2 if line.hours else 3)] = line.quantity.rjust(quantities)
            place += _TEXTS_OF_A_LINE
    return wide


def _escaped(texts: Sequence[str]) -> list[str]:
    # All in one call; each by itself would take ten times as long.
    return str(escape(_BETWEEN.join(texts))).split(_BETWEEN)


@lru_cache(maxsize=_MOST_FORMS)
def _forms(  # noqa: PLR0917  # what the forms are kept by; names would have to be sorted for each message
    told: tuple[NotificationKind, Translator],
    colour: Colour,
    figures: tuple[int, int, bool],
    labels: Sequence[str],
    sections: Sequence[tuple[str, int, int]],
    there: Sequence[bool],
) -> tuple[_Form, _Form, _Form]:
    """Subject, plain text and HTML of all messages that agree in these; `there` tells which texts are not empty."""
    (kind, speaker), (number, rejected, is_attached) = told, figures
    numbers = count()

    def mark() -> str:
        at = next(numbers)
        return f"\x1a{at:04}\x1a" if there[at] else ""

    marked = Content(
        language=speaker.language,
        organization=mark(),
        recipient=mark(),
        employee=mark(),
        inviter=mark(),
        about=mark(),
        link=mark(),
        facts=tuple(Fact(label, mark()) for label in labels),
        sections=tuple(
            Section(title, tuple(ShownLine(mark(), mark(), mark(), mark(), ()) for _ in range(shown)), left_out)
            for title, shown, left_out in sections
        ),
        count=number,
        rejected=rejected,
        colour=colour,
        is_attached=is_attached,
    )
    words = rendered(kind, marked, speaker)
    return _Form.of(words.subject), _Form.of(words.text), _Form.of(words.html)
