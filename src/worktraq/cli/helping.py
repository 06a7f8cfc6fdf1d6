"""Help and usage errors of click, in the language of the reader."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from worktraq.i18n import Translator, translator


class SpokenContext(click.Context):
    """A context whose ``obj`` is the language of the reader."""

    def make_formatter(self) -> click.HelpFormatter:
        """What writes help."""
        return _Formatter(translator(self.find_root().obj), width=self.terminal_width, max_width=self.max_content_width)


class SpokenCommand(click.Command):
    """A command that helps in the language of the reader."""

    context_class = SpokenContext


class SpokenGroup(click.Group):
    """A group that helps in the language of the reader."""

    context_class = SpokenContext
    command_class = SpokenCommand


class _Formatter(click.HelpFormatter):
    def __init__(self, speaker: Translator, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._speaker = speaker

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, f"{self._speaker.text('Usage:')} " if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        speaker = self._speaker
        titles = {"Options": speaker.text("Options"), "Commands": speaker.text("Commands")}
        with super().section(titles.get(name, name)):
            yield


def usage_problem(error: click.UsageError, speaker: Translator) -> str:
    """What is wrong with a command line, and where help is."""
    if isinstance(error, click.NoSuchOption):
        problem = speaker.text("There is no option {option}.", option=error.option_name)
    elif isinstance(error, click.BadParameter) and isinstance(getattr(error.param, "type", None), click.Choice):
        assert error.param is not None
        choices = ", ".join(str(choice) for choice in _choices(error.param))
        problem = speaker.text("{option} takes one of these: {choices}.", option=error.param.opts[0], choices=choices)
    else:
        problem = speaker.text("This is not understood. {problem}", problem=error.format_message())
    command = error.ctx.command_path if error.ctx is not None else "worktraq"
    return f"{problem} {speaker.text('See: {command}', command=f'{command} --help')}"


def _choices(param: click.Parameter) -> tuple[object, ...]:
    assert isinstance(param.type, click.Choice)
    return tuple(param.type.choices)
