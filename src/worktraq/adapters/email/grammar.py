"""The language in which an organization writes its own texts: a small part of that of Jinja2.

There are values, ``{{ employee }}``; conditions on values, ``{% if project %} … {% else %} … {% endif %}`` with ``not``,
``and`` and ``or``; and one loop, ``{% for line in lines %} … {% endfor %}``. There is no arithmetic, no call, no filter and
no attribute but those of a line. Jinja2 parses a text, and that is all: what may stand in it is carried out here, node
by node, so that nothing else can be, and no more is written than a mail can hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from attrs import field, frozen
from jinja2 import Environment, TemplateSyntaxError, nodes

from worktraq.core.notifications import NotificationKind, Wording
from worktraq.core.templates import needs_link, template_values
from worktraq.errors import InvalidInput

MOST_WRITTEN = 100_000
"""Characters; a text that becomes longer is not shown."""

_DEEPEST = 8
_LIST, _LINK = "lines", "link"
_syntax = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701  # it never renders anything
Lines = Sequence[Mapping[str, str]]


class TooLong(Exception):
    """More would be written than a mail can hold."""


@frozen
class Values:
    """What a text is filled in with.

    Attributes:
        texts: By name; empty where there is nothing to say.
        lines: The values of each line, by name.
    """

    texts: Mapping[str, str]
    lines: Lines = ()


@frozen
class Parsed:
    """A text that holds nothing but what it may.

    Attributes:
        body: What it is made of.
    """

    body: Sequence[nodes.Node] = field(repr=False)

    def written(self, values: Values) -> str:
        """The text with its values filled in.

        Raises:
            TooLong: It is longer than `MOST_WRITTEN`.
            KeyError: A value is missing.
        """
        pieces: list[str] = []
        room = MOST_WRITTEN
        for piece in _written(self.body, values, {}):
            room -= len(piece)
            if room < 0:
                raise TooLong
            pieces.append(piece)
        return "".join(pieces)


@lru_cache(maxsize=256)
def parsed(kind: NotificationKind, wording: Wording) -> tuple[Parsed, Parsed]:
    """Subject and body of a text.

    Raises:
        InvalidInput: Naming the field, with ``template_malformed``, ``template_value_unknown`` or
            ``template_not_allowed``, or with ``template_link_missing``.
    """
    values = template_values(kind)
    in_subject = frozenset(value.name for value in values if value.in_subject)
    subject = _Checker("subject", in_subject, frozenset()).parsed(wording.subject)
    of_lines = next((value.of_lines for value in values if value.name == _LIST), ())
    checker = _Checker("body", frozenset(value.name for value in values), frozenset(each.name for each in of_lines))
    body = checker.parsed(wording.body)
    if needs_link(kind) and not any(_is_link(node) for output in body.body for node in output.iter_child_nodes()):
        raise InvalidInput.of("body", "template_link_missing")
    return subject, body


def _is_link(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == _LINK


@frozen
class _Checker:
    """Looks a text over.

    Attributes:
        field: Named when something is wrong.
        names: Of the values.
        of_lines: Of the values of a line.
    """

    field: str
    names: frozenset[str]
    of_lines: frozenset[str]

    def parsed(self, text: str) -> Parsed:
        try:
            template = _syntax.parse(text)
        except TemplateSyntaxError as error:
            raise InvalidInput.of(self.field, "template_malformed", line=error.lineno) from None
        except RecursionError:
            raise InvalidInput.of(self.field, "template_malformed", line=1) from None
        self._statements(template.body, None, 0)
        return Parsed(template.body)

    def _statements(self, body: Sequence[nodes.Node], line: str | None, depth: int) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        if not isinstance(part, nodes.TemplateData):
                            self._value(part, line)
                case nodes.If() if depth < _DEEPEST:
                    self._condition(node.test, line, depth)
                    self._statements([*node.body, *node.elif_, *node.else_], line, depth + 1)
                case nodes.For() if line is None and depth < _DEEPEST:
                    self._statements(node.body, self._loop(node), depth + 1)
                case _:
                    raise self._not_allowed(node)

    def _loop(self, node: nodes.For) -> str:
        target, over = node.target, node.iter
        is_plain = not (node.else_ or node.test or node.recursive)
        if not (is_plain and isinstance(target, nodes.Name) and isinstance(over, nodes.Name) and over.name == _LIST):
            raise self._not_allowed(node)
        self._named(over)
        if target.name in self.names:
            raise self._not_allowed(node)
        return target.name

    def _condition(self, node: nodes.Node, line: str | None, depth: int) -> None:
        match node:
            case nodes.Not() if depth < _DEEPEST:
                self._condition(node.node, line, depth + 1)
            case nodes.And() | nodes.Or() if depth < _DEEPEST:
                self._condition(node.left, line, depth + 1)
                self._condition(node.right, line, depth + 1)
            case nodes.Name(name=name) if name == _LIST:
                self._named(node)
            case _:
                self._value(node, line)

    def _value(self, node: nodes.Node, line: str | None) -> None:
        match node:
            case nodes.Name(name=name) if name not in (_LIST, line):
                self._named(node)
            case nodes.Getattr(node=nodes.Name(name=name), attr=attribute) if line is not None and name == line:
                if attribute not in self.of_lines:
                    raise self._unknown(f"{name}.{attribute}", node.lineno)
            case _:
                raise self._not_allowed(node)

    def _named(self, node: nodes.Name) -> None:
        if node.name not in self.names:
            raise self._unknown(node.name, node.lineno)

    def _unknown(self, name: str, line: int) -> InvalidInput:
        return InvalidInput.of(self.field, "template_value_unknown", value=name[:100], line=line)

    def _not_allowed(self, node: nodes.Node) -> InvalidInput:
        return InvalidInput.of(self.field, "template_not_allowed", line=node.lineno)


def _written(body: Sequence[nodes.Node], values: Values, line: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for node in body:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    yield part.data if isinstance(part, nodes.TemplateData) else _text(part, values, line)
            case nodes.If():
                yield from _written(_branch(node, values, line), values, line)
            case nodes.For(target=nodes.Name(name=name)):
                for each in values.lines:
                    yield from _written(node.body, values, {name: each})


def _branch(node: nodes.If, values: Values, line: Mapping[str, Mapping[str, str]]) -> Sequence[nodes.Node]:
    for each in (node, *node.elif_):
        if _holds(each.test, values, line):
            return each.body
    return node.else_


def _holds(node: nodes.Node, values: Values, line: Mapping[str, Mapping[str, str]]) -> bool:
    match node:
        case nodes.Not():
            return not _holds(node.node, values, line)
        case nodes.And():
            return _holds(node.left, values, line) and _holds(node.right, values, line)
        case nodes.Or():
            return _holds(node.left, values, line) or _holds(node.right, values, line)
        case nodes.Name(name=name) if name == _LIST:
            return bool(values.lines)
    return bool(_text(node, values, line))


def _text(node: nodes.Node, values: Values, line: Mapping[str, Mapping[str, str]]) -> str:
    if isinstance(node, nodes.Getattr):
        assert isinstance(node.node, nodes.Name)
        return line[node.node.name][node.attr]
    assert isinstance(node, nodes.Name)
    return values.texts[node.name]
