"""The picture of what is not billed yet: a bar per reason, customer or employee, made of parts by age."""

import re
import warnings
from collections.abc import Sequence
from io import BytesIO
from textwrap import fill
from threading import Lock
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from worktraq.adapters.charts.bars import Panel, band_label, in_words, panels_of, without_rate
from worktraq.core.unbilled import AgeBand, UnbilledOverview
from worktraq.i18n import Translator, translator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# From light to dark, so that the ages are told apart without colours too.
COLOURS = {
    AgeBand.UP_TO_7: "#fde3a7",
    AgeBand.UP_TO_30: "#f5b04c",
    AgeBand.UP_TO_60: "#d9722e",
    AgeBand.UP_TO_90: "#9a3b26",
    AgeBand.OVER_90: "#4a1420",
}
_INK, _QUIET, _EDGE = "#1f2933", "#52606d", "#5b4636"
_WIDTH, _BAR, _REST = 8.0, 0.4, 1.1  # in inches
_LABEL_WIDTH, _NOTE_WIDTH = 26, 76
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
# The settings of matplotlib belong to the whole process, so that one picture is drawn at a time.
_DRAWING = Lock()


def unbilled_chart(overview: UnbilledOverview, language: str) -> bytes:
    """What is not billed yet as SVG, by age: in amounts, or in hours for who sees no amounts.

    There is a bar for whatever else the overview is grouped by, such as reason or customer; of anything but reasons the
    ten largest, and one for all others. Each currency has its own panel. The same overview gives the same bytes. The
    figures stand in the description too, for who cannot see the picture. It holds no script and loads nothing.

    Args:
        overview: From ``tx.billing.unbilled(by=…)``, grouped by `UnbilledBy.AGE` and at least one other thing.
        language: A language tag.

    Raises:
        ValueError: When the overview is not grouped by age.
    """
    speaker = translator(language)
    panels = panels_of(overview, speaker)
    title = speaker.text("Not billed yet, by age")
    note = without_rate(overview, speaker)
    description = " ".join(filter(None, (in_words(panels, speaker), note))) or speaker.text("Nothing is unbilled.")
    return _finished(_drawn(panels, title, note, speaker), title, description, speaker.language)


def _drawn(panels: Sequence[Panel], title: str, note: str, speaker: Translator) -> str:
    from matplotlib import rc_context, rcdefaults, rcParams

    stream = BytesIO()
    with _DRAWING, warnings.catch_warnings(), rc_context():
        # Names may be written in letters that the font of the measuring lacks; the reader's browser has others.
        warnings.simplefilter("ignore")
        rcdefaults()  # and not what somebody set on this machine
        rcParams["svg.fonttype"] = "none"
        rcParams["svg.hashsalt"] = "worktraq"
        figure = _figure(panels, title, note, speaker)
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue().decode("utf-8")


def _figure(panels: Sequence[Panel], title: str, note: str, speaker: Translator) -> "Figure":
    from matplotlib.figure import Figure

    rows = [max(len(panel.bars), 1) for panel in panels] or [1]
    figure = Figure(figsize=(_WIDTH, sum(rows) * _BAR + _REST + 0.3 * len(rows)), layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold", color=_INK)
    axes = figure.subplots(len(rows), 1, squeeze=False, gridspec_kw={"height_ratios": rows})[:, 0]
    for each in axes:
        _clear(each)
    if not panels:
        axes[0].text(0, 0.5, speaker.text("Nothing is unbilled."), color=_QUIET, parse_math=False)
        axes[0].set_yticks([])
    for panel, each in zip(panels, axes, strict=False):
        _draw(panel, each, speaker)
    if panels:
        _add_legend(figure, speaker)
    if note:
        axes[-1].set_xlabel(fill(note, _NOTE_WIDTH), loc="left", fontsize=8.5, color=_QUIET, parse_math=False)
    return figure


def _clear(axes: "Axes") -> None:
    axes.spines[:].set_visible(False)
    axes.set_xticks([])
    axes.tick_params(length=0)


def _draw(panel: Panel, axes: "Axes", speaker: Translator) -> None:
    places = range(len(panel.bars))
    reached = [0.0] * len(panel.bars)
    for place, bar in zip(places, panel.bars, strict=True):
        for band in [band for band in AgeBand if bar.parts.get(band)]:
            # Exact whole numbers become lengths only here.
            length = bar.parts[band] / panel.unit
            colour = COLOURS[band]
            axes.barh(place, length, left=reached[place], height=0.66, color=colour, edgecolor=_EDGE, linewidth=0.5)
            reached[place] += length
    longest = max(reached)
    for place, bar in zip(places, panel.bars, strict=True):
        text = panel.shown(bar.total, speaker)
        at = reached[place] + longest * 0.012
        axes.text(at, place, text, va="center", fontsize=9.5, color=_INK, parse_math=False)
    labels = [fill(bar.label, _LABEL_WIDTH) for bar in panel.bars]
    axes.set_yticks(list(places), labels, fontsize=9.5, color=_INK, parse_math=False)
    # Room for the figures behind the bars.
    axes.set_xlim(0, longest * 1.22)
    axes.set_ylim(len(panel.bars) - 0.5, -0.5)
    unit = speaker.text("Amounts in {currency}", currency=panel.currency) if panel.currency else speaker.text("Hours")
    axes.set_title(unit, loc="left", fontsize=9.5, color=_QUIET)


def _add_legend(figure: "Figure", speaker: Translator) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=colour, edgecolor=_EDGE, linewidth=0.5, label=band_label(band, speaker))
        for band, colour in COLOURS.items()
    ]
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=len(handles),
        frameon=False,
        fontsize=9,
        labelcolor=_INK,
        handlelength=1.1,
        handleheight=1.1,
        columnspacing=1.2,
    )


def _finished(svg: str, title: str, description: str, language: str) -> bytes:
    """The picture alone, with a name and a description for who has it read aloud."""
    root = _METADATA.sub("", svg[svg.index("<svg") :])
    end = root.index(">") + 1
    head = root[:end].replace("<svg", f'<svg role="img" lang="{language}"', 1)
    words = f"\n <title>{escape(title)}</title>\n <desc>{escape(description)}</desc>"
    return f"{head}{words}{root[end:]}".encode()
