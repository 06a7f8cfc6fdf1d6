"""Every error that worktraq raises, under one root.

    WorktraqError
    ├── Refused         a rule says no; carries all reasons
    ├── NotFound        does not exist, is not visible, or is another organization's
    ├── Conflict        stale or concurrent; load again and decide again
    ├── InvalidInput    what was given cannot be taken; names field and code
    └── AdapterError    a database, mail server or file failed; transient or not
        ├── SourceDenied        an accounting system does not know us, or does not let us
        ├── SourceLimited       it wants us to wait, and says until when
        ├── SourceUnavailable   it cannot be reached, or fails now
        └── SourceBroken        it answers something else than it has to

The text of an error is English; `worktraq.i18n.localize(error, "nl")` gives it in the language of the
reader. Codes and parameters are attributes, so that a host never has to read the text.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs
from attrs import frozen

from worktraq.messages import MESSAGES

Parameter = str | int
Parameters = Mapping[str, Parameter]


def text_of(code: str, parameters: Parameters) -> str:
    """The English sentence of a code, with its parameters filled in."""
    return MESSAGES[code].format(**parameters)


@frozen
class Reason:
    """Why a rule refuses: a code of `worktraq.messages`, with its parameters.

    Parameters never hold a rate, an amount that follows from one, or a secret.
    """

    code: str
    parameters: tuple[tuple[str, Parameter], ...] = ()

    @classmethod
    def of(cls, code: str, **parameters: Parameter) -> "Reason":
        """A reason from a code and its named parameters."""
        return cls(code, tuple(sorted(parameters.items())))

    def __str__(self) -> str:
        return text_of(self.code, dict(self.parameters))


@frozen
class Problem:
    """What is wrong with one given value.

    Attributes:
        field: The name of the argument or column.
        code: A code of `worktraq.messages`.
        parameters: What the message fills in.
        place: Where the value stood, such as a cell of a sheet; empty for an argument.
    """

    field: str
    code: str
    parameters: tuple[tuple[str, Parameter], ...] = ()
    place: str = attrs.field(default="", kw_only=True)

    def __str__(self) -> str:
        where = f"{self.field} ({self.place})" if self.place else self.field
        return f"{where}: {text_of(self.code, dict(self.parameters))}"


class WorktraqError(Exception):
    """The root of all errors of worktraq."""


class Refused(WorktraqError):
    """A rule refuses the command; nothing has changed.

    Attributes:
        reasons: All reasons, not only the first.
    """

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(self.reasons)

    @classmethod
    def because(cls, code: str, **parameters: Parameter) -> "Refused":
        """A refusal for one reason."""
        return cls([Reason.of(code, **parameters)])

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)


class NotFound(WorktraqError):
    """There is no such thing for this actor. Says the same for what exists elsewhere.

    Attributes:
        kind: What was looked for, such as ``customer``.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)

    def __str__(self) -> str:
        return MESSAGES["not_found"].format(kind=MESSAGES[f"kind.{self.kind}"])


class Conflict(WorktraqError):
    """The thing was changed by somebody else; nothing of this command was kept.

    Attributes:
        code: A code of `worktraq.messages`.
        parameters: What the message fills in.
        is_retryable: Whether doing the same again may succeed, as after a deadlock.
    """

    def __init__(self, code: str, *, is_retryable: bool = False, **parameters: Parameter) -> None:
        self.code = code
        self.parameters: Parameters = parameters
        self.is_retryable = is_retryable
        super().__init__(code)

    def __str__(self) -> str:
        return text_of(self.code, self.parameters)


class InvalidInput(WorktraqError):
    """What was given cannot be taken; nothing has changed.

    Attributes:
        problems: All that was found wrong, at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @classmethod
    def of(cls, field: str, code: str, **parameters: Parameter) -> "InvalidInput":
        """The error for one wrong value."""
        return cls([Problem(field, code, tuple(sorted(parameters.items())))])

    @property
    def field(self) -> str:
        """The field of the first problem."""
        return self.problems[0].field

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code

    def __str__(self) -> str:
        return " ".join(str(problem) for problem in self.problems)


class AdapterError(WorktraqError):
    """Something outside failed: a database, a mail server, a file.

    Attributes:
        code: A code of `worktraq.messages`.
        parameters: What the message fills in; never a secret.
        is_transient: Whether trying later may help.
    """

    def __init__(self, code: str, *, is_transient: bool = False, **parameters: Parameter) -> None:
        self.code = code
        self.parameters: Parameters = parameters
        self.is_transient = is_transient
        super().__init__(code)

    def __str__(self) -> str:
        return text_of(self.code, self.parameters)


class SourceDenied(AdapterError):
    """An accounting system does not accept our credentials, or these may not read: somebody has to connect it again."""

    def __init__(self, code: str = "source_denied", **parameters: Parameter) -> None:
        super().__init__(code, is_transient=False, **parameters)


class SourceLimited(AdapterError):
    """An accounting system was asked too often.

    Attributes:
        until: From when on it may be asked again, in UTC.
    """

    def __init__(self, until: datetime, code: str = "source_limited", **parameters: Parameter) -> None:
        self.until = until
        super().__init__(code, is_transient=True, **parameters)


class SourceUnavailable(AdapterError):
    """An accounting system cannot be reached, or fails at the moment; asking again may help."""

    def __init__(self, code: str = "source_unavailable", **parameters: Parameter) -> None:
        super().__init__(code, is_transient=True, **parameters)


class SourceBroken(AdapterError):
    """An accounting system answers something else than it has to; asking again does not help."""

    def __init__(self, code: str = "source_broken", **parameters: Parameter) -> None:
        super().__init__(code, is_transient=False, **parameters)
