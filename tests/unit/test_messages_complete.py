"""Every code that the source says has a sentence, and every sentence is said somewhere.

A code is what stands where a parameter or attribute called `code` is expected, so that a function that takes a code
and passes it on is followed too.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest
from attrs import field, frozen

import worktraq
from worktraq.core.access import Right
from worktraq.core.approval import Party
from worktraq.core.billing import UnbilledReason
from worktraq.core.entries import State
from worktraq.core.invitations import InvitationStatus
from worktraq.core.signoff import RequestStatus
from worktraq.core.users import Role
from worktraq.messages import MESSAGES

pytestmark = pytest.mark.requirement("B-11")

SOURCE = Path(worktraq.__file__).parent
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@frozen
class Taker:
    """Something that takes a name as an argument.

    Attributes:
        position: Of that argument, from 0.
        fills_in: Whether its other arguments are what the sentence fills in.
    """

    position: int
    fills_in: bool = False


@frozen
class Said:
    """A name that the source says.

    Attributes:
        pattern: The name; of an f-string, with a wildcard for each part that is computed.
        place: Where.
        parameters: What is given for the sentence to fill in; None when that cannot be seen.
    """

    pattern: str
    place: str = field(eq=False)
    parameters: frozenset[str] | None = field(default=None, eq=False)

    def among(self, names: Iterable[str]) -> list[str]:
        """Which of the names this can be."""
        return [name for name in names if re.fullmatch(self.pattern, name)]

    def __str__(self) -> str:
        return f"{self.place}: {self.pattern}"


def source_trees() -> Mapping[str, ast.Module]:
    """What is shipped, by place, without the messages themselves."""
    paths = (path.relative_to(SOURCE).as_posix() for path in sorted(SOURCE.rglob("*.py")))
    return {path: ast.parse((SOURCE / path).read_bytes()) for path in paths if path not in {"messages.py", "names.py"}}


def takers(trees: Iterable[ast.Module], parameter: str) -> Mapping[str, Taker]:
    """What takes a text under the name `parameter`, by how it is called: ``refused``, ``Reason.of`` or ``.add``."""
    found: dict[str, Taker] = {}
    for tree in trees:
        for node in tree.body:
            if isinstance(node, FUNCTIONS):
                found.update(_as_taker(node, parameter, node.name))
            elif isinstance(node, ast.ClassDef):
                found.update(_class_takers(node, parameter))
    return found


def _class_takers(node: ast.ClassDef, parameter: str) -> Iterator[tuple[str, Taker]]:
    attributes = [each for each in node.body if isinstance(each, ast.AnnAssign)]
    yield from _at([(ast.unparse(each.target), each.annotation) for each in attributes], parameter, node.name)
    for each in node.body:
        if isinstance(each, FUNCTIONS):
            yield from _as_taker(each, parameter, _name_of(each, node.name))


def _name_of(method: ast.FunctionDef | ast.AsyncFunctionDef, of_class: str) -> str:
    if method.name == "__init__":
        return of_class
    # On an instance: what the variable is called that holds it, is not known here.
    is_on_class = "classmethod" in map(ast.unparse, method.decorator_list)
    return f"{of_class}.{method.name}" if is_on_class else f".{method.name}"


def _as_taker(node: ast.FunctionDef | ast.AsyncFunctionDef, parameter: str, name: str) -> Iterator[tuple[str, Taker]]:
    all_of_them = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    given = [each for each in all_of_them if each.arg not in {"self", "cls"}]
    yield from _at([(each.arg, each.annotation) for each in given], parameter, name, node.args.kwarg is not None)


def _at(
    named: list[tuple[str, ast.expr | None]], parameter: str, name: str, fills_in: bool = False
) -> Iterator[tuple[str, Taker]]:
    for position, (each, annotation) in enumerate(named):
        if each == parameter and annotation is not None and ast.unparse(annotation) == "str":
            yield name, Taker(position, fills_in)


def said(trees: Mapping[str, ast.Module], parameter: str) -> Iterator[Said]:
    """Every name that is given, as it stands, where a `parameter` is expected."""
    known = takers(trees.values(), parameter)
    for place, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _said_by(node, known, parameter, f"{place}:{node.lineno}")


def _said_by(node: ast.Call, known: Mapping[str, Taker], parameter: str, place: str) -> Iterator[Said]:
    *_, before, name = ["", *ast.unparse(node.func).split(".")]
    taker = (known.get(f"{before}.{name}") or known.get(f".{name}")) if before else known.get(name)
    if taker is None:
        return
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    is_visible = taker.fills_in and None not in keywords
    parameters = frozenset(name for name in keywords if name) if is_visible else None
    given = keywords.get(parameter) or next(iter(node.args[taker.position :]), None)
    if given is not None:
        yield from (Said(pattern, place, parameters) for pattern in _patterns(given))


def _patterns(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield re.escape(text)
        case ast.JoinedStr(values=values):
            yield "".join(next(_patterns(value), "[a-z_]+") for value in values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _patterns(body)
            yield from _patterns(orelse)


def texts(trees: Mapping[str, ast.Module]) -> frozenset[str]:
    """Every text constant: a code may be returned or stand in a table before it is said."""
    constants = (node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(node.value for node in constants if isinstance(node.value, str))


def placeholders(sentence: str) -> frozenset[str]:
    """What a sentence fills in."""
    return frozenset(name for _text, name, _form, _conversion in Formatter().parse(sentence) if name)


@pytest.fixture(scope="module")
def trees() -> Mapping[str, ast.Module]:
    """What is shipped, parsed once."""
    return source_trees()


def test_every_code_has_a_sentence(trees: Mapping[str, ast.Module]) -> None:
    """An error whose code is unknown would raise another one when it is shown."""
    unknown = [str(each) for each in said(trees, "code") if not each.among(MESSAGES)]
    assert unknown == []


def test_every_kind_has_a_name(trees: Mapping[str, ast.Module]) -> None:
    """What is not found is named in the language of the reader."""
    names = [name.removeprefix("kind.") for name in MESSAGES if name.startswith("kind.")]
    unknown = [str(each) for each in said(trees, "kind") if not each.among(names)]
    assert unknown == []


def test_every_sentence_gets_what_it_fills_in(trees: Mapping[str, ast.Module]) -> None:
    """A code that is said with fewer parameters than its sentence has could not be shown."""
    incomplete = []
    for each in said(trees, "code"):
        needed = [placeholders(MESSAGES[code]) for code in each.among(MESSAGES)]
        given = each.parameters
        if needed and given is not None and not any(names <= given for names in needed):
            incomplete.append(str(each))
    assert incomplete == []


def test_every_sentence_is_said(trees: Mapping[str, ast.Module]) -> None:
    """Nobody translates what nobody reads; names with a dot are looked up by what they name."""
    constants = texts(trees)
    composed = {code for each in said(trees, "code") for code in each.among(MESSAGES)}
    unused = [code for code in MESSAGES if "." not in code and code not in constants | composed]
    assert unused == []


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("right.", Right),
        ("state.", State),
        ("status.", RequestStatus),
        ("unbilled.", UnbilledReason),
        ("why_", UnbilledReason),
        ("needs_", Party),
        ("invitation_", set(InvitationStatus) - {InvitationStatus.OPEN}),
        ("role.", Role),
        ("request_", set(RequestStatus) - {RequestStatus.OPEN}),
    ],
)
def test_every_value_has_its_sentence(prefix: str, values: Iterable[StrEnum]) -> None:
    """Where a code is put together from a value, every value has one."""
    assert [value for value in values if f"{prefix}{value.value}" not in MESSAGES] == []


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ('raise Reason.of("a")', ["a"]),
        ('Reason("a")', ["a"]),
        ('errors.Reason.of("a" if x else "b")', ["a", "b"]),
        ('Reason.of(f"needs_{x}")', ["needs_[a-z_]+"]),
        ('refused("file", "a")', ["a"]),
        ('refused("file", code="a")', ["a"]),
        ('found.add("file", "a")', ["a"]),
        ("Reason.of(x)", []),
        ('Money.of("a")', []),
        ('self.refused("file", "a")', []),
        ('other("a")', []),
    ],
)
def test_codes_are_found(text: str, patterns: list[str]) -> None:
    """By what the called thing expects at that place."""
    definitions = """
class Reason:
    code: str
    @classmethod
    def of(cls, code: str, **parameters: str) -> "Reason": ...
class Problems:
    def add(self, field: str, code: str) -> None: ...
def refused(field: str, code: str) -> Exception: ...
def other(code: int) -> None: ...
"""
    trees = {"definitions": ast.parse(definitions), "use": ast.parse(text)}
    assert [each.pattern for each in said(trees, "code")] == patterns
