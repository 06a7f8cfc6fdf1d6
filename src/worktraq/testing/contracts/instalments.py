"""What every store must do with instalments."""

from datetime import date, timedelta
from uuid import UUID

from attrs import evolve
from hypothesis import strategies as st

from worktraq.core.ids import InstalmentId, InvoiceId
from worktraq.core.instalments import Instalment, put_on
from worktraq.core.money import Money
from worktraq.ports.instalments import InstalmentRepository
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.bills import an_instalment
from worktraq.testing.builders import MONDAY, new_id
from worktraq.testing.contracts.base import reading, writing
from worktraq.testing.contracts.changes import ChangingContract
from worktraq.testing.firms import Firm


class InstalmentRepositoryContract(ChangingContract[Instalment, InstalmentId]):
    """Instalments of projects, billed or not."""

    def repository(self, uow: UnitOfWork) -> InstalmentRepository:
        """The instalments."""
        return uow.instalments

    def id_of(self, entity: Instalment) -> InstalmentId:
        """Of an instalment."""
        return entity.id

    def as_id(self, value: UUID) -> InstalmentId:
        """Of an instalment."""
        return InstalmentId(value)

    def new_ones(self, _uow: UnitOfWork, firm: Firm, number: int) -> list[Instalment]:
        """Of the project at a fixed price."""
        return [an_instalment(firm.fixed_project) for _ in range(number)]

    def drawn(self, _uow: UnitOfWork, firm: Firm) -> st.SearchStrategy[Instalment]:
        """Of any project, with any amount and day."""
        return strategies.instalments(firm)

    def changed(self, entity: Instalment) -> Instalment:
        """A little higher."""
        amount = Money.from_minor(entity.amount.minor + 1, entity.amount.currency)
        return evolve(entity, amount=amount, version=entity.version + 1)

    def test_instalments_of_a_project_come_in_order_of_day(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """Billed or not, those of no other project or organization."""
        later, first, second = (
            an_instalment(firm.fixed_project, MONDAY + timedelta(days=1)),
            an_instalment(firm.fixed_project),
            an_instalment(firm.fixed_project),
        )
        with writing(store, firm) as uow:
            uow.instalments.add(later, first, second, an_instalment(firm.project))
        with reading(store, firm) as uow:
            assert list(uow.instalments.of_project(firm.fixed_project.id)) == [first, second, later]
        with reading(store, other_firm) as uow:
            assert list(uow.instalments.of_project(firm.fixed_project.id)) == []

    def test_what_is_due_is_found_until_it_is_billed(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """By day, of everybody or of one customer or project; released, it is due again."""
        early, today = an_instalment(firm.fixed_project, date(2026, 1, 1)), an_instalment(firm.project)
        tomorrow = an_instalment(firm.project, MONDAY + timedelta(days=1))
        with writing(store, firm) as uow:
            uow.instalments.add(tomorrow, today, early)
        with reading(store, firm) as uow:
            due = uow.instalments.due
            assert list(due(MONDAY)) == [early, today]
            assert list(due(tomorrow.due_on)) == [early, today, tomorrow]
            assert list(due(MONDAY, customer_id=firm.customer.id)) == [early, today]
            assert list(due(MONDAY, customer_id=firm.other_customer.id)) == []
            assert list(due(MONDAY, customer_id=firm.customer.id, project_id=firm.project.id)) == [today]
        with reading(store, other_firm) as uow:
            assert list(uow.instalments.due(MONDAY)) == []
        billed = put_on(early, InvoiceId(new_id()))
        with writing(store, firm) as uow:
            uow.instalments.save(billed)
        with writing(store, firm) as uow:
            assert list(uow.instalments.due(MONDAY)) == [today]
            uow.instalments.save(put_on(billed, None))
            assert list(uow.instalments.due(MONDAY)) == [put_on(billed, None), today]
