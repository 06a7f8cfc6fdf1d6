"""What every store must do with the texts of mails in an organization's own words."""

from collections.abc import Callable, Hashable
from uuid import UUID

from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.ids import TemplateId
from worktraq.core.notifications import NotificationKind
from worktraq.core.templates import MailTemplate
from worktraq.ports.templates import TemplateRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import a_template
from worktraq.testing.contracts.base import conflict, reading, writing
from worktraq.testing.contracts.changes import ChangingContract
from worktraq.testing.firms import Firm


class TemplateRepositoryContract(ChangingContract[MailTemplate, TemplateId]):
    """Templates: one per kind, language and folded name."""

    def repository(self, uow: UnitOfWork) -> TemplateRepository:
        """The templates."""
        return uow.templates

    def id_of(self, entity: MailTemplate) -> TemplateId:
        """Of a template."""
        return entity.id

    def as_id(self, value: UUID) -> TemplateId:
        """Of a template."""
        return TemplateId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[MailTemplate]:
        """Texts for reminders, each with a name of its own."""
        made = [a_template(firm.id) for _ in range(number)]
        return [evolve(each, name=each.id.hex) for each in made]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[MailTemplate]:
        """Texts of all kinds."""
        return strategies.templates(firm)

    def unique_keys(self) -> tuple[Callable[[MailTemplate], Hashable], ...]:
        """Id; and kind, language and folded name together."""
        return (self.id_of, lambda each: (each.kind, each.language, each.name_key))

    def changed(self, entity: MailTemplate) -> MailTemplate:
        """With another text."""
        return evolve(entity, body=entity.body + "!", version=entity.version + 1)

    def test_a_kind_has_one_text_per_language_and_name(self, store: Store, firm: Firm) -> None:
        """Whatever case and accents the name has; also the one without a name."""
        for one, other in (("", ""), ("Kort é", "KORT E")):
            with writing(store, firm) as uow:
                uow.templates.add(a_template(firm.id, one))
            with conflict("already_exists"), writing(store, firm) as uow:
                uow.templates.add(a_template(firm.id, other))

    def test_a_name_cannot_be_changed_to_one_that_is_taken(self, store: Store, firm: Firm) -> None:
        """A conflict, and the name stays."""
        one, other = a_template(firm.id, "Kort"), a_template(firm.id, "Lang")
        with writing(store, firm) as uow:
            uow.templates.add(one, other)
        with conflict("already_exists"), writing(store, firm) as uow:
            uow.templates.save(evolve(other, name="kort", version=2))
        assert self.found(store, firm, other) == [other]

    def test_all_come_in_order(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By kind, language and folded name; none of another organization."""
        wanted = [
            a_template(firm.id, language="de"),
            a_template(firm.id),
            a_template(firm.id, "Ähnlich"),
            a_template(firm.id, "bald"),
            a_template(firm.id, kind=NotificationKind.ITEMS_REJECTED, language="de"),
        ]
        with writing(store, firm) as uow:
            uow.templates.add(*reversed(wanted))
        with writing(store, other_firm) as uow:
            uow.templates.add(a_template(other_firm.id))
        with reading(store, firm) as uow:
            assert list(uow.templates.all()) == wanted
