"""What every store must do with the outbox."""

from datetime import timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.ids import IntentId
from worktraq.core.notifications import ClaimedIntent, DeadIntent, Intent
from worktraq.ports.unit_of_work import Store
from worktraq.testing import strategies
from worktraq.testing.builders import a_request, a_time_entry, an_intent, new_id
from worktraq.testing.contracts.base import StoreContract, many_examples, read_only, reading, rolled_back, writing
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.firms import Firm

LONG = timedelta(hours=1)
AT_ONCE = timedelta(0)


class OutboxContract(StoreContract):
    """The intents of an organization, and their delivery by leases and fences."""

    def put(self, store: Store, firm: Firm, number: int = 1) -> list[Intent]:
        """Put intents into the outbox of a firm."""
        intents = [an_intent(firm.employee) for _ in range(number)]
        with writing(store, firm) as uow:
            uow.outbox.add(*intents)
        return intents

    def buried(self, store: Store, firm: Firm) -> Intent:
        """An intent that could not be delivered."""
        (intent,) = self.put(store, firm)
        (claimed,) = store.claims.claim(1, LONG)
        assert store.claims.bury(claimed, "mail_refused")
        return intent

    def claimed(self, store: Store, limit: int = 100, lease: timedelta = LONG) -> list[Intent]:
        """The intents that can be claimed now."""
        return [claimed.intent for claimed in store.claims.claim(limit, lease)]

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """What is claimed is what was put, item by item in order."""
        items = [a_time_entry(firm.activity) for _ in range(3)]
        drawn = data.draw(strategies.intents(firm, *items[: data.draw(st.integers(0, 3))]))
        intent = evolve(
            drawn, id=IntentId(new_id())
        )  # what is delivered may be remembered, so its id is not given twice
        with writing(store, firm) as uow:
            uow.items.add(*items)
            uow.outbox.add(intent)
        (claimed,) = store.claims.claim(10, LONG)
        assert claimed.intent == intent
        assert store.claims.complete(claimed)

    def test_an_intent_about_a_request_comes_back(self, store: Store, firm: Firm) -> None:
        """With its request, and without a user."""
        item = a_time_entry(firm.activity)
        request = a_request(firm.project, firm.employee, item)
        intent = an_intent(firm.employee, item, request=request)
        with writing(store, firm) as uow:
            uow.items.add(item)
            uow.requests.add(request)
            uow.outbox.add(intent)
        assert self.claimed(store) == [intent]

    def test_intents_of_all_organizations_are_claimed_oldest_first(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """In the order in which they were put, as many as are asked for."""
        intents = [*self.put(store, firm, 2), *self.put(store, other_firm, 2), *self.put(store, firm)]
        assert self.claimed(store, 3) == intents[:3]
        assert self.claimed(store, 3) == intents[3:]

    def test_only_those_of_one_organization_are_claimed_when_asked_so(
        self, store: Store, firm: Firm, other_firm: Firm
    ) -> None:
        """What waits in another outbox stays there, unclaimed."""
        theirs, wanted = self.put(store, firm), self.put(store, other_firm)
        claimed = store.claims.claim(10, LONG, other_firm.organization.id)
        assert [each.intent for each in claimed] == wanted
        assert self.claimed(store) == theirs

    def test_what_is_not_committed_cannot_be_claimed(self, store: Store, firm: Firm) -> None:
        """An intent that was rolled back was never put."""
        with rolled_back(store, firm) as uow:
            uow.outbox.add(an_intent(firm.employee))
        assert self.claimed(store) == []

    def test_what_somebody_holds_is_not_claimed(self, store: Store, firm: Firm) -> None:
        """As long as the lease runs."""
        self.put(store, firm)
        store.claims.claim(1, LONG)
        assert self.claimed(store) == []

    def test_attempts_are_counted_when_claimed(self, store: Store, firm: Firm) -> None:
        """An attempt that ends in a crash counts too; every claim has a higher fence."""
        self.put(store, firm)
        claims = [claimed for _ in range(3) for claimed in store.claims.claim(1, AT_ONCE)]
        assert [claimed.attempts for claimed in claims] == [1, 2, 3]
        fences = [claimed.fence for claimed in claims]
        assert fences == sorted(set(fences))

    def test_what_is_completed_is_gone(self, store: Store, firm: Firm) -> None:
        """It is delivered once: not claimed again, and not completed again."""
        self.put(store, firm)
        (claimed,) = store.claims.claim(1, AT_ONCE)
        assert store.claims.complete(claimed)
        assert self.claimed(store) == []
        assert not store.claims.complete(claimed)

    def test_many_are_completed_together(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Of several organizations; those that somebody else holds by now stay as they are."""
        self.put(store, firm, 2)
        self.put(store, other_firm)
        old, *others = [*store.claims.claim(1, AT_ONCE), *store.claims.claim(2, LONG)]
        (new,) = store.claims.claim(1, LONG)
        assert new.intent == old.intent
        assert store.claims.complete(old, *others) == 2
        assert store.claims.complete(old, *others) == 0
        assert store.claims.complete(new) == 1
        assert self.claimed(store) == []

    def test_completing_nothing_is_allowed(self, store: Store, firm: Firm) -> None:
        """And changes nothing."""
        intents = self.put(store, firm)
        assert store.claims.complete() == 0
        assert self.claimed(store) == intents

    def test_a_lease_is_extended_from_now_on(self, store: Store, firm: Firm) -> None:
        """What would be due again is held on."""
        self.put(store, firm, 2)
        claimed = store.claims.claim(2, AT_ONCE)
        assert list(store.claims.extend(LONG, *claimed)) == list(claimed)
        assert self.claimed(store) == []
        assert store.claims.complete(*claimed) == 2

    def test_only_what_is_still_held_is_extended(self, store: Store, firm: Firm) -> None:
        """Not what somebody else took, nor what is done."""
        self.put(store, firm, 3)
        taken, done, held = store.claims.claim(3, AT_ONCE)
        assert store.claims.complete(done)
        assert [each.intent for each in store.claims.claim(1, LONG)] == [taken.intent]
        assert list(store.claims.extend(LONG, taken, done, held)) == [held]
        assert list(store.claims.extend(LONG)) == []

    def test_a_lease_that_ran_out_still_counts_until_somebody_claims(self, store: Store, firm: Firm) -> None:
        """Who was slow, but is still the last one, may finish."""
        self.put(store, firm)
        (claimed,) = store.claims.claim(1, AT_ONCE)
        assert store.claims.complete(claimed)

    def test_who_lost_the_lease_can_do_nothing(self, store: Store, firm: Firm) -> None:
        """The fence of an older claim is refused, and the newer one keeps what it holds."""
        self.put(store, firm)
        (old,) = store.claims.claim(1, AT_ONCE)
        (new,) = store.claims.claim(1, LONG)
        assert not store.claims.complete(old)
        assert not store.claims.postpone(old, AT_ONCE, "mail_down")
        assert not store.claims.bury(old, "mail_refused")
        assert self.claimed(store) == []
        assert store.claims.complete(new)

    def test_a_forged_fence_is_refused(self, store: Store, firm: Firm) -> None:
        """Neither a higher fence nor an intent of nobody is taken."""
        self.put(store, firm)
        (claimed,) = store.claims.claim(1, LONG)
        assert not store.claims.complete(evolve(claimed, fence=claimed.fence + 1))
        assert not store.claims.complete(ClaimedIntent(an_intent(firm.employee), claimed.fence, 1))

    def test_what_is_postponed_is_claimed_after_the_wait(self, store: Store, firm: Firm) -> None:
        """Not before, and with the next attempt."""
        one, two = self.put(store, firm, 2)
        first, second = store.claims.claim(2, LONG)
        assert store.claims.postpone(first, AT_ONCE, "mail_down")
        assert store.claims.postpone(second, LONG, "mail_down")
        (again,) = store.claims.claim(2, LONG)
        assert (again.intent, again.attempts) == (one, 2)
        assert not store.claims.complete(first)
        assert self.claimed(store) == []
        assert two == second.intent

    def test_what_is_buried_waits_for_a_person(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """It is listed with its attempts and its problem, and claimed no more."""
        intents = [self.buried(store, firm) for _ in range(2)]
        assert self.claimed(store) == []
        with reading(store, firm) as uow:
            assert list(uow.outbox.dead()) == [DeadIntent(intent, 1, "mail_refused") for intent in intents]
        with reading(store, other_firm) as uow:
            assert list(uow.outbox.dead()) == []

    def test_a_dead_intent_is_tried_again_from_the_first_attempt(self, store: Store, firm: Firm) -> None:
        """Once it is committed; then it is not dead."""
        intent = self.buried(store, firm)
        with rolled_back(store, firm) as uow:
            assert uow.outbox.retry(intent.id)
        assert self.claimed(store) == []
        with writing(store, firm) as uow:
            assert uow.outbox.retry(intent.id)
            assert list(uow.outbox.dead()) == []
            assert not uow.outbox.retry(intent.id)
        (claimed,) = store.claims.claim(1, LONG)
        assert (claimed.intent, claimed.attempts) == (intent, 1)

    def test_a_claim_from_before_a_retry_is_refused(self, store: Store, firm: Firm) -> None:
        """The fence goes on, so that an old worker cannot interfere."""
        self.put(store, firm)
        (old,) = store.claims.claim(1, LONG)
        assert store.claims.bury(old, "mail_refused")
        with writing(store, firm) as uow:
            assert uow.outbox.retry(old.intent.id)
        (new,) = store.claims.claim(1, LONG)
        assert new.fence > old.fence
        assert not store.claims.complete(old)

    def test_a_dead_intent_is_dropped(self, store: Store, firm: Firm) -> None:
        """It is gone for good."""
        intent = self.buried(store, firm)
        with writing(store, firm) as uow:
            assert uow.outbox.drop(intent.id)
            assert not uow.outbox.drop(intent.id)
        with reading(store, firm) as uow:
            assert list(uow.outbox.dead()) == []
        assert self.claimed(store) == []

    def test_what_is_not_dead_is_neither_retried_nor_dropped(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """What waits, what is held, what is unknown, and what another organization has."""
        held, waiting = self.put(store, firm, 2)
        store.claims.claim(1, LONG)
        with writing(store, firm) as uow:
            for intent_id in (held.id, waiting.id, IntentId(new_id())):
                assert not uow.outbox.retry(intent_id)
                assert not uow.outbox.drop(intent_id)
        assert self.claimed(store) == [waiting]
        dead = self.buried(store, firm)
        with writing(store, other_firm) as uow:
            assert not uow.outbox.retry(dead.id)
            assert not uow.outbox.drop(dead.id)

    def test_many_intents_are_claimed_once_each(self, store: Store, firm: Firm) -> None:
        """Batch after batch, until none is left."""
        intents = self.put(store, firm, MANY // 5)
        found: list[Intent] = []
        while batch := self.claimed(store, 300):
            found += batch
        assert found == intents

    def test_a_view_refuses_to_add(self, store: Store, firm: Firm) -> None:
        """Nothing is told without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.outbox.add(an_intent(firm.employee))
        assert self.claimed(store) == []

    def test_a_view_refuses_to_retry_and_to_drop(self, store: Store, firm: Firm) -> None:
        """A dead intent stays dead without `writes`."""
        intent = self.buried(store, firm)
        with read_only(), reading(store, firm) as uow:
            uow.outbox.retry(intent.id)
        with read_only(), reading(store, firm) as uow:
            uow.outbox.drop(intent.id)
        with reading(store, firm) as uow:
            assert [dead.intent for dead in uow.outbox.dead()] == [intent]
