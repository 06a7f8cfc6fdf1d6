"""The texts of mails in an organization's own words."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, UniqueConstraint

from worktraq.adapters.sqlalchemy.cells import bounded
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf, SqlRepository
from worktraq.adapters.sqlalchemy.schema import CODE, ID, KEY, LINE, NAME, long_text, table
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.core.ids import TemplateId
from worktraq.core.templates import MailTemplate

template_table = table(
    "mail_template",
    Column("id", ID, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("language", CODE, nullable=False),
    Column("name", NAME, nullable=False),
    Column("subject", LINE, nullable=False),
    Column("body", long_text(), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("name_key", KEY, nullable=False),
    UniqueConstraint("organization_id", "kind", "language", "name_key"),
)

_templates = Shelf(
    Mapping(template_table, MailTemplate, derived={"name_key": lambda template: bounded(template.name_key)})
)
_c = template_table.c
_all = _templates.where(order=(_c.kind, _c.language, _c.name_key, _c.id))


class SqlTemplates(SqlRepository[MailTemplate, TemplateId]):
    """The templates of the organization."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, _templates)

    def all(self) -> Sequence[MailTemplate]:
        """All of them, in order of kind, language, folded name and id."""
        return self._load(self._session.fetch(_all))
