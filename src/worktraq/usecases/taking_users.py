"""Taking the firm's own users out of an accounting system; for administrators, and never a role (S-07)."""

import json
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from worktraq.core.accounting import Deleted, Upsert
from worktraq.core.comparing import Merged, decided, three_way, values_imported
from worktraq.core.countries import language_code
from worktraq.core.ids import UserId
from worktraq.core.imports import ARCHIVED, CREATED, Change, FieldConflict, ImportKind, ImportLink, KnownRow
from worktraq.core.organizations import RegistrationAccess
from worktraq.core.questions import QuestionReason
from worktraq.core.text import fold
from worktraq.core.users import Role, User, new_user
from worktraq.errors import InvalidInput, Problem, Refused
from worktraq.usecases.taking import Taking
from worktraq.usecases.taking_customers import RowTexts
from worktraq.usecases.users import Users

_KIND = ImportKind.USER


@frozen
class PlannedUser:
    """A row that can be taken.

    Attributes:
        row: Its number; there is one at a time.
        change: What becomes of it.
        conflicts: What has to be decided.
    """

    row: int
    change: Change
    conflicts: tuple[FieldConflict, ...] = ()


class UserTaking:
    """Takes the users of a page, or of what waited; users are few, so one after the other.

    Args:
        taking: Of the page.
    """

    def __init__(self, taking: Taking) -> None:
        self._taking = taking
        self._uow = taking.context.uow
        self._source = taking.info.name
        self._texts = RowTexts(taking.info.fields.get(_KIND, ()), "is_archived")
        self._users = Users(taking.context)

    def take(self, rows: Mapping[str, Upsert]) -> None:
        """Take users as they stand in the source."""
        if not self._taking.includes_users:
            self._wait(list(rows.values()))
            return
        known = {row.external_id: row for row in self._uow.import_links.known(self._source, _KIND, rows.keys())}
        links = {link.external_id: link for link in self._uow.import_links.find_many(self._source, _KIND, known.keys())}
        for key, row in rows.items():
            try:
                self._take(row, known.get(key), links.get(key))
            except InvalidInput as error:
                self._taking.refuse(row, error.problems)
            except Refused as refused:
                codes = [Problem("", reason.code, reason.parameters) for reason in refused.reasons]
                self._taking.refuse(row, codes)

    def deactivate(self, rows: Sequence[Deleted]) -> None:
        """Deactivate those who are gone in the source, if an import added them; of others it is told."""
        if not self._taking.includes_users:
            self._wait(rows)
            return
        links = {
            link.external_id: link
            for link in self._uow.import_links.find_many(self._source, _KIND, [row.external_id for row in rows])
        }
        for row in rows:
            link = links.get(row.external_id)
            user = self._uow.users.find(UserId(link.entity_id)) if link is not None else None
            if link is None or user is None or not user.is_active:
                self._taking.settle(_KIND, row.external_id)
                continue
            self._taking.look_at("delete", link.external_id, link.digest)
            if self._is_deactivated(user):
                self._taking.settle(_KIND, row.external_id)
                self._taking.count(_KIND, Change.ARCHIVE)
                self._put(evolve(link, digest=""))
            else:
                self._taking.tell_once(row, "user_stays_active")

    def _wait(self, rows: Sequence[Upsert | Deleted]) -> None:
        for row in rows:
            if self._taking.info.is_incremental:
                self._taking.ask(row, QuestionReason.ADMINISTRATOR_NEEDED)
            else:  # who tells everything every time tells it again when an administrator asks
                self._taking.leave(_KIND, row.external_id)

    def _take(self, row: Upsert, known: KnownRow | None, link: ImportLink | None) -> None:
        taking = self._taking
        texts = self._texts.of(row.values)
        digest = self._texts.digest(texts, "1" if row.is_archived else "")
        taking.look_at_row(_KIND, row.external_id, digest, known)
        if known is not None and known.version and known.digest == digest:
            taking.count(_KIND, Change.UNCHANGED)
            taking.settle(_KIND, row.external_id)
            return
        said = self._clean(texts)
        user = self._uow.users.find(UserId(link.entity_id)) if link is not None else None
        before = values_imported(link) if user is not None else {}
        if user is None:
            user = self._asked_about(row) or self._with_mail(
                dict(zip(self._texts.fields, said, strict=True)).get("email", "")
            )
        if user is None:
            change = Change.CREATE
            if not taking.is_plan:
                user = self._add(row, said)
        else:
            merged = self._merged(user, before, said)
            planned = PlannedUser(0, Change.CONFLICT if merged.conflicts else Change.UPDATE, merged.conflicts)
            decisions = taking.decisions_for(merged.conflicts, planned.change)
            if not decisions.is_complete_for(planned):
                taking.ask(row, QuestionReason.CONFLICT, conflicts=merged.conflicts, matched=(None, user.id))
                return
            user, change = self._change(row, user, {**merged.values, **decided(planned, decisions)})
        taking.settle(_KIND, row.external_id)
        taking.count(_KIND, change)
        if user is not None:
            self._remember(row, user, digest, {**before, **dict(zip(self._texts.fields, said, strict=True))})

    def _clean(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        given = dict(zip(self._texts.fields, texts, strict=True))
        organization_id = self._taking.context.actor.organization_id
        clean = new_user(
            UserId(organization_id),
            organization_id,
            name=given.get("name", ""),
            email=given.get("email", ""),
            role=Role.EMPLOYEE,
            language=language_code(given.get("language", "")),
            registration_access=RegistrationAccess.ALL,
            external_id="",
        )
        return tuple(getattr(clean, name) for name in self._texts.fields)

    def _asked_about(self, row: Upsert) -> User | None:
        """The user whom a row was found to be, while somebody has yet to decide about it."""
        stored = self._taking.stored(_KIND, row.external_id)
        if stored is None or stored.entity_id is None:
            return None
        return self._uow.users.find(UserId(stored.entity_id))

    def _with_mail(self, email: str) -> User | None:
        """The user with a mail address, whom no other row is."""
        user = self._uow.users.find_by_email(fold(email)) if email else None
        if user is not None and self._uow.import_links.of_entities(self._source, _KIND, [user.id]):
            raise InvalidInput.of("email", "email_taken")
        return user

    def _merged(self, user: User, before: Mapping[str, str], said: tuple[str, ...]) -> Merged:
        """What changes; with another mail address somebody may get in, so that is asked unless the import added an employee."""
        fields = self._texts.fields
        ours = [getattr(user, name) for name in fields]
        # A mail address is compared without case, and stays as it is written here.
        theirs = [
            here if name == "email" and fold(here) == fold(told) else told
            for name, here, told in zip(fields, ours, said, strict=True)
        ]
        merged = three_way(fields, before, ours, theirs)
        is_own = user.role is Role.EMPLOYEE and bool(self._uow.import_marks.find(CREATED, [user.id]))
        if "email" not in merged.values or is_own:
            return merged
        values = dict(merged.values)
        asked = FieldConflict("email", before.get("email"), user.email, values.pop("email"))
        return Merged(values, (*merged.conflicts, asked))

    def _add(self, row: Upsert, said: tuple[str, ...]) -> User:
        given = dict(zip(self._texts.fields, said, strict=True))
        user = self._users.add(
            name=given.get("name", ""), email=given.get("email", ""), language=given.get("language", "")
        )
        self._uow.import_marks.add(CREATED, [user.id])
        if row.is_archived and self._is_deactivated(user):
            user = self._uow.users.find(user.id) or user
        return user

    def _change(self, row: Upsert, user: User, values: Mapping[str, str]) -> tuple[User, Change]:
        change = Change.UPDATE if values else Change.UNCHANGED
        if self._taking.is_plan:
            return user, change
        if values:
            user = self._users.change(user.id, version=user.version, **values)  # type: ignore[arg-type]  # names of fields
        if row.is_archived and user.is_active:
            if self._is_deactivated(user):
                change = Change.ARCHIVE
        elif not row.is_archived and not user.is_active and self._uow.import_marks.find(ARCHIVED, [user.id]):
            self._users.reactivate(user.id, version=user.version)
            change = Change.RESTORE
        return user, change

    def _is_deactivated(self, user: User) -> bool:
        """Deactivate a user whom an import added, unless that leaves nobody to administer."""
        if not self._uow.import_marks.find(CREATED, [user.id]):
            return False
        if self._taking.is_plan:
            return True
        try:
            self._users.deactivate(user.id, version=user.version)
        except Refused:
            return False
        self._uow.import_marks.add(ARCHIVED, [user.id])
        return True

    def _remember(self, row: Upsert, user: User, digest: str, said: Mapping[str, str]) -> None:
        organization_id = self._taking.context.actor.organization_id
        text = json.dumps(said, ensure_ascii=False)
        self._put(ImportLink(organization_id, self._source, _KIND, row.external_id, user.id, digest, text))

    def _put(self, link: ImportLink) -> None:
        if not self._taking.is_plan:
            self._uow.import_links.put(link)
