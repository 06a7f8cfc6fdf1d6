"""What every store must do when administrators and invited people act at the same time (W-06)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest

from worktraq.core.actors import Actor
from worktraq.core.ids import UserId
from worktraq.core.invitations import InvitationStatus
from worktraq.core.links import Links, SigningKey
from worktraq.core.paging import PageRequest
from worktraq.core.users import Role, User
from worktraq.engine import WorkTraq
from worktraq.errors import InvalidInput, Refused, WorktraqError
from worktraq.ports.unit_of_work import Store
from worktraq.testing.builders import a_user
from worktraq.testing.contracts.base import StoreContract, reading, writing
from worktraq.testing.firms import Firm
from worktraq.usecases.transaction import Transaction

Command = Callable[[Transaction], object]

KEYS = (SigningKey("2026", b"k" * 32),)
PATIENCE = 0.5
"""Seconds that one transaction waits for the other to begin, on a store that lets only one begin."""


def demote(user_id: UserId, tx: Transaction) -> object:
    """Make an administrator an employee."""
    return tx.users.change(user_id, version=1, role=Role.EMPLOYEE)


def deactivate(user_id: UserId, tx: Transaction) -> object:
    """Take the access of an administrator away."""
    return tx.users.deactivate(user_id, version=1)


def remove(user_id: UserId, tx: Transaction) -> object:
    """Remove an administrator."""
    tx.users.remove(user_id, version=1)
    return None


class AdministrationContract(StoreContract):
    """Two transactions at once: each sees the state before the other, and yet only one succeeds."""

    @pytest.mark.requirement("W-06")
    @pytest.mark.parametrize("dismiss", [demote, deactivate, remove])
    def test_two_administrators_cannot_dismiss_each_other(
        self, store: Store, firm: Firm, dismiss: Callable[[UserId, Transaction], object]
    ) -> None:
        """One succeeds, and the organization has an administrator left."""
        bo = a_user(firm.id, "Bo", role=Role.ADMIN)
        with writing(store, firm) as uow:
            uow.users.add(bo)
        outcomes = both_at_once(
            store,
            (acting(firm.admin), partial(dismiss, bo.id)),
            (acting(bo), partial(dismiss, firm.admin.id)),
        )
        assert [isinstance(each, WorktraqError) for each in outcomes].count(True) == 1
        with reading(store, firm) as uow:
            assert uow.users.count_active(Role.ADMIN) == 1

    @pytest.mark.requirement("W-06")
    def test_an_invitation_is_accepted_once(self, store: Store, firm: Firm) -> None:
        """Of two who hold the link, the second is told that it was used."""
        engine = WorkTraq(store, links=Links("https://hours.example", KEYS))
        with engine.transaction(acting(firm.admin)) as tx:
            user = tx.users.invite(name="Nel", email="nel@acme.example")
        token = Links("https://hours.example", KEYS).invitation_token(firm.id, user.id, 1, "2026")
        invitee = Actor.invitee(firm.id, token)
        outcomes = both_at_once(
            store,
            (invitee, lambda tx: tx.users.accept_invitation(name="One")),
            (invitee, lambda tx: tx.users.accept_invitation(name="Other")),
        )
        (joined,) = (each for each in outcomes if isinstance(each, User))
        (refused,) = (each for each in outcomes if isinstance(each, Refused))
        assert [reason.code for reason in refused.reasons] == ["invitation_accepted"]
        with reading(store, firm) as uow:
            assert uow.users.find(user.id) == joined
            invitation = uow.invitations.find(user.id)
        assert invitation is not None
        assert (invitation.status, invitation.version) == (InvitationStatus.ACCEPTED, 2)

    @pytest.mark.requirement("W-06")
    def test_a_mail_address_is_given_to_one_of_two(self, store: Store, firm: Firm) -> None:
        """However it is written, and whether somebody is added or invited."""
        outcomes = both_at_once(
            store,
            (acting(firm.admin), lambda tx: tx.users.add(name="Zoë", email="Zoë@acme.example")),
            (acting(firm.admin), lambda tx: tx.users.invite(name="Zoe", email="ZOE@acme.example")),
        )
        (refused,) = (each for each in outcomes if isinstance(each, InvalidInput))
        assert (refused.field, refused.code) == ("email", "email_taken")
        with reading(store, firm) as uow:
            page = uow.users.page(PageRequest(100), role=None, is_active=None, is_invited=None, search="zoe@acme")
        assert len(page) == 1


def acting(user: User) -> Actor:
    """A user as an actor."""
    return Actor.user(user.organization_id, user.id)


def both_at_once(store: Store, *commands: tuple[Actor, Command]) -> list[object]:
    """What each of two commands gives or raises when both have begun before either goes on."""
    engine = WorkTraq(store, links=Links("https://hours.example", KEYS))
    met = Barrier(len(commands))

    def attempt(actor: Actor, command: Command) -> object:
        def meet_and_act(tx: Transaction) -> object:
            who_acts(tx)
            # Where the other can only begin once this one has ended, there is nobody to wait for.
            with suppress(BrokenBarrierError):
                met.wait(PATIENCE)
            return command(tx)

        try:
            return engine.run(actor, meet_and_act)
        except WorktraqError as error:
            return error

    with ThreadPoolExecutor(len(commands)) as pool:
        return [future.result() for future in [pool.submit(attempt, *each) for each in commands]]


def who_acts(tx: Transaction) -> None:
    """Read the user or the invitation that the actor stands for, as a transaction does at its beginning."""
    if tx.actor.user_id is not None:
        tx.users.me()
    else:
        tx.users.invitation()
