"""What approvers and managers do from their overviews: remarks, decisions as a whole, and requests in bulk."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.properties.expectations import Content
from tests.properties.machine import FirmAtWork
from worktraq.core.calendar import Cadence, Period
from worktraq.core.entries import State
from worktraq.testing.builders import MONDAY, OCTOBER
from worktraq.usecases.transaction import Transaction

ACTORS = st.sampled_from(("admin", "manager", "eva", "coen", "approver", "stranger", "contact", "scheduler"))
APPROVERS = st.sampled_from(("admin", "manager", "approver", "eva"))
PICK = st.integers(0, 10_000)
PERIODS = st.sampled_from((None, OCTOBER, Period.week(MONDAY), Period.month(2026, 11)))
WILD = st.sampled_from((False, False, False, True))


class SupervisedFirm(FirmAtWork):
    """A firm whose approvers and managers work from lists."""

    @precondition(lambda self: bool(self.items()))
    @rule(name=ACTORS, pick=PICK, takes_back=WILD)
    def remark(self, *, name: str, pick: int, takes_back: bool) -> None:
        """On any item, by anybody; now and then a remark is taken back. Nothing else changes."""
        items, before = self.items(), Content.of(self.office)
        item_id = items[pick % len(items)].id
        comments = sorted(self.office.store._committed[self.office.firm.id].comments._rows.values(), key=lambda c: c.id)

        def act(tx: Transaction) -> object:
            if takes_back and comments:
                tx.approval.remove_comment(comments[pick % len(comments)].id)
                return None
            return tx.approval.comment(item_id, f"Remark {pick}")

        self.act(name, "remark", act, pick)
        assert Content.of(self.office) == before

    @precondition(lambda self: self.fits("approve"))
    @rule(name=APPROVERS, pick=PICK, period=PERIODS, rejects=WILD, is_stale=WILD, by=st.sampled_from(Cadence))
    def decide_on_all(
        self, *, name: str, pick: int, period: Period | None, rejects: bool, is_stale: bool, by: Cadence
    ) -> None:
        """What waits, by employee and period, after having seen it or not; never the own items."""
        before, actor = Content.of(self.office), self.actor(name)
        users = [None, *sorted({item.user_id for item in before.items.values()})]
        user_id = users[pick % len(users)]

        def act(tx: Transaction) -> object:
            seen = [group.token for group in tx.approval.waiting(by=by, user_id=user_id, period=period)]
            seen += seen[:1] if is_stale else []
            if rejects:
                return tx.approval.reject_all(user_id=user_id, period=period, seen=seen, reason="because")
            return tx.approval.approve_all(user_id=user_id, period=period, seen=seen)

        self.act(name, "reject" if rejects else "approve", act)
        after = Content.of(self.office)
        for item_id, old in before.items.items():
            new = after.items[item_id]
            if (
                old.user_id == actor.user_id
                or (period is not None and old.on not in period)
                or old.state is not State.AWAITING_INTERNAL
            ):
                assert new.state is old.state

    @precondition(lambda self: bool(self.requests()))
    @rule(wild=WILD, name=ACTORS, pick=PICK)
    def ask_somebody_else(self, *, wild: bool, name: str, pick: int) -> None:
        """The contact person, or the customer's own address; mostly by a manager."""
        request = self.a_request(pick, wild=wild)
        contact_id = self.office.firm.contact.id if pick % 2 else None
        self.act(
            name if wild else "manager",
            "manage",
            lambda tx: tx.signoff.redirect(request.id, version=request.version, contact_id=contact_id),
        )

    @precondition(lambda self: bool(self.requests()))
    @rule(wild=WILD, name=ACTORS, pick=PICK)
    def remind_several(self, *, wild: bool, name: str, pick: int) -> None:
        """A selection of requests, mostly of those that are not decided."""
        found = [each for each in self.requests() if wild or each.status.value in ("open", "expired")]
        found = found or self.requests()
        ids = [each.id for place, each in enumerate(found) if pick >> place % 12 & 1] or [found[0].id]
        self.act(name if wild else "manager", "manage", lambda tx: tx.signoff.remind_many(ids))
