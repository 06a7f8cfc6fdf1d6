"""A folder of UBL files as a sink of invoices."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve
from lxml import etree

from worktraq.adapters.ubl import UblFolder
from worktraq.core.invoices import Invoice, Party
from worktraq.core.organizations import Address
from worktraq.errors import AdapterError
from worktraq.testing.contracts.invoice_sink import InvoiceSinkContract, a_whole_invoice
from worktraq.testing.fakes import RecordingSink


class TestUblFolder(InvoiceSinkContract):
    """What every sink must do."""

    @pytest.fixture(autouse=True)
    def in_folder(self, tmp_path: Path) -> None:
        """Each test has a folder that is not there yet."""
        self.path = tmp_path / "invoices"

    def sink(self) -> UblFolder:
        """On the folder."""
        return UblFolder(self.path)

    def held(self) -> Sequence[str]:
        """Every file, unfinished ones included."""
        return [file.name for file in self.path.iterdir()] if self.path.exists() else []

    def incomplete(self) -> tuple[Invoice, Sequence[str]]:
        """Without the names and the account."""
        invoice = a_whole_invoice()
        seller, buyer = evolve(invoice.seller, name="", iban=""), Party(name="", address=Address(country="BE"))
        return (
            evolve(invoice, seller=seller, buyer=buyer),
            ("seller.name", "seller.iban", "buyer.name", "buyer.email"),
        )


class TestRecordingSink(InvoiceSinkContract):
    """The one that tests hold in their hand."""

    @pytest.fixture(autouse=True)
    def recording(self) -> None:
        """Each test has its own."""
        self.recorded = RecordingSink()

    def sink(self) -> RecordingSink:
        """The same within a test."""
        return self.recorded

    def held(self) -> Sequence[str]:
        """The names by which it knows invoices."""
        return list(self.recorded.invoices)

    def incomplete(self) -> tuple[Invoice, Sequence[str]]:
        """Without the names."""
        invoice = a_whole_invoice()
        nobody = Party(name="", address=Address())
        return evolve(invoice, seller=nobody, buyer=nobody), ("seller.name", "buyer.name")


def test_name_of_a_file_is_safe(tmp_path: Path) -> None:
    """Whatever stands in the prefix of a number."""
    name = UblFolder(tmp_path).hand_over(evolve(a_whole_invoice(), number="../A é/2026-0001"))
    assert name.startswith("---A---2026-0001-")
    assert (tmp_path / name).exists()


def test_file_is_what_was_handed_over(tmp_path: Path) -> None:
    """A document that can be read; the second time takes the place of the first."""
    invoice, folder = a_whole_invoice(), UblFolder(str(tmp_path))
    name = folder.hand_over(invoice)
    folder.hand_over(evolve(invoice, note="Second time"))
    content = (tmp_path / name).read_bytes()
    assert b"Second time" in content
    assert etree.fromstring(content).tag.endswith("}Invoice")


def test_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    """A full or missing disk passes."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(AdapterError) as raised:
        UblFolder(blocked / "in").hand_over(a_whole_invoice())
    assert (raised.value.code, raised.value.is_transient) == ("sink_unreachable", True)
