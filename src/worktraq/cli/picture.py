"""The overview as a picture, for those who have not run the demo yet."""

from io import StringIO

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from worktraq.cli.report import print_overview
from worktraq.demo.outcome import Outcome
from worktraq.i18n import Translator

_WIDTH = 88
_THEME = TerminalTheme(
    (22, 27, 34),
    (225, 230, 236),
    [
        (22, 27, 34),
        (255, 138, 128),
        (125, 214, 145),
        (240, 200, 110),
        (120, 175, 255),
        (205, 160, 250),
        (110, 205, 220),
        (225, 230, 236),
    ],
)
# As rich has it, but with the fonts of the reader's machine: a picture loads nothing.
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{
    font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: arial, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def overview_as_svg(outcome: Outcome, speaker: Translator) -> str:
    """What is not billed yet and why, beside what an employee sees of it; the same figures give the same picture."""
    console = Console(record=True, width=_WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    print_overview(console, outcome, speaker)
    return console.export_svg(title="worktraq demo", theme=_THEME, code_format=_FORMAT, unique_id="overview")
