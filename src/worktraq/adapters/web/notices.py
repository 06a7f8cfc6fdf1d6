"""What is said where no request may be shown, in the language that the browser prefers; no data of any request."""

from http import HTTPStatus

from attrs import frozen

from worktraq.errors import Reason
from worktraq.i18n import LANGUAGES, SOURCE_LANGUAGE, Translator

_MOST_LANGUAGES = 20


@frozen
class Notice:
    """A page of its own that says one thing.

    Attributes:
        heading: What is the matter.
        advice: What to do now.
        leads_back: Whether the same address may be opened again.
    """

    heading: str
    advice: str
    leads_back: bool = False


def notice_of_closed(reason: Reason, speaker: Translator) -> Notice | None:
    """What is said of a link that was replaced or a request that is not open any more; None for any other refusal.

    Args:
        reason: Of the refusal, such as ``request_expired``.
        speaker: In the reader's language.
    """
    match reason.code:
        case "request_decided" | "request_withdrawn":
            advice = speaker.text("There is nothing left for you to do.")
        case "request_expired":
            advice = speaker.text("Ask who sent it to you for a new link.")
        case "request_superseded":
            advice = speaker.text("Use the link in the most recent mail.")
        case "link_replaced":
            advice = speaker.text("Use the link in the most recent mail. If you got none, somebody else was asked.")
        case _:
            return None
    return Notice(speaker.message(reason.code, **dict(reason.parameters)), advice)


def notice_without_session(speaker: Translator) -> Notice:
    """What is said where the cookie of a link is missing: by a mail scanner, or long after the link was opened."""
    return Notice(
        speaker.text("Please open the link in the mail again."),
        speaker.text(
            "Nothing has been decided. For your safety this page closes after some hours. Your browser must accept cookies."
        ),
    )


def notice_of(status: HTTPStatus, speaker: Translator) -> Notice:
    """What is said with a status, wherever it comes from."""
    match status:
        case HTTPStatus.NOT_FOUND:
            return Notice(
                speaker.text("This link does not work."),
                speaker.text(
                    "Part of it may be missing, or a newer one has replaced it. Use the link in the most recent mail."
                ),
            )
        case HTTPStatus.FORBIDDEN:
            return Notice(
                speaker.text("This form cannot be sent any more."),
                speaker.text(
                    "Nothing has been decided. Open the request again, and decide there. Your browser must accept cookies."
                ),
                leads_back=True,
            )
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Notice(
                speaker.text("This is too much text."),
                speaker.text("Nothing has been decided. Open the request again, and keep your comments shorter."),
                leads_back=True,
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            return Notice(
                speaker.text("Too many attempts in a short time."),
                speaker.text("Nothing has been decided. Wait a minute, and open the request again."),
                leads_back=True,
            )
        case HTTPStatus.INTERNAL_SERVER_ERROR | HTTPStatus.SERVICE_UNAVAILABLE:
            return Notice(
                speaker.text("Something went wrong on our side."),
                speaker.text("Open the request again in a few minutes; it shows whether your decision has arrived."),
                leads_back=True,
            )
        case _:
            return Notice(
                speaker.text("Your browser asked for something that does not exist here."),
                speaker.text("Nothing has been decided. Use the link in the most recent mail."),
            )


def language_for(accepted: str) -> str:
    """The one of our languages that a browser prefers, English when it prefers none of them.

    Args:
        accepted: Its ``Accept-Language`` header, such as ``nl-BE,fr;q=0.8``.
    """
    best, best_weight = SOURCE_LANGUAGE, 0.0
    for choice in accepted.split(",")[:_MOST_LANGUAGES]:
        tag, _, parameter = choice.partition(";")
        language = tag.partition("-")[0].strip().lower()
        weight = _weight(parameter.strip())
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    if not parameter:
        return 1.0
    try:
        return float(parameter.removeprefix("q="))
    except ValueError:
        return 0.0
