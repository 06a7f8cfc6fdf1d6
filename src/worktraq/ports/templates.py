"""The texts of mails in an organization's own words: kept, checked and shown."""

from collections.abc import Sequence
from typing import Protocol

from worktraq.core.ids import TemplateId
from worktraq.core.notifications import Notification, NotificationKind, Wording
from worktraq.core.templates import MailTemplate, Preview
from worktraq.ports.repository import Repository


class TemplateRepository(Repository[MailTemplate, TemplateId], Protocol):
    """The templates of the organization: one per kind, language and name, whatever case and accents the name has."""

    def all(self) -> Sequence[MailTemplate]:
        """All of them, in order of kind, language, folded name and id."""


class TemplateRenderer(Protocol):
    """Knows the language in which templates are written."""

    def check(self, kind: NotificationKind, wording: Wording) -> None:
        """Go on only when a text can be shown for every message of a kind, whatever its values are.

        Raises:
            InvalidInput: Naming the field, with ``template_malformed``, ``template_value_unknown`` or
                ``template_not_allowed`` and the line; or with ``template_link_missing``.
        """

    def preview(self, notification: Notification) -> Preview:
        """A message as its reader would see it; in the organization's words when it carries them.

        Raises:
            InvalidInput: As for `check`.
        """
