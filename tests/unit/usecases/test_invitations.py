"""Inviting users by mail, and what an invited person may do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import evolve

from tests.unit.usecases.firm import KEYS, Office, codes
from worktraq.adapters.memory import MemoryStore
from worktraq.core.access import Right
from worktraq.core.actors import Actor, ActorKind
from worktraq.core.events import EventName
from worktraq.core.invitations import InvitationStatus
from worktraq.core.links import Links
from worktraq.core.money import Rate
from worktraq.core.notifications import NotificationKind
from worktraq.core.organizations import RegistrationAccess, SetupStep
from worktraq.core.users import Role, User
from worktraq.engine import WorkTraq
from worktraq.errors import InvalidInput, NotFound, Refused
from worktraq.testing.fakes import SeededIds
from worktraq.usecases.transaction import Transaction

pytestmark = pytest.mark.requirement("W-06")


def invite(office: Office, email: str = "nel@acme.example", role: Role = Role.EMPLOYEE) -> User:
    """Ada invites Nel."""
    with office.acting(office.admin) as tx:
        return tx.users.invite(name="Nel", email=email, role=role)


def links(office: Office) -> list[str]:
    """The links in all invitations that were mailed, in order."""
    office.deliver()
    return [told.link for told in office.notifier.of_kind(NotificationKind.INVITATION)]


def invitee(office: Office) -> Actor:
    """Whoever holds the link that was mailed last."""
    return Actor.invitee(office.firm.id, links(office)[-1].rsplit("/", 1)[1])


def accept(tx: Transaction) -> User:
    """Accept as it stands."""
    return tx.users.accept_invitation()


def why(office: Office, actor: Actor, command: Callable[[Transaction], object]) -> list[str]:
    """The reasons for which a command is refused."""
    return codes(office.refuses(actor, command, Refused))


def test_invited_user_is_mailed_a_link_and_is_not_active_yet(office: Office) -> None:
    """The mail says who invites to what, as what, and until when."""
    office.settle_settings(registration_access=RegistrationAccess.GRANTED, invitation_days=5)
    with office.acting(office.admin) as tx:
        user = tx.users.invite(name="Nel", email="nel@acme.example", role=Role.MANAGER, language="fr", external_id="42")
    office.deliver()
    (told,) = office.notifier.sent_to("nel@acme.example")
    assert (user.is_active, user.external_id, user.registration_access) == (False, "42", RegistrationAccess.GRANTED)
    assert (told.kind, told.language, told.organization_name) == (NotificationKind.INVITATION, "fr", "Acme")
    assert (told.recipient_name, told.invited_by, told.role) == ("Nel", "Ada", Role.MANAGER)
    assert (told.expires_at, told.time_zone) == (office.clock.now + timedelta(days=5), "Europe/Amsterdam")
    assert told.link.startswith(f"https://hours.example/join/{office.firm.id.hex}/")
    assert why(office, office.actor(user), lambda tx: tx.users.me()) == ["user_inactive"]


def test_invited_person_sees_and_accepts_the_invitation(office: Office) -> None:
    """Under the name that he or she wants; after that he or she is a user like any other."""
    user = invite(office)
    actor = invitee(office)
    with office.viewing(actor) as tx:
        shown = tx.users.invitation()
    assert (shown.organization_name, shown.invited_by, shown.name) == ("Acme", "Ada", "Nel")
    assert (shown.email, shown.role, shown.language) == ("nel@acme.example", Role.EMPLOYEE, "nl")
    assert (shown.expires_at, shown.time_zone) == (office.clock.now + timedelta(days=14), "Europe/Amsterdam")
    with office.acting(actor) as tx:
        joined = tx.users.accept_invitation(name="Nel de Wit", language="de")
    assert joined == evolve(user, name="Nel de Wit", language="de", is_active=True, version=2)
    with office.viewing(office.actor(user)) as tx:
        assert tx.users.me() == joined
    with office.viewing(office.admin) as tx:
        (event,) = [each for each in tx.audit.history(user.id) if each.name is EventName.USER_INVITATION_ACCEPTED]
    assert (event.actor_kind, event.actor_id) == (ActorKind.INVITEE, None)


def test_invitation_is_accepted_once(office: Office) -> None:
    """The second time says so, and shows nothing any more."""
    invite(office)
    actor = invitee(office)
    with office.acting(actor) as tx:
        accept(tx)
    assert why(office, actor, accept) == ["invitation_accepted"]
    assert why(office, actor, lambda tx: tx.users.invitation()) == ["invitation_accepted"]


def test_bad_name_is_refused_and_can_be_corrected(office: Office) -> None:
    """The invitation stays open."""
    invite(office)
    actor = invitee(office)
    error = office.refuses(actor, lambda tx: tx.users.accept_invitation(name=" "), InvalidInput)
    assert (error.field, error.code) == ("name", "text_missing")
    with office.acting(actor) as tx:
        assert accept(tx).is_active


def test_expired_invitation_is_sent_again(office: Office) -> None:
    """With a new link and its days anew; the older link opens nothing."""
    user = invite(office)
    old = invitee(office)
    office.clock.tick(timedelta(days=14))
    assert why(office, old, accept) == ["invitation_expired"]
    with office.acting(office.admin) as tx:
        assert [each.user_id for each in tx.users.invitations(status=InvitationStatus.EXPIRED)] == [user.id]
        again = tx.users.resend_invitation(user.id)
    assert again.expires_at == office.clock.now + timedelta(days=14)
    new = invitee(office)
    office.refuses(old, accept, NotFound)
    with office.acting(new) as tx:
        assert accept(tx).id == user.id


def test_withdrawn_invitation_opens_nothing_until_it_is_sent_again(office: Office) -> None:
    """The user stays, not active."""
    user = invite(office)
    old = invitee(office)
    with office.acting(office.admin) as tx:
        tx.users.withdraw_invitation(user.id)
    assert why(office, old, accept) == ["invitation_withdrawn"]
    assert why(office, office.admin, lambda tx: tx.users.withdraw_invitation(user.id)) == ["invitation_withdrawn"]
    with office.acting(office.admin) as tx:
        assert not tx.users.get(user.id).is_active
        tx.users.resend_invitation(user.id)
    with office.acting(invitee(office)) as tx:
        assert accept(tx).is_active


def test_only_who_was_invited_and_is_still_to_come_is_invited_again(office: Office) -> None:
    """Not who was added, who accepted, or who was let in by hand."""
    eva = office.firm.employee.id
    for command in (lambda tx: tx.users.resend_invitation(eva), lambda tx: tx.users.withdraw_invitation(eva)):
        assert why(office, office.admin, command) == ["not_invited"]
    came, let_in = invite(office), invite(office, "ot@acme.example")
    tokens = [Actor.invitee(office.firm.id, link.rsplit("/", 1)[1]) for link in links(office)]
    with office.acting(tokens[0]) as tx:
        accept(tx)
    with office.acting(office.admin) as tx:
        tx.users.reactivate(let_in.id, version=1)
    assert why(office, tokens[1], accept) == ["invitation_withdrawn"]
    assert why(office, office.admin, lambda tx: tx.users.resend_invitation(came.id)) == ["invitation_accepted"]
    assert why(office, office.admin, lambda tx: tx.users.withdraw_invitation(came.id)) == ["invitation_accepted"]
    assert why(office, office.admin, lambda tx: tx.users.resend_invitation(let_in.id)) == ["user_is_active"]


def test_deactivating_withdraws_the_invitation(office: Office) -> None:
    """Who is not wanted any more cannot come by an old mail."""
    user = invite(office)
    actor = invitee(office)
    with office.acting(office.admin) as tx:
        tx.users.deactivate(user.id, version=1)
        assert [each.status for each in tx.users.invitations()] == [InvitationStatus.WITHDRAWN]
    assert why(office, actor, accept) == ["invitation_withdrawn"]


def test_deactivating_leaves_an_accepted_invitation_as_it_is(office: Office) -> None:
    """It says how the user came, and lets nobody in again."""
    user = invite(office)
    actor = invitee(office)
    with office.acting(actor) as tx:
        accept(tx)
    with office.acting(office.admin) as tx:
        tx.users.deactivate(user.id, version=2)
        assert [each.status for each in tx.users.invitations()] == [InvitationStatus.ACCEPTED]
    assert why(office, actor, accept) == ["invitation_accepted"]


def test_other_mail_address_gets_a_link_of_its_own(office: Office) -> None:
    """Whoever has the mail to the old address cannot use it; other changes leave the link alone."""
    user = invite(office)
    old = invitee(office)
    with office.acting(office.admin) as tx:
        tx.users.change(user.id, version=1, name="Nelly", role=Role.MANAGER)
    with office.viewing(old) as tx:
        assert (tx.users.invitation().name, tx.users.invitation().role) == ("Nelly", Role.MANAGER)
    with office.acting(office.admin) as tx:
        tx.users.change(user.id, version=2, email="nelly@acme.example")
    new = invitee(office)
    office.refuses(old, accept, NotFound)
    assert [told.kind for told in office.notifier.sent_to("nelly@acme.example")] == [NotificationKind.INVITATION]
    with office.acting(new) as tx:
        assert accept(tx).email == "nelly@acme.example"


def test_address_of_who_is_not_expected_changes_without_a_mail(office: Office) -> None:
    """Neither of who has come, nor of who was called off."""
    came, off = invite(office), invite(office, "ot@acme.example")
    tokens = [Actor.invitee(office.firm.id, link.rsplit("/", 1)[1]) for link in links(office)]
    with office.acting(tokens[0]) as tx:
        accept(tx)
    with office.acting(office.admin) as tx:
        tx.users.withdraw_invitation(off.id)
        tx.users.change(came.id, version=2, email="a@acme.example")
        tx.users.change(off.id, version=1, email="b@acme.example")
    assert len(links(office)) == 2


def test_mail_waits_and_is_dropped_when_it_no_longer_holds(office: Office) -> None:
    """Composed when it is delivered: withdrawn, accepted, expired or removed meanwhile, it is not sent."""
    withdrawn, expired, removed = invite(office), invite(office, "ot@acme.example"), invite(office, "pi@acme.example")
    with office.acting(office.admin) as tx:
        tx.users.withdraw_invitation(withdrawn.id)
        tx.users.remove(removed.id, version=1)
    office.clock.tick(timedelta(days=14))
    report = office.engine.deliver_notifications()
    assert (report.delivered, report.dropped) == (0, 3)
    assert expired.email not in {told.recipient_email for told in office.notifier.delivered}


def test_inviting_needs_links(office: Office) -> None:
    """Without them nothing is kept that nobody could accept, nor is a mailed link left to work by mistake."""
    user = invite(office)
    engine = WorkTraq(office.store, clock=office.clock, ids=SeededIds(7))
    without = evolve(office, engine=engine)
    commands: list[Callable[[Transaction], object]] = [
        lambda tx: tx.users.invite(name="x", email="x@acme.example"),
        lambda tx: tx.users.resend_invitation(user.id),
        lambda tx: tx.users.change(user.id, version=1, email="x@acme.example"),
    ]
    assert [why(without, office.admin, command) for command in commands] == [["inviting_needs_links"]] * 3
    assert why(without, office.manager, commands[0]) == ["needs_admin"]
    with without.acting(office.admin) as tx:
        tx.users.change(user.id, version=1, name="Nelly")


def test_mail_address_of_an_invited_user_is_taken(office: Office) -> None:
    """Without case and accents, whether added or invited."""
    invite(office, "Zoë@acme.example")
    refused = [
        office.refuses(office.admin, lambda tx: tx.users.add(name="x", email="zoe@ACME.example"), InvalidInput),
        office.refuses(office.admin, lambda tx: tx.users.invite(name="x", email="ZOE@acme.example"), InvalidInput),
    ]
    assert [(each.field, each.code) for each in refused] == [("email", "email_taken")] * 2


def test_invited_administrator_does_not_count_as_one(office: Office) -> None:
    """As long as nobody has come, Ada is the last one."""
    invite(office, role=Role.ADMIN)
    ada = office.firm.admin.id
    assert why(office, office.admin, lambda tx: tx.users.deactivate(ada, version=1)) == ["last_administrator"]
    with office.acting(invitee(office)) as tx:
        accept(tx)
    with office.acting(office.admin) as tx:
        tx.users.deactivate(ada, version=1)


@pytest.mark.requirement("W-14")
def test_activities_and_rights_are_prepared_for_who_is_invited(office: Office) -> None:
    """Also once the invitation has expired; not for who was called off."""
    firm = office.firm
    user, off = invite(office), invite(office, "ot@acme.example")
    with office.acting(office.admin) as tx:
        tx.teams.change(firm.team.id, version=1, member_ids=[*firm.team.member_ids, user.id])
        tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=user.id)
        activity = tx.activities.add(user_id=user.id, customer_id=firm.customer.id)
        tx.users.withdraw_invitation(off.id)
    office.clock.tick(timedelta(days=14))
    with office.acting(office.manager) as tx:
        tx.activities.add(user_id=user.id, customer_id=firm.other_customer.id)
    refused = why(office, office.manager, lambda tx: tx.activities.add(user_id=off.id, customer_id=firm.customer.id))
    assert refused == ["activity_needs_active_user"]
    with office.acting(office.admin) as tx:
        tx.users.resend_invitation(user.id)
    with office.acting(invitee(office)) as tx:
        accept(tx)
    with office.acting(office.actor(user)) as tx:
        assert activity in tx.activities.mine()
        assert len(tx.access.mine()) == 1


@pytest.mark.requirement("W-14")
def test_who_is_invited_counts_as_a_user_when_setting_up() -> None:
    """The next step after inviting somebody is to give him or her something to work on."""
    engine = WorkTraq(MemoryStore(), links=Links("https://hours.example", KEYS))
    founded = engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")
    with engine.transaction(founded.admin) as tx:
        tx.customers.add_business(company_name="Bakkerij Jansen B.V.")
        assert tx.organizations.next_setup_step() is SetupStep.ADD_USERS
        tx.users.invite(name="Nel", email="nel@acme.example")
        assert tx.organizations.next_setup_step() is SetupStep.ADD_ACTIVITIES


def test_invitations_are_listed_with_what_they_are_now(office: Office) -> None:
    """The newest user first, page by page, narrowed down by status; managers see in the list of users who is expected."""
    first, second, third = (invite(office, f"{number}@acme.example") for number in range(3))
    with office.acting(office.admin) as tx:
        tx.users.withdraw_invitation(second.id)
        page = tx.users.invitations(limit=2)
        rest = tx.users.invitations(limit=2, after=page.next)
        assert [each.user_id for each in [*page, *rest]] == [third.id, second.id, first.id]
        still_open = tx.users.invitations(status=InvitationStatus.OPEN)
        assert [each.user_id for each in still_open] == [third.id, first.id]
    office.clock.tick(timedelta(days=14))
    with office.viewing(office.admin) as tx:
        expired, withdrawn = InvitationStatus.EXPIRED, InvitationStatus.WITHDRAWN
        assert [each.status for each in tx.users.invitations()] == [expired, withdrawn, expired]
    with office.viewing(office.manager) as tx:
        assert {user.id for user in tx.users.list(is_invited=True)} == {first.id, third.id}
        assert second.id in {user.id for user in tx.users.list(is_invited=False)}


@pytest.mark.requirement("B-05")
def test_link_of_an_invitation_opens_nothing_else(office: Office) -> None:
    """Neither a request, nor anything that users see; and no other link opens an invitation."""
    invite(office)
    item = office.time()
    request = office.asked(item)
    holder = invitee(office)
    as_contact = Actor.contact(office.firm.id, holder.token)
    of_request = Actor.invitee(office.firm.id, office.contact(request).token)
    elsewhere = Actor.invitee(office.other.id, holder.token)
    office.refuses(as_contact, lambda tx: tx.signoff.shown(), NotFound)
    for stranger in (as_contact, of_request, elsewhere, Actor.invitee(office.firm.id, ""), office.eva, office.system):
        assert office.refuses(stranger, lambda tx: tx.users.invitation(), NotFound).kind == "invitation"
        office.refuses(stranger, accept, NotFound)
    office.refuses(holder, lambda tx: tx.users.me(), NotFound)
    office.refuses(holder, lambda tx: tx.signoff.shown(), NotFound)
    office.refuses(holder, lambda tx: tx.organizations.get(), Refused)
    with office.viewing(holder) as tx:
        assert len(tx.entries.list()) == 0


def test_nothing_that_is_kept_holds_the_token(office: Office) -> None:
    """Neither what is stored, nor the events, nor an actor or invitation as it is logged."""
    user = invite(office)
    actor = invitee(office)
    stored = repr(office.content())
    with office.acting(actor) as tx:
        shown = repr(tx.users.invitation())
        accept(tx)
    with office.viewing(office.admin) as tx:
        logged = repr([*tx.audit.history(user.id), *tx.users.invitations(), actor, *office.notifier.delivered])
    assert actor.token not in stored + shown + logged + repr(office.content())


def test_history_tells_what_happened_to_the_invitation(office: Office) -> None:
    """In ids, codes and counts only."""
    user = invite(office)
    with office.acting(office.admin) as tx:
        tx.users.resend_invitation(user.id)
        tx.users.withdraw_invitation(user.id)
    with office.viewing(office.admin) as tx:
        history = [(event.name, event.details) for event in tx.audit.history(user.id)]
    assert history == [
        (EventName.USER_INVITED, (("role", "employee"),)),
        (EventName.USER_INVITATION_RENEWED, ()),
        (EventName.USER_INVITATION_WITHDRAWN, ()),
    ]


def test_invitation_by_the_system_names_nobody(office: Office) -> None:
    """As when a host's script invites; likewise once who invited has been removed."""
    with office.acting(office.system) as tx:
        tx.users.invite(name="Nel", email="nel@acme.example", role=Role.ADMIN)
        second = tx.users.add(name="Bo", email="bo@acme.example", role=Role.ADMIN)
    with office.acting(office.actor(second)) as tx:
        tx.users.invite(name="Ot", email="ot@acme.example")
    with office.acting(office.admin) as tx:
        tx.users.remove(second.id, version=1)
    office.deliver()
    assert [told.invited_by for told in office.notifier.of_kind(NotificationKind.INVITATION)] == ["", ""]


def test_user_who_left_nothing_behind_is_removed(office: Office) -> None:
    """With invitation, activities and their rates, grants and places in teams; nobody else loses anything."""
    firm = office.firm
    user = invite(office)
    with office.acting(office.admin) as tx:
        team = tx.teams.add(name="Audit", member_ids=[user.id, firm.employee.id])
        mine = tx.access.grant(Right.READ, customer_id=firm.customer.id, team_id=team.id)
        tx.access.grant(Right.READ, customer_id=firm.customer.id, user_id=user.id)
        activity = tx.activities.add(user_id=user.id, customer_id=firm.customer.id, rate=Rate("95", "EUR"))
        tx.users.remove(user.id, version=1)
        assert tx.teams.get(team.id).member_ids == (firm.employee.id,)
        assert list(tx.access.grants_on(firm.customer.id)) == [mine]
        assert len(tx.users.invitations()) == 0
        assert len(tx.activities.list(user_id=user.id)) == 0
        assert tx.rates.on(activity.id) == []
        assert tx.audit.history(user.id)[-1].name is EventName.USER_REMOVED
        again = tx.users.invite(name="Nel", email=user.email)
    office.refuses(office.admin, lambda tx: tx.users.get(user.id), NotFound)
    assert again.id != user.id


def test_user_with_work_is_not_removed(office: Office) -> None:
    """Every reason is told, to be read before deactivating instead."""
    item = office.time()
    office.asked(item)
    with office.acting(office.manager) as tx:
        tx.approval.comment(item.id, "Agreed with Jan.")
    eva, mo = office.firm.employee.id, office.firm.manager.id
    assert why(office, office.admin, lambda tx: tx.users.remove(eva, version=1)) == [
        "user_has_items",
        "user_has_requests",
        "user_has_submissions",
    ]
    assert why(office, office.admin, lambda tx: tx.users.remove(mo, version=1)) == [
        "user_has_decisions",
        "user_has_comments",
    ]


def test_last_administrator_is_not_removed(office: Office) -> None:
    """A second one changes that, also for who acts."""
    ada = office.firm.admin.id
    assert why(office, office.admin, lambda tx: tx.users.remove(ada, version=1)) == ["last_administrator"]
    with office.acting(office.admin) as tx:
        tx.users.add(name="Bo", email="bo@acme.example", role=Role.ADMIN)
        tx.users.remove(ada, version=1)
    office.refuses(office.admin, lambda tx: tx.users.list(), NotFound)
