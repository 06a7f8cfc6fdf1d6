"""What people do in the quarter: each deed is done as the actor whose deed it is, through the use cases."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from worktraq.core.actors import Actor
from worktraq.core.calendar import Period
from worktraq.core.entries import Item, NewTime, State, TimeEntry
from worktraq.core.ids import ItemId
from worktraq.core.signoff import ApprovalRequest, RequestStatus
from worktraq.demo import firm, plan
from worktraq.demo.files import Session
from worktraq.demo.founding import Firm
from worktraq.demo.plan import Answer
from worktraq.demo.post import Post
from worktraq.engine import WorkTraq
from worktraq.i18n import Translator
from worktraq.usecases.signoff import RequestShown
from worktraq.usecases.transaction import Transaction

YEAR = 2024
_MOST = 1000


class Quarter:
    """The deeds of everybody at the firm and its customers.

    Args:
        engine: With the firm in it.
        acting: The firm.
        sessions: Who worked when, on what.
        post: Where customers find their links.
        translator: For the words that people write.

    Attributes:
        answers: How many requests were answered in which way.
    """

    def __init__(
        self, engine: WorkTraq, acting: Firm, sessions: Iterable[Session], post: Post, translator: Translator
    ) -> None:
        self._engine = engine
        self._firm = acting
        self._sessions = tuple(sessions)
        self._post = post
        self._translator = translator
        self._answers = {key: iter(answers) for key, answers in plan.ANSWERS.items()}
        self.answers: dict[Answer, int] = dict.fromkeys(Answer, 0)

    def register(self, period: Period) -> None:
        """Everybody registers what he or she did in a period, in one transaction each."""
        times = self._times(period)
        expenses = [expense for expense in firm.EXPENSES if expense.on in period]
        for person, actor in self._firm.employees.items():
            own = [expense for expense in expenses if expense.person == person]
            if not times[person] and not own:
                continue
            with self._engine.transaction(actor) as tx:
                tx.entries.register_times(times[person])
                for expense in own:
                    activity_id = self._firm.activities[person, expense.project]
                    description = self._translator.gettext(expense.description)
                    tx.entries.register_expense(
                        activity_id, on=expense.on, amount=expense.amount, description=description
                    )

    def submit(self, month: int, *, late: Collection[str] = ()) -> None:
        """Everybody submits a month, except who is late."""
        for person, actor in self._firm.employees.items():
            if person not in late:
                with self._engine.transaction(actor) as tx:
                    tx.approval.submit(Period.month(YEAR, month))

    def review(self, month: int) -> None:
        """The manager goes through what was submitted for a month."""
        review = plan.REVIEWS[month]
        with self._engine.transaction(self._firm.manager) as tx:
            waiting = self._by_work(tx.approval.inbox(period=Period.month(YEAR, month), limit=_MOST))
            rejected = set()
            for objection in review.objections:
                hours = [item for item in waiting[objection.person, objection.project] if isinstance(item, TimeEntry)]
                item = hours[objection.number]
                tx.approval.reject([item.id], reason=self._translator.gettext(objection.reason))
                rejected.add(item.id)
            tx.approval.approve(
                [
                    item.id
                    for (person, _), items in waiting.items()
                    for item in items
                    if person not in review.left and item.id not in rejected
                ]
            )

    def correct(self, month: int, *, only: Collection[str] = ()) -> None:
        """Who had something rejected of a month says what it was, and submits it again; all or only some people."""
        for person, actor in self._firm.employees.items():
            if not only or person in only:
                with self._engine.transaction(actor) as tx:
                    self._correct(tx, Period.month(YEAR, month))

    def approve_corrected(self, month: int, persons: Collection[str] = ()) -> None:
        """The manager approves what was submitted again, of everybody or only of some people."""
        with self._engine.transaction(self._firm.manager) as tx:
            inbox = tx.approval.inbox(period=Period.month(YEAR, month), limit=_MOST)
            tx.approval.approve(
                [item.id for item in inbox if not persons or self._firm.person_of(item.user_id) in persons]
            )

    def answer(self) -> None:
        """The customers open the links that came, and those answer that have a mind to."""
        for link in self._post.unread():
            actor = Actor.contact(self._firm.organization_id, link.rpartition("/")[2])
            with self._engine.transaction(actor) as tx:
                shown = tx.signoff.shown()
                answer = next(self._answers.get(self._key(shown.request), iter(())), None)
                if answer is not None:
                    self._decide(tx, shown, answer)
                    self.answers[answer] += 1

    def decide_by_telephone(self) -> None:
        """The manager notes what a customer said on the telephone."""
        with self._engine.transaction(self._firm.manager) as tx:
            request = self._request(tx, plan.BY_TELEPHONE)
            reason = self._translator.gettext(plan.WHY_BY_TELEPHONE)
            tx.signoff.decide_on_behalf(request.id, version=request.version, reason=reason, accept=request.item_ids)

    def waive(self) -> None:
        """The manager goes on without a customer's approval."""
        with self._engine.transaction(self._firm.manager) as tx:
            request = self._request(tx, plan.WAIVED)
            tx.approval.waive(request.item_ids, reason=self._translator.gettext(plan.WHY_WAIVED))

    def withdraw(self) -> None:
        """The manager takes a request back."""
        with self._engine.transaction(self._firm.manager) as tx:
            request = self._request(tx, plan.WITHDRAWN)
            tx.signoff.withdraw(request.id, version=request.version)

    def _times(self, period: Period) -> dict[str, list[NewTime]]:
        times: dict[str, list[NewTime]] = defaultdict(list)
        for each in self._sessions:
            if each.on in period:
                activity_id = self._firm.activities[each.person, each.project]
                times[each.person].append(
                    NewTime(activity_id, each.on, each.minutes, starts_at=each.starts_at, utc_offset=each.utc_offset)
                )
        for day in firm.TRAINING_DAYS:
            if day in period:
                for person in firm.TRAINED:
                    times[person].append(NewTime(self._firm.activities[person, ""], day, firm.TRAINING_MINUTES))
        return times

    def _by_work(self, items: Iterable[Item]) -> dict[tuple[str, str], list[Item]]:
        found: dict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in items:
            found[self._firm.person_of(item.user_id), self._firm.project_of(item.project_id)].append(item)
        return found

    def _correct(self, tx: Transaction, period: Period) -> None:
        rejected = [item.id for item in tx.entries.list(period=period, states=[State.REJECTED])]
        drafts: Sequence[Item] = tx.approval.revise(rejected) if rejected else ()
        for draft in drafts:
            tx.entries.edit_time(draft.id, version=draft.version, note=self._translator.gettext(plan.NOTE))
        if drafts:
            tx.approval.submit_items([draft.id for draft in drafts])

    def _decide(self, tx: Transaction, shown: RequestShown, answer: Answer) -> None:
        ids: list[ItemId] = [line.item_id for line in shown.lines]
        count = {Answer.ALL: 0, Answer.SOME: plan.REFUSED_LINES, Answer.NOTHING: len(ids)}[answer]
        why = self._translator.gettext(plan.WHY_SOME if answer is Answer.SOME else plan.WHY_NOTHING)
        tx.signoff.decide(digest=shown.digest, accept=ids[count:], reject=dict.fromkeys(ids[:count], why))

    def _key(self, request: ApprovalRequest) -> tuple[str, str, int]:
        project, person = self._firm.project_of(request.project_id), self._firm.person_of(request.user_id)
        return project, person, request.period.first.month

    def _request(self, tx: Transaction, key: tuple[str, str, int]) -> ApprovalRequest:
        project, person, month = key
        (request,) = tx.signoff.list(
            status=RequestStatus.OPEN,
            user_id=self._firm.employees[person].user_id,
            project_id=self._firm.projects[project].id,
            period=Period.month(YEAR, month),
        )
        return request
