"""Draw docs/images/overview.svg: the overview that the demo prints, as a picture for the README."""

from pathlib import Path

from worktraq.adapters.excel import SheetFiles
from worktraq.adapters.memory import MemoryStore
from worktraq.cli.picture import overview_as_svg
from worktraq.core.links import Links, SigningKey
from worktraq.demo.playing import Play, clock_at_beginning
from worktraq.i18n import translator
from worktraq.testing.fakes import RecordingNotifier

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "overview.svg"


def drawn() -> str:
    """The picture, from a demo that is played in memory."""
    play = Play(
        MemoryStore(),
        notifier=RecordingNotifier(),
        reader=SheetFiles(),
        links=Links("https://hours.example", [SigningKey("picture", bytes(32))]),
        clock=clock_at_beginning(),
        translator=translator("en"),
    )
    return overview_as_svg(play.run(), translator("en"))


def main() -> None:
    """Write the picture."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn(), encoding="utf-8")
    print(PICTURE.name)


if __name__ == "__main__":
    main()
