"""What every store must remember of imports."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from worktraq.core.actors import Actor
from worktraq.core.imports import ConflictDecision, Decisions, ImportKind, ImportLink, MatchDecision
from worktraq.core.sheets import Sheet
from worktraq.engine import WorkTraq
from worktraq.errors import Conflict
from worktraq.ports.unit_of_work import Store, UnitOfWork
from worktraq.testing import strategies
from worktraq.testing.builders import a_customer, an_import_link
from worktraq.testing.contracts.base import StoreContract, many_examples, read_only, reading, rolled_back, writing
from worktraq.testing.contracts.repository import MANY
from worktraq.testing.fakes import FixedClock
from worktraq.testing.firms import Firm

WORKERS = 4
_EVERYTHING = Decisions(ConflictDecision.TAKE_THEIRS, MatchDecision.CREATE)


class ImportLinkRepositoryContract(StoreContract):
    """Links: one per source, kind and key."""

    def found(
        self, uow: UnitOfWork, *keys: str, source: str = "excel", kind: ImportKind = ImportKind.CUSTOMER
    ) -> list[ImportLink]:
        """The links of keys."""
        return list(uow.import_links.find_many(source, kind, keys))

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
        source, kind = links[0].source, links[0].kind
        same = (link for link in links if (link.source, link.kind) == (source, kind))
        expected = sorted(same, key=lambda link: link.external_id)
        with rolled_back(store, firm) as uow:
            uow.import_links.put(*links)
            assert self.found(uow, *(link.external_id for link in links), source=source, kind=kind) == expected

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

    def test_a_key_that_is_known_cannot_be_added(self, store: Store, firm: Firm) -> None:
        """Nor one that comes twice; those of another source can."""
        links = [an_import_link(firm.customer, key) for key in ("1", "2")]
        other = an_import_link(firm.customer, "1", source="moneybird")
        with writing(store, firm) as uow:
            uow.import_links.add(*links)
            uow.import_links.add(other)
            uow.import_links.add()
        for again in (links[:1], [an_import_link(firm.customer, "3")] * 2):
            with pytest.raises(Conflict) as raised, writing(store, firm) as uow:
                uow.import_links.add(*again)
            assert raised.value.code == "already_exists"
        with reading(store, firm) as uow:
            assert self.found(uow, "1", "2", "3") == links
            assert self.found(uow, "1", source="moneybird") == [other]

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

    def test_known_rows_tell_how_their_things_stand(self, store: Store, firm: Firm, other_firm: Firm) -> None:
        """With the version of the customer; with none where it is gone or another organization's."""
        gone = a_customer(firm.id)
        links = [
            an_import_link(firm.customer, "1"),
            an_import_link(evolve(firm.other_customer), "2", digest="f" * 64, imported='{"city": "Gent"}'),
            an_import_link(gone, "3"),
            evolve(an_import_link(other_firm.customer, "4"), organization_id=firm.id),
        ]
        with writing(store, firm) as uow:
            uow.customers.save(evolve(firm.other_customer, version=2))
            uow.import_links.put(*links)
        with reading(store, firm) as uow:
            found = uow.import_links.known("excel", ImportKind.CUSTOMER, ["4", "3", "2", "1", "unknown"])
        assert [(row.external_id, row.digest, row.entity_id, row.version) for row in found] == [
            ("1", "0" * 64, firm.customer.id, firm.customer.version),
            ("2", "f" * 64, firm.other_customer.id, 2),
            ("3", "0" * 64, gone.id, 0),
            ("4", "0" * 64, other_firm.customer.id, 0),
        ]

    def test_what_is_rolled_back_was_never_imported(self, store: Store, firm: Firm) -> None:
        """An error in the transaction leaves the links as they were."""
        link = an_import_link(firm.customer, "1")
        with writing(store, firm) as uow:
            uow.import_links.put(link)
        with rolled_back(store, firm) as uow:
            uow.import_links.put(evolve(link, digest="f" * 64), an_import_link(firm.customer, "2"))
        with reading(store, firm) as uow:
            assert self.found(uow, "1", "2") == [link]

    @pytest.mark.requirement("B-10")
    def test_a_plan_is_applied_once_however_many_want_it(self, store: Store, firm: Firm) -> None:
        """Of several who apply the same plan at the same time, one succeeds and the others meet a conflict."""
        engine = WorkTraq(store, clock=FixedClock())
        manager = Actor.user(firm.id, firm.manager.id)
        headings = ("Klantnummer", "Bedrijfsnaam", "Plaats")
        number = firm.customer.data.number
        rows = (("N-1", "Nova", "Gent"), (None, "Zonder nummer", None), (number, firm.customer.name, "Aalst"))
        with engine.view(manager) as tx:
            plan = tx.imports.plan_customers([Sheet("Klanten", (headings, *rows))])
        barrier = Barrier(WORKERS)

        def apply(_worker: int) -> str:
            barrier.wait()
            try:
                engine.run(manager, lambda tx: tx.imports.apply(plan, decisions=_EVERYTHING))
            except Conflict as conflict:
                return conflict.code
            return ""

        with ThreadPoolExecutor(WORKERS) as pool:
            codes = sorted(pool.map(apply, range(WORKERS)))
        assert codes[0] == ""
        assert all(codes[1:])
        with engine.view(manager) as tx:
            assert [len(tx.customers.list(search=name)) for name in ("nova", "zonder nummer")] == [1, 1]
            assert tx.customers.get(firm.customer.id).version == firm.customer.version + 1

    def test_a_view_refuses_to_put(self, store: Store, firm: Firm) -> None:
        """Nothing is remembered without `writes`."""
        with read_only(), reading(store, firm) as uow:
            uow.import_links.put(an_import_link(firm.customer, "1"))
        with read_only(), reading(store, firm) as uow:
            uow.import_links.add(an_import_link(firm.customer, "1"))
