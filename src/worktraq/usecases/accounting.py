"""The accounting connection of an organization: connecting it, and what its imports left to be decided (T-01, B-10)."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from worktraq.core.access import Action
from worktraq.core.accounting import SourceInfo
from worktraq.core.choices import chosen, chosen_if_any
from worktraq.core.connections import (
    AccountingConnection,
    changed_connection,
    checked_secrets,
    checked_settings,
)
from worktraq.core.events import EventName
from worktraq.core.ids import ConnectionId, QuestionId, SecretKey
from worktraq.core.import_runs import RUNS_KEPT, ImportRun, RunState, abandoned, stopped
from worktraq.core.imports import ConflictDecision, ImportKind, MatchDecision
from worktraq.core.paging import Page, PageRequest
from worktraq.core.questions import Question, QuestionReason, decisions_on
from worktraq.core.unset import UNSET, Unset
from worktraq.errors import AdapterError, Refused
from worktraq.usecases.connecting import connection_of, factory_of, required
from worktraq.usecases.context import Context, check_version, found
from worktraq.usecases.taking import Deciding, Taking
from worktraq.usecases.taking_pages import take_questions


class Accounting:
    """From where customers, contacts and users are read in; `WorkTraq.import_accounting` reads them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def sources(self) -> Sequence[SourceInfo]:
        """What can be connected, in order of name; not what is installed but cannot be loaded, as connecting it explains.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.RUN_ACCOUNTING)
        sources = self._context.sources or {}
        found: list[SourceInfo] = []
        for name in sorted(sources):
            with suppress(AdapterError):
                found.append(sources[name].info)
        return tuple(found)

    def connect(
        self, source: str, *, settings: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None
    ) -> AccountingConnection:
        """Connect the organization to an accounting system; nothing is reached or read yet.

        What was imported from a source of this name before is known again.

        Args:
            source: One of `sources`.
            settings: Those of its settings that are no secrets.
            secrets: Those that are; they go to the host's secret store and nowhere else.

        Raises:
            Refused: For who is not an administrator; ``accounting_connected_already``.
            AdapterError: With ``source_not_installed`` or ``secret_store_missing``.
            InvalidInput: Naming every setting that is missing, unknown or no text.
        """
        context = self._context
        context.require(Action.MANAGE_ACCOUNTING)
        info = factory_of(context.sources, source).info
        filled_in, kept = checked_settings(info, settings or {}), checked_secrets(info, secrets or {})
        # Of two who connect at once, the second finds the connection of the first.
        context.uow.organizations.lock()
        if context.uow.connections.find() is not None:
            raise Refused.because("accounting_connected_already")
        connection = AccountingConnection(
            organization_id=context.actor.organization_id,
            id=context.new_id(ConnectionId),
            source=info.name,
            settings=filled_in,
            secret_key=self._keep(kept),
            connected_at=context.at,
        )
        context.uow.connections.put(connection)
        context.record(EventName.ACCOUNTING_CONNECTED, connection.id)
        return connection

    def connection(self) -> AccountingConnection | None:
        """The connection without its secrets, or None.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.RUN_ACCOUNTING)
        return self._context.uow.connections.find()

    def change(
        self,
        *,
        version: int,
        settings: Mapping[str, str] | Unset = UNSET,
        secrets: Mapping[str, str] | Unset = UNSET,
    ) -> AccountingConnection:
        """Change what was filled in. With other settings everything is read again.

        Args:
            version: Of the connection, as seen.
            settings: All of them.
            secrets: Those that change; the others stay.

        Raises:
            Refused: For who is not an administrator; ``accounting_not_connected``.
            AdapterError: With ``source_not_installed`` or ``secret_store_missing``.
            InvalidInput: Naming every setting that is missing, unknown or no text.
            Conflict: When somebody else changed the connection.
        """
        context = self._context
        before = self._for_change(version)
        info = factory_of(context.sources, before.source).info
        filled_in = before.settings if settings is UNSET else checked_settings(info, settings)
        key = before.secret_key
        if secrets is not UNSET:
            store, owner = required(context.secrets), before.organization_id
            key = self._keep(checked_secrets(info, {**store.load(owner, before.secret_key), **secrets}))
            context.afterwards(lambda is_kept: store.delete(owner, before.secret_key) if is_kept else None)
        connection = changed_connection(before, filled_in, key)
        context.uow.connections.put(connection)
        self._interrupt(is_for_good=connection.epoch != before.epoch)
        context.record(EventName.ACCOUNTING_CHANGED, connection.id)
        return connection

    def disconnect(self, *, version: int) -> None:
        """End the connection and forget its secrets. What was imported stays, and is known again later.

        Raises:
            Refused: For who is not an administrator; ``accounting_not_connected``.
            Conflict: When somebody else changed the connection.
        """
        context = self._context
        connection = self._for_change(version)
        context.uow.connections.remove(connection)
        self._interrupt(is_for_good=True)
        context.uow.questions.forget(connection.source)
        if context.secrets is not None:
            store = context.secrets
            context.afterwards(
                lambda is_kept: store.delete(connection.organization_id, connection.secret_key) if is_kept else None
            )
        context.record(EventName.ACCOUNTING_DISCONNECTED, connection.id)

    def runs(self, limit: int = RUNS_KEPT) -> Sequence[ImportRun]:
        """The last runs, the newest first; 50 are kept.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.RUN_ACCOUNTING)
        return self._context.uow.import_runs.latest(PageRequest.of(None, limit).limit)

    def questions(
        self,
        *,
        kind: ImportKind | None = None,
        reasons: Collection[QuestionReason] | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> Page[Question]:
        """What imports could not take, the oldest first: what is to be decided, what is refused and what waits.

        Args:
            kind: Only of this kind.
            reasons: Only for these reasons.
            after: The cursor of the page before.
            limit: At most so many, 1 to 1,000.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        context = self._context
        context.require(Action.RUN_ACCOUNTING)
        wanted = None if reasons is None else [chosen("reasons", QuestionReason, each) for each in reasons]
        connection = context.uow.connections.find()
        request = PageRequest.of(after, limit)
        if connection is None:
            return Page(())
        kind = chosen_if_any("kind", ImportKind, kind)
        return context.uow.questions.page(request, source=connection.source, kind=kind, reasons=wanted)

    def decide(
        self,
        question_id: QuestionId,
        *,
        version: int,
        fields: Mapping[str, ConflictDecision] | None = None,
        match: MatchDecision | None = None,
    ) -> Question | None:
        """Decide about a row, which is taken at once.

        Args:
            question_id: Which question.
            version: Of the question, as seen.
            fields: For each field in conflict, which value counts.
            match: Whether it is what is suggested; for suggestions only.

        Returns:
            None when the row was taken; the question as it stands now when something was changed since it was asked,
            so that it has to be looked at again, or when something else is wrong with the row.

        Raises:
            Refused: For who is not a manager or an administrator; for a user of the firm: not an administrator.
            NotFound: When there is no such question.
            InvalidInput: With ``decision_not_asked`` or ``decision_missing``.
            Conflict: When the question is another one by now.
        """
        context = self._context
        question = self._question(question_id, version)
        connection = connection_of(context)
        info = factory_of(context.sources, connection.source).info
        chosen_fields = {name: chosen(name, ConflictDecision, each) for name, each in (fields or {}).items()}
        decisions = decisions_on(question, chosen_fields, chosen_if_any("match", MatchDecision, match))
        context.uow.organizations.lock()
        taking = Taking(
            context,
            info,
            question.run_id,
            mode="decide",
            includes_users=bool(context.verdict(Action.IMPORT_USERS)),
            deciding=Deciding(question, decisions),
        )
        take_questions(taking, [question])
        context.record(EventName.ACCOUNTING_DECIDED, question.id)
        return context.uow.questions.find(question.id)

    def dismiss(self, question_id: QuestionId, *, version: int) -> None:
        """Forget a row that was not taken, until the source tells of it again.

        Raises:
            Refused: For who is not a manager or an administrator; for a user of the firm: not an administrator.
            NotFound: When there is no such question.
            Conflict: When the question is another one by now.
        """
        question = self._question(question_id, version)
        self._context.uow.questions.remove(question)
        self._context.record(EventName.ACCOUNTING_DISMISSED, question.id)

    def _question(self, question_id: QuestionId, version: int) -> Question:
        context = self._context
        context.require(Action.RUN_ACCOUNTING)
        question = found(context.uow.questions.find(question_id), "question")
        if question.kind is ImportKind.USER:
            context.require(Action.IMPORT_USERS)
        check_version(question.version, version)
        return question

    def _for_change(self, version: int) -> AccountingConnection:
        context = self._context
        context.require(Action.MANAGE_ACCOUNTING)
        context.uow.organizations.lock()
        connection = connection_of(context)
        check_version(connection.version, version)
        return connection

    def _interrupt(self, *, is_for_good: bool) -> None:
        """Take the run that is under way, if there is one, out of the hands of whoever is at it."""
        context = self._context
        for run in context.uow.import_runs.latest(1):
            if is_for_good and run.state in {RunState.RUNNING, RunState.STOPPED}:
                context.uow.import_runs.save(abandoned(run, context.at))
                context.uow.sightings.forget()
            elif run.state is RunState.RUNNING:
                context.uow.import_runs.save(stopped(run, "connection_changed", context.at))

    def _keep(self, secrets: Mapping[str, str]) -> SecretKey:
        """Keep secrets under a key of their own, so that taking the change back leaves the former ones."""
        context = self._context
        key = context.new_id(SecretKey)
        if secrets:
            store, owner = required(context.secrets), context.actor.organization_id
            context.afterwards(lambda is_kept: None if is_kept else store.delete(owner, key))
            store.save(owner, key, secrets)
        return key
