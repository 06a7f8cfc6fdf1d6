"""What every store must do with invitations."""

from collections.abc import Callable, Hashable
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.ids import UserId
from worktraq.core.invitations import Invitation, InvitationStatus
from worktraq.core.links import token_hash
from worktraq.core.paging import Key, Page, PageRequest
from worktraq.ports.invitations import InvitationRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import a_user, an_invitation
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.contracts.changes import ChangingContract
from worktraq.testing.contracts.paging import PagingContract
from worktraq.testing.fakes import BEGINNING
from worktraq.testing.firms import Firm


class InvitationRepositoryContract(ChangingContract[Invitation, UserId], PagingContract[Invitation, UserId]):
    """Invitations: one per user, found by the hash of their link, listed with the newest user first."""

    is_descending = True

    def repository(self, uow: UnitOfWork) -> InvitationRepository:
        """The invitations."""
        return uow.invitations

    def id_of(self, entity: Invitation) -> UserId:
        """Of the user."""
        return entity.user_id

    def as_id(self, value: UUID) -> UserId:
        """Of a user."""
        return UserId(value)

    def new_ones(self, uow: UnitOfWork, firm: Firm, number: int) -> list[Invitation]:
        """Invitations of new users."""
        users = [evolve(a_user(firm.id), is_active=False) for _ in range(number)]
        uow.users.add(*users)
        return [an_invitation(user) for user in users]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[Invitation]:
        """Invitations of all kinds."""
        return strategies.invitations(firm)

    def unique_keys(self) -> tuple[Callable[[Invitation], Hashable], ...]:
        """User and hash."""
        return (self.id_of, lambda invitation: invitation.token_hash)

    def changed(self, entity: Invitation) -> Invitation:
        """Sent again: with another link."""
        number = entity.token_number + 1
        return evolve(
            entity,
            token_number=number,
            token_hash=token_hash(f"{entity.user_id}:{number}"),
            invited_by=entity.user_id,
            version=entity.version + 1,
        )

    def page(self, uow: UnitOfWork, request: PageRequest) -> Page[Invitation]:
        """All invitations."""
        return uow.invitations.page(request, status=None, at=BEGINNING)

    def key_of(self, entity: Invitation) -> Key:
        """The id of the user."""
        return (entity.user_id.hex,)

    @pytest.mark.requirement("W-06")
    def test_an_invitation_is_found_by_its_current_link(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Only by that: neither by an older link, nor from another organization."""
        invitation, _ = self.stored(store, firm, 2)
        renewed = self.changed(invitation)
        with writing(store, firm) as uow:
            assert uow.invitations.find_by_token(invitation.token_hash) == invitation
            uow.invitations.save(renewed)
        with reading(store, firm) as uow:
            assert uow.invitations.find_by_token(renewed.token_hash) == renewed
            assert uow.invitations.find_by_token(invitation.token_hash) is None
            assert uow.invitations.find_by_token(token_hash("guessed")) is None
            assert uow.invitations.find_by_token(b"") is None
        with reading(store, other_firm) as uow:
            assert uow.invitations.find_by_token(renewed.token_hash) is None

    def test_a_list_is_narrowed_down_by_status_at_an_instant(self, store: Store, firm: Firm) -> None:
        """An open invitation is expired from its last instant on, although nobody has stored that."""
        late, early, used, off = self.new_ones_in_status(store, firm)
        ends = early.expires_at
        moments = {
            ends - timedelta(microseconds=1): {InvitationStatus.OPEN: [early, late], InvitationStatus.EXPIRED: []},
            ends: {InvitationStatus.OPEN: [late], InvitationStatus.EXPIRED: [early]},
            late.expires_at: {InvitationStatus.OPEN: [], InvitationStatus.EXPIRED: [early, late]},
        }
        with reading(store, firm) as uow:
            for at, expected in moments.items():
                always = {InvitationStatus.ACCEPTED: [used], InvitationStatus.WITHDRAWN: [off]}
                found = {
                    status: list(uow.invitations.page(PageRequest(100), status=status, at=at))
                    for status in InvitationStatus
                }
                assert found == {**expected, **always}

    def test_those_who_are_still_expected_are_counted(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Who came or was called off does not count."""
        self.new_ones_in_status(store, firm)
        with reading(store, firm) as uow:
            assert uow.invitations.count_open() == 2
        with reading(store, other_firm) as uow:
            assert uow.invitations.count_open() == 0

    def new_ones_in_status(self, store: Store, firm: Firm) -> list[Invitation]:
        """Two open invitations, of which the second ends a day before the first, one accepted, one withdrawn."""
        with writing(store, firm) as uow:
            late, early, used, off = self.new_ones(uow, firm, 4)
            invitations = [
                late,
                evolve(early, expires_at=late.expires_at - timedelta(days=1)),
                evolve(used, status=InvitationStatus.ACCEPTED),
                evolve(off, status=InvitationStatus.WITHDRAWN),
            ]
            uow.invitations.add(*invitations)
        return invitations
