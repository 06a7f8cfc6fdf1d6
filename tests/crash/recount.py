"""The recount: whether what stands in the database is whole, and is what the workers were told.

It knows the rules of the domain by itself, and asks nothing of the library. Each check gives sentences about what is
wrong; none means that all is well.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from tests.crash.books import Books
from tests.crash.journal import Story, Tag, tag_of

STEPS = {
    "internal": ["internal"],
    "customer": ["customer"],
    "internal-customer": ["internal", "customer"],
    "customer-internal": ["customer", "internal"],
}
MOVES = {
    f"item.{what}"
    for what in ("edited", "submitted", "withdrawn", "approved", "rejected", "waived", "revised", "reopened")
} | {"item.invoiced", "item.released"}
DECISIONS = {"item.approved": "approved", "item.rejected": "rejected", "item.waived": "waived"}
CLOSED = {"decided": "request.decided", "superseded": "request.superseded", "expired": "request.expired"}
MINUTES_OF_A_DAY = 1440
BEGUN = Tag(0, 0xFFFF, 0xFF)
"""The last tag of what was there before the workers."""


def findings(books: Books, story: Story) -> list[str]:
    """Everything that is wrong."""
    checks = (whole_or_not_at_all, registered_once, moved_right, decided_right, asked_right, told_right)
    others = (held_right, invoiced_once, days_not_too_full, events_of_things, sealed_without_gaps, mailed_right)
    return [*(each for check in checks for each in check(books, story)), *(x for check in others for x in check(books))]


def made_ids(books: Books) -> Counter[UUID]:
    """How often each id that a transaction drew stands somewhere."""
    rows = (
        *books.items,
        *books.decisions,
        *books.events,
        *books.intents,
        *books.requests,
        *books.submissions,
        *books.comments,
        *books.invoices,
    )
    salts = (UUID(row["salt"]) for row in books.attestations)
    return Counter(each for each in (*(row["id"] for row in rows), *salts) if tag_of(each) > BEGUN)


def whole_or_not_at_all(books: Books, story: Story) -> Iterator[str]:
    """Everything that an acknowledged transaction made is there once; of every other one, all or nothing."""
    made, gone = made_ids(books), _deleted(books)
    by_tag: dict[Tag, set[UUID]] = defaultdict(set)
    for each, times in made.items():
        by_tag[tag_of(each)].add(each)
        if times != 1:
            yield f"{each} stands there {times} times"
    for tag, attempt in story.attempts.items():
        there, missing = by_tag.pop(tag, set()), attempt.drawn - made.keys() - gone
        if there - attempt.drawn:
            yield f"{attempt.command} {tag} left more behind than it made"
        if missing and (attempt.is_acknowledged or attempt.point == "AFTER"):
            yield f"{attempt.command} {tag} was acknowledged, and {len(missing)} of {len(attempt.drawn)} are missing"
        elif missing and there:
            yield f"{attempt.command} {tag} is there in part: {len(missing)} of {len(attempt.drawn)} are missing"
        if there and attempt.point == "BEFORE":
            yield f"{attempt.command} {tag} is there, though its COMMIT was never sent"
    for tag in by_tag:
        yield f"rows of {tag}, which never came to its commit"
    yield from _done_twice(story, made)


def _done_twice(story: Story, made: Counter[UUID]) -> Iterator[str]:
    """A command is one transaction; repeating it must not leave two. What time brings may take several."""
    done: Counter[tuple[int, int]] = Counter()
    for tag, attempt in story.attempts.items():
        if attempt.command != "run_due" and any(each in made for each in attempt.drawn):
            done[tag.fork, tag.command] += 1
    for command, times in done.items():
        if times > 1:
            yield f"command {command} was done {times} times"


def _deleted(books: Books) -> set[UUID]:
    """Items that somebody deleted, with what was said about them."""
    items = {row["subject_id"] for row in books.events if row["name"] == "item.deleted"}
    said = {
        UUID(row["details"]["comment_id"])
        for row in books.events
        if row["name"] == "item.commented" and row["subject_id"] in items
    }
    return items | said


def registered_once(books: Books, story: Story) -> Iterator[str]:
    """What was registered is there once, with everything that was registered with it."""
    notes, gone = Counter(row["note"] for row in books.items), _deleted(books)
    lost: Counter[Tag] = Counter(tag_of(each) for each in gone)
    commands: dict[tuple[int, int], list[int]] = defaultdict(list)
    acknowledged: set[tuple[int, int]] = set()
    for note, (tag, is_done) in story.registered.items():
        commands[tag.fork, tag.command].append(notes.pop(note, 0))
        if is_done:
            acknowledged.add((tag.fork, tag.command))
    for command, found in commands.items():
        deleted = sum(times for tag, times in lost.items() if (tag.fork, tag.command) == command)
        if max(found) > 1 or (sum(found) + deleted) not in (
            (len(found),) if command in acknowledged else (0, len(found))
        ):
            yield f"register {command} left {found}, and {deleted} deleted"
    for note in notes:
        yield f"nobody registered {note!r}"


def moved_right(books: Books, _story: Story) -> Iterator[str]:
    """The state and version of every item follow from its events."""
    asked, freed = _asked(books), _freed(books)
    of_item = _names_by_subject(books)
    for item in books.items:
        names, state = of_item[item["id"]], item["state"]
        count = Counter(names)
        version = 1 + sum(count[name] for name in MOVES) + asked[item["id"]] + freed[item["id"]]
        if item["version"] != version:
            yield f"item {item['id']} has version {item['version']}, and its events make {version}: {names}"
        if count["item.registered"] != 1:
            yield f"item {item['id']} was registered {count['item.registered']} times"
        given_back = count["item.withdrawn"] + count["item.revised"] + count["item.reopened"]
        balances = {
            "handed in": (count["item.submitted"] - given_back, state != "draft"),
            "rejected": (count["item.rejected"] - count["item.revised"], state == "rejected"),
            "invoiced": (count["item.invoiced"] - count["item.released"], state == "invoiced"),
        }
        for what, (balance, expected) in balances.items():
            if balance != expected:
                yield f"item {item['id']} is {state}, and its balance of {what} is {balance}: {names}"


def decided_right(books: Books, _story: Story) -> Iterator[str]:
    """Every decision has its event and every such event its decision; those that count are those of the state."""
    of_item = _names_by_subject(books)
    decisions: dict[UUID, list[str]] = defaultdict(list)
    valid: Counter[UUID] = Counter()
    for row in books.decisions:
        decisions[row["item_id"]].append(row["kind"])
        valid[row["item_id"]] += not row["is_void"]
    priced = {row["id"] for row in books.prices}
    known = {item["id"] for item in books.items}
    kept = {row["subject_id"] for row in books.events if row["name"] == "item.deleted"}
    for orphan in (decisions.keys() | priced) - known:
        # What was decided about an item that was deleted as a draft later on stays, and does not count.
        if orphan in priced or orphan not in kept or valid[orphan]:
            yield f"decision or price of {orphan}, which is not there"
    for item in books.items:
        each, state, steps = item["id"], item["state"], STEPS.get(item["chain"], [])
        decided = Counter(DECISIONS[name] for name in of_item[each] if name in DECISIONS)
        if Counter(decisions[each]) != decided:
            yield f"item {each} has decisions {decisions[each]} and events {decided}"
        if valid[each] != item["passed"] + (state == "rejected"):
            yield f"item {each} is {state} after {item['passed']} steps, with {valid[each]} decisions that count"
        is_through = state in ("approved", "invoiced")
        waits = {"awaiting_internal": "internal", "awaiting_customer": "customer"}.get(state)
        if (is_through and item["passed"] != len(steps)) or (waits and steps[item["passed"] :][:1] != [waits]):
            yield f"item {each} is {state} after {item['passed']} steps of {steps}"
        if (each in priced) != (is_through and bool(item["is_billable"])):
            yield f"item {each} is {state}, and its price is {'there' if each in priced else 'missing'}"


def asked_right(books: Books, _story: Story) -> Iterator[str]:
    """Every request was opened once, has one mail, and is closed by one event; a decided one has its proof."""
    of_request, proofs = _names_by_subject(books), Counter(row["id"] for row in books.attestations)
    mails = Counter(row["request_id"] for row in books.intents if row["kind"] == "approval_requested")
    reminders = Counter(row["request_id"] for row in books.intents if row["kind"] == "approval_reminder")
    changes = defaultdict(set)
    for row in books.events:
        if row["name"].startswith("request.") and row["name"] != "request.opened":
            changes[row["subject_id"]].add(tag_of(row["id"]))
    for request in books.requests:
        each, count = request["id"], Counter(of_request[request["id"]])
        closed = {status: count[name] for status, name in CLOSED.items()}
        if closed != {status: int(request["status"] == status) for status in CLOSED}:
            yield f"request {each} is {request['status']}, and its events are {closed}"
        if count["request.opened"] != 1 or mails[each] != 1:
            yield f"request {each} was opened {count['request.opened']} times and mailed {mails[each]} times"
        if reminders[each] != count["request.reminded"]:
            yield f"request {each} was reminded {count['request.reminded']} times and mailed {reminders[each]} times"
        if proofs[each] != (request["status"] == "decided"):
            yield f"request {each} is {request['status']} and has {proofs[each]} proofs"
        if request["version"] != 1 + len(changes[each]):
            yield f"request {each} has version {request['version']} after {len(changes[each])} changes"


def held_right(books: Books) -> Iterator[str]:
    """An item points to a request that asks about it, and one that waits or has expired holds all of its items."""
    in_request = {(row["request_id"], row["id"]) for row in books.items if row["request_id"]}
    held = Counter(request_id for request_id, _ in in_request)
    for request in books.requests:
        each, asked = request["id"], len(request["item_ids"])
        if request["status"] in ("open", "expired") and held[each] != asked:
            yield f"request {each} is {request['status']} and holds {held[each]} of {asked} items"
        in_request -= {(each, item_id) for item_id in request["item_ids"]}
    for request_id, item_id in in_request:
        yield f"item {item_id} points to {request_id}, which does not ask about it"


def told_right(books: Books, _story: Story) -> Iterator[str]:
    """Who is to be told of something, is told in the same transaction, once; and of nothing that did not happen."""
    kinds = {"item.rejected": "items_rejected", "item.reopened": "items_reopened"}
    owners = {item["id"]: item["user_id"] for item in books.items}
    moves = [(kinds[row["name"]], tag_of(row["id"]), row["subject_id"]) for row in books.events if row["name"] in kinds]
    told = Counter(
        (row["kind"], tag_of(row["id"]), row["user_id"]) for row in books.intents if row["kind"] in kinds.values()
    )
    for kind, tag, item_id in moves:
        # Whose an item was that is deleted by now, nothing tells.
        if item_id in owners and told[kind, tag, owners[item_id]] != 1:
            yield f"{kind} of {item_id} is told {told[kind, tag, owners[item_id]]} times"
    happened_in = {(kind, tag) for kind, tag, _ in moves}
    for kind, tag, _ in told:
        if (kind, tag) not in happened_in:
            yield f"{kind} is told in {tag}, and did not happen"
    happened = {tag_of(row["id"]) for row in books.events if row["name"] in (*DECISIONS, "item.reopened")}
    for row in books.intents:
        if row["kind"] in ("items_approved", "timesheet_approved") and tag_of(row["id"]) not in happened:
            yield f"intent {row['id']} tells of a decision that was not made"


def mailed_right(books: Books) -> Iterator[str]:
    """Nothing in the outbox is about what is not there."""
    items = {row["id"] for row in books.items} | _deleted(books)
    requests = {row["id"] for row in books.requests}
    for row in books.intents:
        if not items.issuperset(row["item_ids"]) or (row["request_id"] and row["request_id"] not in requests):
            yield f"intent {row['id']} is about what is not there"


def invoiced_once(books: Books) -> Iterator[str]:
    """Numbers have no gaps; every invoiced item stands on one invoice that stands; a cancelled one has its note."""
    for year in books.years:
        numbers = sorted(row["place"] for row in books.invoices if row["issued_on"] // 10_000 == year["year"])
        if numbers != list(range(1, year["taken"] + 1)):
            yield f"{year['year']} came to {year['taken']}, with the numbers {numbers}"
    standing = {row["id"] for row in books.invoices if row["kind"] == "invoice" and row["status"] == "confirmed"}
    times = Counter(row["item_id"] for row in books.invoiced if row["invoice_id"] in standing)
    for item in books.items:
        if times.pop(item["id"], 0) != (item["state"] == "invoiced"):
            yield f"item {item['id']} is {item['state']}, and stands on another number of invoices"
    for item_id in times:
        yield f"item {item_id} is invoiced and not there"
    of_invoice, notes = _names_by_subject(books), Counter(row["corrects_id"] for row in books.invoices)
    for invoice in books.invoices:
        count, is_cancelled = Counter(of_invoice[invoice["id"]]), invoice["status"] == "cancelled"
        if count["invoice.confirmed"] != 1 or count["invoice.cancelled"] != is_cancelled:
            yield f"invoice {invoice['id']} is {invoice['status']}, and its events are {count}"
        if notes[invoice["id"]] != is_cancelled:
            yield f"invoice {invoice['id']} is {invoice['status']}, with {notes[invoice['id']]} credit notes"


def days_not_too_full(books: Books) -> Iterator[str]:
    """No day of anybody holds more minutes than it has."""
    minutes: Counter[tuple[UUID, int]] = Counter()
    for item in books.items:
        minutes[item["user_id"], item["day"]] += item["minutes"] or 0
    for (user_id, day), total in minutes.items():
        if total > MINUTES_OF_A_DAY:
            yield f"{user_id} worked {total} minutes on {day}"


def events_of_things(books: Books) -> Iterator[str]:
    """Every event is about something that is there, or was deleted."""
    things = {
        "item": {row["id"] for row in books.items} | _deleted(books),
        "request": {row["id"] for row in books.requests},
        "invoice": {row["id"] for row in books.invoices},
        "period": {row["id"] for row in books.submissions},
    }
    for row in books.events:
        area = row["name"].partition(".")[0]
        if area in things and row["subject_id"] not in things[area]:
            yield f"{row['name']} is about {row['subject_id']}, which is not there"
    handed_in = Counter(row["subject_id"] for row in books.events if row["name"] == "period.submitted")
    if handed_in != Counter(things["period"]):
        yield "a period was handed in without its event, or the other way round"


def sealed_without_gaps(books: Books) -> Iterator[str]:
    """Places in the trail are given once each, from the first on."""
    numbers = sorted(row["number"] for row in books.events if row["number"] is not None)
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{len(numbers)} events are sealed, up to number {max(numbers)}"


def mails_right(books: Books, story: Story, killed: int) -> Iterator[str]:
    """No mail without its intent, none lost that was noted, and none again after it was noted."""
    intents = {row["id"]: row for row in books.intents}
    noted: set[UUID] = set()
    times: Counter[UUID] = Counter()
    for each, tag in story.sent:
        times[each] += 1
        if each not in intents:
            yield f"a mail of {each}, which was never committed"
        if tag in story.noted:
            noted.add(each)
    for each, row in intents.items():
        if each in noted and row["delivered_at"] is None:
            yield f"mail {each} was noted, and waits again"
        if times[each] > row["attempts"]:
            yield f"mail {each} was carried {times[each]} times in {row['attempts']} attempts"
    again = sum(each - 1 for each in times.values() if each > 1)
    if again > killed * 20:
        yield f"{again} mails were carried again after {killed} kills"


def _names_by_subject(books: Books) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = defaultdict(list)
    for row in books.events:
        names[row["subject_id"]].append(row["name"])
    return names


def _asked(books: Books) -> Counter[UUID]:
    """In how many requests each item was put."""
    return Counter(item_id for row in books.requests for item_id in row["item_ids"])


def _freed(books: Books) -> Counter[UUID]:
    """How often each item was freed because another one left its request."""
    moves: dict[UUID, set[Tag]] = defaultdict(set)
    superseded: dict[UUID, Tag] = {}
    for row in books.events:
        if row["name"] in MOVES:
            moves[row["subject_id"]].add(tag_of(row["id"]))
        elif row["name"] == "request.superseded":
            superseded[row["subject_id"]] = tag_of(row["id"])
    return Counter(
        item_id
        for row in books.requests
        if row["id"] in superseded
        for item_id in row["item_ids"]
        if superseded[row["id"]] not in moves[item_id]
    )


def listed(found: Iterable[str]) -> str:
    """Findings as a test shows them."""
    return "\n".join(found)
