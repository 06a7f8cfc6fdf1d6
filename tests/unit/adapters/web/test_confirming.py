"""A decision is shown once more before it counts (L-08, B-03, B-05)."""

import pytest

from tests.unit.adapters.web.asking import Asking, Browser, asking, choices, hidden_in, mounted
from worktraq.core.entries import State
from worktraq.i18n import LANGUAGES

pytestmark = pytest.mark.requirement("L-08", "B-05")


@pytest.fixture
def asked() -> Asking:
    """An open request."""
    return asking()


def rejecting(asked: Asking) -> dict[str, str]:
    """One line goes back, for a reason."""
    return {**choices(asked, "accept", "accept", "reject"), f"comment-{asked.item_ids[2].hex}": "Not <ours>.\r\nSorry"}


def address_of(asked: Asking) -> str:
    """Where the decision came from."""
    with asked.engine.store.unit_of_work(asked.admin.organization_id, writes=False) as uow:
        attestation = uow.attestations.find(asked.request_id)
    assert attestation is not None
    return attestation.address


def test_nothing_is_decided_before_it_is_confirmed(asked: Asking) -> None:
    """Neither line by line, nor with the button for everything."""
    before = asked.everything()
    browser = Browser(asked.app)
    for fields in (rejecting(asked), {"approve-all": "yes"}, {**rejecting(asked), "step": "whatever"}):
        page = browser.fill_in(f"/approve{asked.path}", fields)
        assert (page.status_code, "Nothing has been decided yet." in page.text) == (200, True)
    assert asked.everything() == before


def test_confirmation_says_what_is_decided(asked: Asking) -> None:
    """Lines, hours and expenses, and each line that goes back with its comment."""
    page = Browser(asked.app).fill_in(f"/approve{asked.path}", {**rejecting(asked), "comment": "Thanks & bye"}).text
    said = [
        "<span>You approve</span> <strong>2 lines, 9:15 hours</strong>",
        "<span>You reject</span> <strong>1 line, €12.50</strong>",
        "Parking",
        "Not &lt;ours&gt;.\r\nSorry",
        "Thanks &amp; bye",
    ]
    assert [text in page for text in said] == [True] * len(said)


@pytest.mark.parametrize("values", [("accept",) * 3, ("reject",) * 3])
def test_what_there_is_none_of_is_not_counted(asked: Asking, values: tuple[str, ...]) -> None:
    """Neither nothing that is approved, nor nothing that is rejected."""
    page = Browser(asked.app).fill_in(f"/approve{asked.path}", choices(asked, *values)).text
    shown = ["You approve" in page, "You reject" in page, "3 lines, 9:15 hours, €12.50" in page]
    assert shown == [values[0] == "accept", values[0] == "reject", True]


def test_confirmed_decision_counts(asked: Asking) -> None:
    """It carries everything that was filled in, and needs no JavaScript for it."""
    browser = Browser(asked.app)
    page = browser.fill_in(f"/approve{asked.path}", {**rejecting(asked), "comment": "In all"})
    result = browser.confirm(page)
    with asked.engine.view(asked.admin) as tx:
        request = tx.signoff.get(asked.request_id).request
    assert (result.status_code, request.comment, asked.states()) == (
        200,
        "In all",
        [State.APPROVED, State.APPROVED, State.REJECTED],
    )
    asked.engine.deliver_notifications()
    comments = [line.comment for mail in asked.notifier.sent_to("eva@acme.example") for line in mail.lines]
    assert "Not <ours>.\nSorry" in comments


def test_something_can_still_be_changed(asked: Asking) -> None:
    """The form comes back as it was filled in, and the name with it."""
    browser = Browser(asked.app)
    page = browser.fill_in(f"/approve{asked.path}", {**rejecting(asked), "comment": "In all"})
    form = browser.post(asked.page, {**hidden_in(page), "step": "change", "name": "Jan"})
    shown = [form.text.count(" checked"), ">\nIn all</textarea>" in form.text, hidden_in(form)["name"]]
    assert (form.status_code, shown, asked.states()[0]) == (200, [3, True, "Jan"], State.AWAITING_CUSTOMER)
    confirmation = browser.post(asked.page, {**hidden_in(form), **choices(asked, "accept", "accept", "accept")})
    assert 'value="Jan"' in confirmation.text


@pytest.mark.requirement("B-04")
def test_content_that_changes_before_it_is_confirmed_is_shown(asked: Asking) -> None:
    """What was confirmed is what was shown."""
    browser = Browser(asked.app)
    page = browser.fill_in(f"/approve{asked.path}", {"approve-all": "yes"})
    with asked.engine.transaction(asked.admin) as tx:
        (activity,) = tx.activities.list().items
        tx.activities.change(activity.id, version=activity.version, description="Something else")
    answer = browser.confirm(page)
    shown = ["have changed since you saw them" in answer.text, answer.text.count(" checked")]
    assert (answer.status_code, shown, asked.states()[0]) == (409, [True, 0], State.AWAITING_CUSTOMER)


def test_incomplete_confirmation_is_not_taken(asked: Asking) -> None:
    """Whoever leaves out a line, or sends another one, gets the form."""
    browser = Browser(asked.app)
    fields = hidden_in(browser.fill_in(f"/approve{asked.path}", {"approve-all": "yes"}))
    del fields[f"line-{asked.item_ids[1].hex}"]
    answer = browser.post(asked.page, {**fields, "step": "confirm"})
    assert (answer.status_code, asked.states()) == (422, [State.AWAITING_CUSTOMER] * 3)


@pytest.mark.parametrize(("name", "kept"), [("", "Bakkerij Jansen B.V."), ("Jan de Boer", "Jan de Boer")])
def test_who_decided_is_kept(asked: Asking, name: str, kept: str) -> None:
    """Whoever was asked, unless somebody else says so."""
    browser = Browser(asked.app)
    page = browser.fill_in(f"/approve{asked.path}", {"approve-all": "yes"})
    assert 'name="name" value="Bakkerij Jansen B.V."' in page.text
    browser.confirm(page, name)
    with asked.engine.view(asked.admin) as tx:
        assert tx.signoff.get(asked.request_id).request.decided_by == kept


@pytest.mark.parametrize("name", ["x" * 201, "a\x07b"])
def test_name_that_cannot_be_kept_is_pointed_out(asked: Asking, name: str) -> None:
    """Beside the field; nothing is decided yet."""
    browser = Browser(asked.app)
    page = browser.confirm(browser.fill_in(f"/approve{asked.path}", {"approve-all": "yes"}), name)
    said = [
        "Please check: Confirm" in page.text,
        page.text.count('aria-invalid="true"'),
        'id="name-problem"' in page.text,
    ]
    assert (page.status_code, said, asked.states()[0]) == (422, [True, 1, True], State.AWAITING_CUSTOMER)
    assert browser.confirm(page, "Jan").status_code == 200


def test_address_is_kept_with_the_decision(asked: Asking) -> None:
    """That of the connection, unless the host knows better."""
    Browser(asked.app).decide(f"/approve{asked.path}", {"approve-all": "yes"})
    other = asking()
    app = mounted(other.engine, client_address=lambda request: f"192.0.2.{len(request.headers['accept-language'])}")
    Browser(app, languages="nl").decide(f"/approve{other.path}", {"approve-all": "yes"})
    assert (address_of(asked), address_of(other)) == ("127.0.0.1", "192.0.2.2")


@pytest.mark.requirement("B-11")
@pytest.mark.parametrize("language", LANGUAGES)
def test_confirmation_is_in_the_language_of_who_is_asked(language: str) -> None:
    """As the page before it."""
    asked = asking(language=language)
    page = Browser(asked.app).fill_in(f"/approve{asked.path}", {"approve-all": "yes"})
    said = {"nl": "Bevestig", "en": "Confirm", "fr": "Confirmez", "de": "Bestätigen"}[language]
    assert (page.headers["content-language"], said in page.text) == (language, True)
