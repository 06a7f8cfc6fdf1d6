"""The picture in the README."""

from scripts import picture


def test_picture_is_up_to_date() -> None:
    """It shows what the demo prints now; ``scripts/picture.py`` draws it again."""
    assert picture.PICTURE.read_text(encoding="utf-8") == picture.drawn()


def test_picture_loads_nothing_from_elsewhere() -> None:
    """No font and no script: the only address in it is the name of the format."""
    assert picture.drawn().count("://") == 1
