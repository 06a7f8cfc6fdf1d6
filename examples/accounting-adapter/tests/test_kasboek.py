"""The kit of worktraq, run on our adapter; and what only Kasboek has."""

from pretend_kasboek import PretendKasboek

from worktraq.core.imports import ImportKind
from worktraq.testing.contracts.accounting import AccountingSourceContract
from worktraq.testing.sources import read_all


class TestKasboek(AccountingSourceContract):
    """It does all that an adapter must do."""

    def books(self) -> PretendKasboek:
        """Empty books."""
        return PretendKasboek()


def test_fields_are_where_they_belong() -> None:
    """A code is the number of a customer; who is archived there is archived here."""
    books = PretendKasboek()
    external_id = books.put(ImportKind.CUSTOMER, "Bakkerij Jansen B.V.")
    books.relations[int(external_id)] |= {"city": " Utrecht ", "country": "NL", "archived": True}
    (row,) = read_all(books.source()).upserts
    assert row.values == {
        "number": "C1",
        "company_name": "Bakkerij Jansen B.V.",
        "email": "",
        "city": "Utrecht",
        "country": "NL",
    }
    assert row.is_archived
