"""What goes differently from "registered, submitted, approved, billed", so that there is something to see."""

from collections.abc import Mapping
from enum import Enum

from attrs import frozen


def _(sentence: str) -> str:
    """Marks a sentence for the catalogs; it is translated where it is used."""
    return sentence


@frozen
class Objection:
    """A time entry that the manager rejects.

    Attributes:
        person: Whose.
        project: On which project.
        number: Which of the entries that he or she submitted on it, from 0.
        reason: An English sentence of the catalogs.
    """

    person: str
    project: str
    number: int
    reason: str


@frozen
class Review:
    """How the manager goes through what was submitted for a month; everything else is approved.

    Attributes:
        objections: What is rejected.
        left: Who is left for later, and still is at the end.
    """

    objections: tuple[Objection, ...]
    left: tuple[str, ...] = ()


REVIEWS: Mapping[int, Review] = {
    4: Review(
        (
            Objection("person-03", "solidtime", 4, _("Which issue was this for?")),
            Objection("person-05", "apscheduler", 2, _("Was this not for attrs?")),
            Objection("person-10", "timesheet", 0, _("Please say what you reviewed.")),
        )
    ),
    5: Review(
        (
            Objection("person-03", "solidtime", 1, _("This stands there twice.")),
            Objection("person-06", "attrs", 3, _("Which issue was this for?")),
            Objection("person-09", "kimai", 1, _("Please say what you reviewed.")),
        ),
        left=("person-10",),
    ),
    6: Review((Objection("person-05", "attrs", 0, _("Was this not for structlog?")),), left=("person-02",)),
}
"""By month. Everything of April is corrected and approved; of May only what person-09 registered."""

CORRECTED_IN_MAY = ("person-09",)
NOTE = _("Agreed with Pieter; the issue is named in the log.")

LATE = ("person-04", "person-07", "person-11")
"""Who has not submitted June by the end."""


class Answer(Enum):
    """What a customer does with a request."""

    ALL = "all"
    SOME = "some"
    NOTHING = "nothing"


ANSWERS: Mapping[tuple[str, str, int], tuple[Answer, ...]] = {
    ("kimai", "person-01", 4): (Answer.ALL,),
    ("kimai", "person-09", 4): (Answer.SOME, Answer.ALL),
    ("apscheduler", "person-05", 4): (Answer.ALL, Answer.ALL),
    ("apscheduler", "person-07", 4): (Answer.ALL,),
    ("httpx", "person-04", 4): (Answer.ALL, Answer.ALL),
    ("kimai", "person-09", 5): (Answer.ALL,),
    ("apscheduler", "person-07", 5): (Answer.NOTHING,),
}
"""How requests are answered, by project, person and month, one after the other; the others are not."""

REFUSED_LINES = 2
WHY_SOME = _("We did not order this.")
WHY_NOTHING = _("This was to be done at a fixed price.")

BY_TELEPHONE = ("kimai", "person-12", 5)
WHY_BY_TELEPHONE = _("The customer agreed on the telephone.")
WAIVED = ("httpx", "person-04", 5)
WHY_WAIVED = _("The contact has left; the account manager agrees.")
WITHDRAWN = ("apscheduler", "person-05", 5)
