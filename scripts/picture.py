"""Draw what the demo ends with, for the README and the docs: the overview that it prints, and the same by age."""

from pathlib import Path

from worktraq.adapters.charts import unbilled_chart
from worktraq.adapters.excel import SheetFiles
from worktraq.adapters.memory import MemoryStore
from worktraq.cli.picture import overview_as_svg
from worktraq.core.actors import Actor
from worktraq.core.links import Links, SigningKey
from worktraq.core.unbilled import UnbilledBy
from worktraq.core.users import Role
from worktraq.demo.playing import Play, clock_at_beginning
from worktraq.i18n import translator
from worktraq.testing.fakes import RecordingNotifier

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "overview.svg"
CHART = PICTURE.with_name("unbilled.svg")


def drawn() -> str:
    """The overview, from a demo that is played in memory."""
    return overview_as_svg(_play().run(), translator("en"))


def charted() -> bytes:
    """The same by reason and age."""
    play = _play()
    outcome = play.run()
    with play.engine.view(Actor.system(outcome.organization_id)) as tx:
        (manager, *_) = tx.users.list(role=Role.MANAGER)
    with play.engine.view(Actor.user(outcome.organization_id, manager.id)) as tx:
        return unbilled_chart(tx.billing.unbilled(by=(UnbilledBy.REASON, UnbilledBy.AGE)), "en")


def _play() -> Play:
    return Play(
        MemoryStore(),
        notifier=RecordingNotifier(),
        reader=SheetFiles(),
        links=Links("https://hours.example", [SigningKey("picture", bytes(32))]),
        clock=clock_at_beginning(),
        translator=translator("en"),
    )


def main() -> None:
    """Write the pictures."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn(), encoding="utf-8")
    CHART.write_bytes(charted())
    print(PICTURE.name, CHART.name)


if __name__ == "__main__":
    main()
