"""The texts of mails in the organization's own words."""

from collections.abc import Sequence

from attrs import evolve

from worktraq.core.access import Action
from worktraq.core.choices import chosen
from worktraq.core.events import EventName
from worktraq.core.identifiers import clean_language
from worktraq.core.ids import TemplateId
from worktraq.core.notifications import NotificationKind, Wording
from worktraq.core.templates import (
    MailTemplate,
    Preview,
    TemplateValue,
    changed,
    new_template,
    sample,
    template_values,
)
from worktraq.core.unset import UNSET, Unset
from worktraq.errors import AdapterError, Refused
from worktraq.ports.templates import TemplateRenderer
from worktraq.usecases.context import Context, check_version, found


class Templates:
    """What mails say, where the organization does not want the usual text (L-06)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def templates(self, kind: NotificationKind | None = None) -> Sequence[MailTemplate]:
        """The organization's own texts, in order of kind, language and name.

        Args:
            kind: Only those for messages of this kind.

        Raises:
            Refused: For who is not a manager or an administrator.
        """
        self._context.require(Action.SEE_TEMPLATES)
        return [each for each in self._context.uow.templates.all() if kind in (None, each.kind)]

    def template_values(self, kind: NotificationKind) -> Sequence[TemplateValue]:
        """What a text of a kind can hold, for whoever offers an editor.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: When there is no such kind.
        """
        self._context.require(Action.SEE_TEMPLATES)
        return template_values(chosen("kind", NotificationKind, kind))

    def add_template(
        self, kind: NotificationKind, *, language: str, subject: str, body: str, name: str = ""
    ) -> MailTemplate:
        """Say something in the organization's own words from now on.

        Args:
            kind: In which messages.
            language: To whom: readers of this language.
            subject: On one line, with values such as ``{{ employee }}``; see `template_values`.
            body: The same, of several lines; an empty line begins a paragraph, a line with ``{{ link }}`` alone
                becomes a button.
            name: For a text that is chosen when something is sent; without one it replaces the usual text.

        Raises:
            Refused: For who is not a manager or an administrator; with ``template_name_taken``.
            InvalidInput: Naming the field, with code and line.
            AdapterError: With ``templates_missing`` when the engine was given no `TemplateRenderer`.
        """
        context = self._context
        context.require(Action.MANAGE_TEMPLATES)
        template_id, owner = context.new_id(TemplateId), context.actor.organization_id
        template = new_template(template_id, owner, kind, language=language, name=name, subject=subject, body=body)
        self._check(template)
        context.uow.templates.add(template)
        context.record(EventName.TEMPLATE_ADDED, template.id, kind=template.kind.value)
        return template

    def change_template(
        self,
        template_id: TemplateId,
        *,
        version: int,
        name: str | Unset = UNSET,
        subject: str | Unset = UNSET,
        body: str | Unset = UNSET,
    ) -> MailTemplate:
        """Change the words of a text, or its name.

        Raises:
            NotFound: When there is no such text.
            Refused: For who is not a manager or an administrator; with ``template_name_taken``.
            InvalidInput: Naming the field, with code and line.
            Conflict: When somebody else changed it.
            AdapterError: With ``templates_missing``.
        """
        template = changed(self._for_change(template_id, version), name, subject, body)
        self._check(template)
        self._context.uow.templates.save(template)
        self._context.record(EventName.TEMPLATE_CHANGED, template.id, kind=template.kind.value)
        return template

    def remove_template(self, template_id: TemplateId, *, version: int) -> None:
        """Go back to the usual text; what waits to be sent and was to have this text has the usual one then.

        Raises:
            NotFound: When there is no such text.
            Refused: For who is not a manager or an administrator.
            Conflict: When somebody else changed it.
        """
        template = self._for_change(template_id, version)
        self._context.uow.templates.remove(template)
        self._context.record(EventName.TEMPLATE_REMOVED, template.id, kind=template.kind.value)

    def preview(self, kind: NotificationKind, *, language: str, wording: Wording | None = None) -> Preview:
        """What a mail looks like, with made-up content.

        Args:
            kind: Of the message.
            language: Of its reader.
            wording: What it is to say, saved or not; by default the usual text.

        Raises:
            Refused: For who is not a manager or an administrator.
            InvalidInput: Naming the field, with code and line.
            AdapterError: With ``templates_missing``.
        """
        context = self._context
        context.require(Action.SEE_TEMPLATES)
        kind, language = chosen("kind", NotificationKind, kind), clean_language("language", language)
        message = sample(kind, language, context.organization.name, context.today)
        brand = context.uow.brands.find()
        colour = brand.colour if brand is not None else ""
        return self._renderer.preview(evolve(message, colour=colour, wording=wording))

    @property
    def _renderer(self) -> TemplateRenderer:
        if self._context.templates is None:
            raise AdapterError("templates_missing")
        return self._context.templates

    def _for_change(self, template_id: TemplateId, version: int) -> MailTemplate:
        self._context.require(Action.MANAGE_TEMPLATES)
        template = found(self._context.uow.templates.find(template_id), "template")
        check_version(template.version, version)
        return template

    def _check(self, template: MailTemplate) -> None:
        self._renderer.check(template.kind, template.wording)
        place = (template.kind, template.language, template.name_key)
        for other in self._context.uow.templates.all():
            if other.id != template.id and (other.kind, other.language, other.name_key) == place:
                raise Refused.because("template_name_taken")
