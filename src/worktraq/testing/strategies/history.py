"""What happened to items, and what is told of it."""

import json

from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.actors import ActorKind
from worktraq.core.approval import Decision, DecisionKind, Submission
from worktraq.core.chains import Step
from worktraq.core.comments import Comment
from worktraq.core.entries import Item
from worktraq.core.events import Event, EventName
from worktraq.core.evidence import Attestation, Channel, DecidedLine
from worktraq.core.ids import CommentId, DecisionId, EventId, IntentId, ItemId, RequestId, SubmissionId, TemplateId
from worktraq.core.imports import ImportKind, ImportLink
from worktraq.core.keyed_runs import KeyedRun, outcome_text
from worktraq.core.notifications import Intent, NotificationKind
from worktraq.core.signoff import ApprovalRequest, Line, Recipient, RequestStatus
from worktraq.core.templates import SUBJECT_LENGTH, MailTemplate
from worktraq.core.text import NAME_LENGTH
from worktraq.testing.builders import a_request
from worktraq.testing.firms import Firm
from worktraq.testing.strategies.people import SOME_FIRM
from worktraq.testing.strategies.values import (
    amounts,
    dates,
    digests,
    ids,
    instants,
    lines,
    mail_addresses,
    names,
    notes,
    periods,
)


def submissions(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Submission]:
    """Periods that the firm's users handed in."""
    user_ids = st.sampled_from([user.id for user in firm.users])
    return st.builds(Submission, ids().map(SubmissionId), st.just(firm.id), user_ids, periods(), instants())


def decisions(item: Item, request: ApprovalRequest | None = None) -> st.SearchStrategy[Decision]:
    """Decisions on an item, in the request where one is given."""
    return st.builds(
        Decision,
        id=ids().map(DecisionId),
        organization_id=st.just(item.organization_id),
        item_id=st.just(item.id),
        kind=st.sampled_from(DecisionKind),
        step=st.sampled_from(Step),
        actor_kind=st.sampled_from(ActorKind),
        actor_id=st.one_of(st.none(), ids()),
        actor_name=names(),
        at=instants(),
        comment=notes(),
        on_behalf=st.booleans(),
        request_id=st.just(request.id if request else None),
        is_void=st.booleans(),
    )


def comments(item: Item, firm: Firm = SOME_FIRM) -> st.SearchStrategy[Comment]:
    """Remarks of the firm's users on an item."""
    return st.builds(
        Comment,
        id=ids().map(CommentId),
        organization_id=st.just(item.organization_id),
        item_id=st.just(item.id),
        user_id=st.sampled_from([user.id for user in firm.users]),
        text=notes(),
        at=instants(),
    )


@st.composite
def requests(draw: st.DrawFn, firm: Firm = SOME_FIRM, *items: Item) -> ApprovalRequest:
    """Requests about these items, which are taken in any order, in every status."""
    recipient = Recipient(
        draw(st.sampled_from((None, firm.contact.id))),
        draw(names()),
        draw(mail_addresses()),
        draw(st.sampled_from(("nl", "en", "fr", "de"))),
    )
    return evolve(
        a_request(draw(st.sampled_from(firm.projects)), draw(st.sampled_from(firm.users)), recipient=recipient),
        id=draw(ids().map(RequestId)),
        period=draw(periods()),
        item_ids=tuple(draw(st.permutations([item.id for item in items]))),
        minutes=draw(st.integers(0, 1_000_000)),
        expenses=draw(st.one_of(st.none(), amounts(least=1))),
        digest="1:" + draw(digests()),
        key_name=draw(names()),
        token_number=draw(st.integers(1, 1000)),
        token_hash=draw(st.binary(min_size=32, max_size=32)),
        previous_token_hash=draw(st.none() | st.binary(min_size=32, max_size=32)),
        sent_at=draw(instants()),
        due_on=draw(dates()),
        expires_at=draw(instants()),
        reminders=draw(st.integers(0, 20)),
        is_escalated=draw(st.booleans()),
        status=draw(st.sampled_from(RequestStatus)),
        since=draw(instants()),
        decided_by=draw(lines(200)),
        comment=draw(notes()),
    )


def attestations(firm: Firm = SOME_FIRM, request: ApprovalRequest | None = None) -> st.SearchStrategy[Attestation]:
    """What can be kept of a decision on a request, with any lines."""
    request = request or a_request(firm.project, firm.employee)
    worked = st.tuples(st.integers(1, 1440), st.none())
    spent = st.tuples(st.none(), amounts(least=1))
    shown = st.builds(
        lambda item_id, on, activity, note, quantity: Line(item_id, on, activity, note, *quantity),
        ids().map(ItemId),
        dates(),
        lines(200),
        notes(),
        st.one_of(worked, spent),
    )
    return st.builds(
        Attestation,
        request_id=st.just(request.id),
        organization_id=st.just(firm.id),
        at=instants(),
        channel=st.sampled_from(Channel),
        by=names(),
        user_id=st.sampled_from((None, firm.manager.id)),
        address=lines(500),
        comment=notes(),
        digest=digests().map("1:{}".format),
        lines=st.lists(st.builds(DecidedLine, shown, st.booleans(), notes()), max_size=3).map(tuple),
        salt=ids().map(str),
    )


def events(firm: Firm = SOME_FIRM) -> st.SearchStrategy[Event]:
    """Facts about anything; details hold numbers and texts that look like numbers."""
    values = st.one_of(st.integers(-(2**53), 2**53), ids().map(str), st.sampled_from(("", "1", "007", "internal")))
    keys = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=20)
    details = st.lists(st.tuples(keys, values), max_size=5, unique_by=lambda pair: pair[0]).map(tuple)
    return st.builds(
        Event,
        id=ids().map(EventId),
        organization_id=st.just(firm.id),
        at=instants(),
        actor_kind=st.sampled_from(ActorKind),
        actor_id=st.one_of(st.none(), ids()),
        name=st.sampled_from(EventName),
        subject_id=ids(),
        details=details,
    )


def intents(firm: Firm = SOME_FIRM, *items: Item) -> st.SearchStrategy[Intent]:
    """That one of the firm's users is to be told something about some of these items."""
    item_ids = st.permutations([item.id for item in items]).map(tuple)
    return st.builds(
        Intent,
        id=ids().map(IntentId),
        organization_id=st.just(firm.id),
        kind=st.sampled_from(NotificationKind),
        user_id=st.sampled_from([user.id for user in firm.users]),
        request_id=st.none(),
        item_ids=item_ids,
        template_id=st.one_of(st.none(), ids().map(TemplateId)),
    )


def templates(firm: Firm = SOME_FIRM) -> st.SearchStrategy[MailTemplate]:
    """Texts of the firm for any kind of message; names differ in case and accents too."""
    return st.builds(
        MailTemplate,
        id=ids().map(TemplateId),
        organization_id=st.just(firm.id),
        kind=st.sampled_from(NotificationKind),
        language=st.sampled_from(("nl", "en", "fr", "de")),
        name=st.one_of(st.sampled_from(("", "Kort", "kort ", "Dürr", "durr")), lines(NAME_LENGTH)),
        subject=lines(SUBJECT_LENGTH).filter(bool),
        body=notes().filter(bool),
        version=st.just(1),
    )


def import_links(firm: Firm = SOME_FIRM) -> st.SearchStrategy[ImportLink]:
    """Where the firm's customers were imported from; keys differ in case and accents too."""
    return st.builds(
        ImportLink,
        organization_id=st.just(firm.id),
        source=st.sampled_from(("excel", "Excel", "moneybird")),
        kind=st.sampled_from(ImportKind),
        external_id=st.one_of(st.sampled_from(("1", "01", "a", "A", "ä", "a ")), lines(40)),
        entity_id=st.sampled_from([customer.id for customer in firm.customers]),
        digest=digests(),
        imported=st.one_of(st.just(""), st.dictionaries(st.just("city"), lines(500)).map(json.dumps)),
    )


def outcomes() -> st.SearchStrategy[object]:
    """What can be kept under a key."""
    plain: st.SearchStrategy[object] = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.text(max_size=40),
        st.binary(max_size=40),
        ids(),
        dates(),
        instants(),
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.lists(inner, max_size=4).map(tuple),
            st.dictionaries(st.text(max_size=10), inner, max_size=4),
        ),
        max_leaves=8,
    )


def keyed_runs(firm: Firm = SOME_FIRM) -> st.SearchStrategy[KeyedRun]:
    """What was done under keys."""
    hashes = st.binary(min_size=32, max_size=32)
    return st.builds(
        KeyedRun,
        organization_id=st.just(firm.id),
        key_hash=hashes,
        given_hash=hashes,
        at=instants(),
        outcome=outcomes().map(outcome_text),
    )
