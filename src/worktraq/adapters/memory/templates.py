"""The texts of mails in an organization's own words."""

from collections.abc import Hashable, Iterable, Sequence

from worktraq.adapters.memory.repository import MemoryRepository
from worktraq.core.ids import TemplateId
from worktraq.core.templates import MailTemplate


class MemoryTemplates(MemoryRepository[MailTemplate, TemplateId]):
    """The templates of the organization."""

    table_name = "templates"

    def unique_keys(self, entity: MailTemplate) -> Iterable[Hashable]:
        """Kind, language and folded name."""
        return ((entity.kind, entity.language, entity.name_key),)

    def all(self) -> Sequence[MailTemplate]:
        """All of them, in order of kind, language, folded name and id."""
        return sorted(self._table.rows(), key=lambda each: (each.kind, each.language, each.name_key, each.id))
