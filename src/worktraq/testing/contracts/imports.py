"""What every store must remember of imports."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.imports import ImportKind, ImportLink
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import an_import_link
from worktraq.testing.contracts.base import StoreContract, many_examples, read_only, reading, rolled_back, writing
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.firms import Firm


class ImportLinkRepositoryContract(StoreContract):
    """Links: one per source, kind and key."""

    def found(self, uow: UnitOfWork, *keys: str, source: str = "excel") -> list[ImportLink]:
        """The links of keys."""
        return list(uow.import_links.find_many(source, ImportKind.CUSTOMER, keys))

    @many_examples
    @given(data=st.data())
    def test_every_value_comes_back_as_it_was(self, store: Store, firm: Firm, data: st.DataObject) -> None:
        """Keys differ by every character; all that were put are found in order of key."""
        links = data.draw(
            st.lists(
                strategies.import_links(firm),
                min_size=1,
                max_size=6,
                unique_by=lambda link: (link.source, link.external_id),
            )
        )
        source = links[0].source
        expected = sorted((link for link in links if link.source == source), key=lambda link: link.external_id)
        with rolled_back(store, firm) as uow:
            uow.import_links.put(*links)
            assert self.found(uow, *(link.external_id for link in links), source=source) == expected

    def test_a_link_is_replaced(self, store: Store, firm: Firm) -> None:
        """The last one for a key counts; the others stay."""
        links = [an_import_link(firm.customer, key) for key in ("1", "2")]
        newer = evolve(links[0], entity_id=firm.other_customer.id, digest="f" * 64)
        with writing(store, firm) as uow:
            uow.import_links.put(*links)
        with writing(store, firm) as uow:
            uow.import_links.put(newer, an_import_link(firm.customer, "3"))
        with reading(store, firm) as uow:
            assert self.found(uow, "2", "1") == [newer, links[1]]

    def test_sources_and_organizations_are_apart(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """The same key elsewhere is another link."""
        one = an_import_link(firm.customer, "1")
        other = an_import_link(firm.other_customer, "1", source="moneybird")
        elsewhere = an_import_link(other_firm.customer, "1")
        with writing(store, firm) as uow:
            uow.import_links.put(one, other)
        with writing(store, other_firm) as uow:
            uow.import_links.put(elsewhere)
        with reading(store, firm) as uow:
            assert self.found(uow, "1") == [one]
            assert self.found(uow, "1", source="moneybird") == [other]
            assert self.found(uow, "1", source="csv") == []
        with reading(store, other_firm) as uow:
            assert self.found(uow, "1") == [elsewhere]

    def test_any_number_of_keys_can_be_put_and_asked_for(self, store: Store, firm: Firm) -> None:
        """Unknown keys and repeated ones change nothing."""
        links = [an_import_link(firm.customer, f"{at:05}") for at in range(MANY)]
        with writing(store, firm) as uow:
            uow.import_links.put(*links)
        with reading(store, firm) as uow:
            keys = [link.external_id for link in reversed(links)]
            assert self.found(uow, *keys, "unknown", keys[0]) == links
            assert self.found(uow) == []

    def test_what_is_rolled_back_was_never_imported(self, store: Store, firm: Firm) -> None:
        """An error in the transaction leaves the links as they were."""
        link = an_import_link(firm.customer, "1")
        with writing(store, firm) as uow:
            uow.import_links.put(link)
        with rolled_back(store, firm) as uow:
            uow.import_links.put(evolve(link, digest="f" * 64), an_import_link(firm.customer, "2"))
        with reading(store, firm) as uow:
            assert self.found(uow, "1", "2") == [link]

    def test_a_view_refuses_to_put(self, store: Store, firm: Firm) -> None:
        """Nothing is remembered without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.import_links.put(an_import_link(firm.customer, "1"))
