"""P8b: importing customers from an accounting source, in a process of its own: time and peak memory, first and unchanged."""

import json
import resource
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.measuring import Figure, Scale, seconds
from bench.p08_import import _LAUNCHER, _belgian, _dutch_vat, by_the_driver

if TYPE_CHECKING:
    from worktraq import Actor, WorkTraq
    from worktraq.adapters.sqlalchemy import SqlStore
    from worktraq.core.accounting import SourceCheck, SourceInfo, SourcePage, Upsert
    from worktraq.ports.accounting import Credentials
    from worktraq.ports.clock import Clock

PAGE = 500


def measure(scale: Scale) -> list[Figure]:
    """Reading the pages alone; then the import on SQLite, and the same pages again."""
    count, traced = scale.of(100_000, 1_000), scale.of(20_000, 1_000)
    floors, found = [], []
    with TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        _write(pages, count)
        for _ in range(scale.of(5, 2)):
            floors.append(_launched("floor", pages, count)["read"])
            found.append(_launched("import", pages, count))
        memory = _launched("memory", pages, traced)
    floor = statistics.median(floors)
    middle = {name: statistics.median(each[name] for each in found) for name in found[0]}
    note = (
        f"in pages of {PAGE}, as JSON of 1.6 KB a customer that is parsed; peak memory {middle['megabytes']:.0f} MB, "
        f"of which the import takes {memory['peak']:.1f} MB for {traced:,} and {memory['peak of a tenth']:.1f} MB for a "
        f"tenth of them; planning alone: {middle['plan'] / floor:.2f} first, {middle['plan again'] / floor:.2f} unchanged; "
        f"reading and the driver alone, adding the same rows page by page: {1 + middle['driver'] / floor:.2f}"
    )
    work, against = f"import {count:,} customers from an accounting source (SQLite)", "reading the source's pages alone"
    return [
        Figure("P8b", f"{work}: each page planned and applied", against, middle["first"], floor, "<= 5.0", note),
        Figure("P8b", f"{work}: unchanged", against, middle["again"], floor, "<= 2.0"),
    ]


def _launched(what: str, pages: Path, count: int) -> dict[str, float]:
    child = [sys.executable, "-m", "bench.p08b_accounting", what, str(pages), str(count)]
    done = subprocess.run([sys.executable, "-c", _LAUNCHER, *child], capture_output=True, check=True, text=True)
    read: dict[str, float] = json.loads(done.stdout)
    return read


class PagesOnDisk:
    """Pages as an accounting system sends them, each a line of a file; so many customers from its beginning."""

    def __init__(self, file: Path, count: int) -> None:
        self.file = file
        with file.open("rb") as stream:
            self.offsets = list(accumulate(map(len, islice(stream, count // PAGE)), initial=0))

    def page(self, number: int) -> bytes:
        with self.file.open("rb") as stream:
            stream.seek(self.offsets[number])
            return stream.read(self.offsets[number + 1] - self.offsets[number])


def _write(file: Path, count: int) -> None:
    with file.open("wb") as stream:
        for begin in range(0, count, PAGE):
            rows = [_row(number) for number in range(begin, begin + PAGE)]
            stream.write(json.dumps({"data": rows}).encode() + b"\n")


def _row(number: int) -> Mapping[str, object]:
    """What Dutch accounting systems tell of a contact, most of which is not imported."""
    is_dutch = number % 6 < 3
    vat = _dutch_vat(number) if is_dutch else f"BE{_belgian(number)}"
    return {
        "id": f"4312{number:012}",
        "administration_id": 123,
        "company_name": f"Advies & Zn {number} B.V.",
        "firstname": None,
        "lastname": None,
        "address1": f"Dorpsstraat {number % 300}",
        "address2": "",
        "zipcode": f"{1000 + number % 8999}{' AB' if is_dutch else ''}",
        "city": f"Plaats {number % 400}",
        "country": "NL" if is_dutch else "BE",
        "phone": "020-5551234",
        "delivery_method": "Email",
        "customer_id": f"{100_000 + number}",
        "tax_number": vat,
        "chamber_of_commerce": f"{10_000_000 + number}" if is_dutch else _belgian(number),
        "bank_account": "",
        "attention": "",
        "email": f"administratie@klant{number}.example",
        "email_ubl": True,
        "send_invoices_to_attention": "",
        "send_invoices_to_email": f"facturen@klant{number}.example",
        "send_estimates_to_attention": "",
        "send_estimates_to_email": f"offertes@klant{number}.example",
        **dict.fromkeys(("sepa_mandate_id", "sepa_mandate_date", "credit_card_number", "credit_card_type")),
        **dict.fromkeys(("sepa_active", "invoice_workflow", "direct_debit", "archived"), False),
        "sepa_iban": "",
        "sepa_bic": "",
        "sepa_sequence_type": "RCUR",
        "tax_number_validated_at": "2026-01-05T08:00:00.000Z",
        "tax_number_valid": True,
        "created_at": "2025-03-04T09:12:11.402Z",
        "updated_at": "2026-02-05T10:01:45.118Z",
        "version": 1_700_000_000 + number,
        "sales_invoices_url": f"https://books.example/123/sales_invoices/4312{number:012}/all",
        "notes": [{"id": "1", "note": "Called about the year-end file", "created_at": "2025-03-04T09:12:11.402Z"}],
        "custom_fields": [{"id": "1", "name": "Segment", "value": "SME"}, {"id": "2", "name": "Lead", "value": "Fair"}],
        "contact_people": [
            {"id": f"5{number:012}", "firstname": "Jan", "lastname": "Jansen", "phone": "", "email": "jan@x.example"}
        ],
        "archived_at": None,
        "events": [],
        "language": "nl" if is_dutch else "fr",
    }


class PagesSource:
    """Reads the pages like an adapter does: parse, pick, check."""

    def __init__(self, pages: PagesOnDisk, info: "SourceInfo") -> None:
        self.info = info
        self._pages = pages

    def check(self) -> "SourceCheck":
        from worktraq.core.accounting import SourceCheck

        return SourceCheck("Acme")

    def read(self, cursor: str) -> "SourcePage":
        from worktraq.core.accounting import SourcePage

        number = int(cursor or 0)
        said = json.loads(self._pages.page(number), parse_float=str)
        upserts = tuple(_upserts(said["data"]))
        return SourcePage(str(number + 1), number + 2 == len(self._pages.offsets), upserts)

    def close(self) -> None:
        pass


def _upserts(rows: list[dict[str, str]]) -> "Iterator[Upsert]":
    from worktraq.core.accounting import Upsert
    from worktraq.core.imports import ImportKind

    for row in rows:
        values = {
            "number": row["customer_id"] or "",
            "company_name": row["company_name"] or "",
            "first_name": row["firstname"] or "",
            "last_name": row["lastname"] or "",
            "email": row["email"] or "",
            "invoice_email": row["send_invoices_to_email"] or "",
            "street": " ".join(filter(None, (row["address1"], row["address2"]))),
            "postal_code": row["zipcode"] or "",
            "city": row["city"] or "",
            "country": row["country"] or "",
            "company_number": row["chamber_of_commerce"] or "",
            "vat_number": row["tax_number"] or "",
            "language": row["language"] or "",
        }
        yield Upsert(ImportKind.CUSTOMER, row["id"], values, is_archived=bool(row["archived"]))


class PagesFactory:
    def __init__(self, pages: PagesOnDisk) -> None:
        from worktraq.core.accounting import SourceInfo
        from worktraq.core.imports import ImportKind

        fields = next(iter(_upserts([dict.fromkeys(_row(0), "")]))).values
        self.info = SourceInfo("pages", "Pages", {ImportKind.CUSTOMER: tuple(fields)})
        self._pages = pages

    def __call__(self, settings: Mapping[str, str], credentials: "Credentials", *, clock: "Clock") -> PagesSource:
        del settings, credentials, clock
        return PagesSource(self._pages, self.info)


def _floor(_folder: Path, pages: PagesOnDisk) -> dict[str, float]:
    factory = PagesFactory(pages)

    def read() -> None:
        source, cursor, is_last = factory({}, None, clock=None), "", False  # type: ignore[arg-type]  # asks neither
        while not is_last:
            page = source.read(cursor)
            cursor, is_last = page.cursor, page.is_last

    return {"read": seconds(read)}


def _import(folder: Path, pages: PagesOnDisk) -> dict[str, float]:
    engine, admin, store = _office(folder, pages)
    took = {}
    steps: dict[str, Callable[[], object]] = {
        "plan": lambda: engine.plan_accounting(admin),
        "first": lambda: engine.import_accounting(admin),
        "again": lambda: engine.import_accounting(admin),
        "plan again": lambda: engine.plan_accounting(admin),
    }
    for name, step in steps.items():
        begin = time.perf_counter()
        step()
        took[name] = time.perf_counter() - begin
    store.close()
    took["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took["driver"] = by_the_driver(folder, PAGE)
    return took


def _memory(folder: Path, pages: PagesOnDisk) -> dict[str, float]:
    """What the import itself takes at most, for all and for a tenth."""
    found = {}
    tenth = PagesOnDisk(pages.file, PAGE * max(1, len(pages.offsets) // 10))
    for name, rows in (("peak of a tenth", tenth), ("peak", pages)):
        (folder / name).mkdir()
        engine, admin, store = _office(folder / name, rows)
        tracemalloc.start()
        engine.import_accounting(admin)
        engine.import_accounting(admin)
        found[name] = tracemalloc.get_traced_memory()[1] / 1024 / 1024
        tracemalloc.stop()
        store.close()
    return found


def _office(folder: Path, pages: PagesOnDisk) -> "tuple[WorkTraq, Actor, SqlStore]":
    from worktraq import WorkTraq
    from worktraq.adapters.sqlalchemy import SqlStore

    store = SqlStore.from_url(f"sqlite:///{folder}/firm.db")
    store.migrate()
    engine = WorkTraq(store, sources={"pages": PagesFactory(pages)})
    admin = engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example").admin
    with engine.transaction(admin) as tx:
        tx.accounting.connect("pages")
    return engine, admin, store


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        steps = {"floor": _floor, "import": _import, "memory": _memory}
        print(json.dumps(steps[sys.argv[1]](Path(place), PagesOnDisk(Path(sys.argv[2]), int(sys.argv[3])))))
