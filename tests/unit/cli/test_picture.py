"""The pictures in the README and the docs."""

from xml.etree import ElementTree

from scripts import picture


def test_picture_is_up_to_date() -> None:
    """It shows what the demo prints now; ``scripts/picture.py`` draws it again."""
    assert picture.PICTURE.read_text(encoding="utf-8") == picture.drawn()


def test_picture_loads_nothing_from_elsewhere() -> None:
    """No font and no script: the only address in it is the name of the format."""
    assert picture.drawn().count("://") == 1


def test_chart_shows_what_the_demo_ends_with() -> None:
    """The figures are those of today, and it is small; its drawing may differ with the library that draws."""
    assert picture.CHART.stat().st_size < 100_000
    kept, drawn = ElementTree.parse(picture.CHART), ElementTree.fromstring(picture.charted())
    name = "{http://www.w3.org/2000/svg}desc"
    assert kept.findtext(name) == drawn.findtext(name)
