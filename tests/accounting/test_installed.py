"""Which accounting systems are installed, the file source among them, and the commands about them."""

import json
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from worktraq.adapters.accounting.plugins import InstalledSources
from worktraq.adapters.accounting.secrets import MemorySecrets
from worktraq.adapters.accounting.sheets import ROWS_AT_ONCE
from worktraq.adapters.memory import MemoryStore
from worktraq.adapters.sqlalchemy import SqlStore
from worktraq.cli.commands import run
from worktraq.cli.sources import excel
from worktraq.core.imports import Change, ImportKind
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, SourceBroken, SourceUnavailable
from worktraq.testing.fakes import FixedClock
from worktraq.testing.sources import RecordingCredentials
from worktraq.usecases.connecting import StoredCredentials

GROUP = "worktraq.accounting"


def point(name: str, value: str) -> EntryPoint:
    """An entry point of no package."""
    return EntryPoint(name, value, GROUP)


def test_sources_are_loaded_when_they_are_asked_for() -> None:
    """A broken one stands in nobody's way who does not use it."""
    found = InstalledSources([point("excel", "worktraq.cli.sources:excel"), point("broken", "no.such:Thing")])
    assert list(found) == ["broken", "excel"]
    assert len(found) == 2
    assert found["excel"] is found["excel"] is excel
    with pytest.raises(AdapterError) as error:
        found["broken"]
    assert (error.value.code, error.value.parameters["package"]) == ("source_not_loaded", "no")
    with pytest.raises(AdapterError) as error:
        InstalledSources([point("other", "worktraq.cli.sources:excel")])["other"]
    assert error.value.code == "source_not_loaded"


def test_what_cannot_be_loaded_hides_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are listed, and it is said what is missing."""
    found = InstalledSources([point("excel", "worktraq.cli.sources:excel"), point("broken", "httpx.no.such:Thing")])
    engine = WorkTraq(MemoryStore(), sources=found)
    admin = engine.found_organization(name="Acme", admin_name="Ada", admin_email="a@x.example").admin
    with engine.view(admin) as tx:
        assert [info.name for info in tx.accounting.sources()] == ["excel"]
    monkeypatch.setattr("worktraq.cli.bookkeeping.installed_sources", lambda: found)
    assert run(["accounting", "list", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "excel" in told
    assert "worktraq[accounting]" in told
    assert run(["accounting", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["broken"]["problem"] == "source_not_loaded"


def test_two_of_a_name_are_refused() -> None:
    """Naming both packages."""
    with pytest.raises(AdapterError) as error:
        InstalledSources([point("excel", "one.module:A"), point("excel", "two.module:B")])
    assert (error.value.code, error.value.parameters["packages"]) == ("source_installed_twice", "one, two")


@pytest.mark.requirement("T-01")
def test_file_is_a_source(tmp_path: Path) -> None:
    """In pages; known again by number; a cursor of another file begins anew."""
    file = tmp_path / "klanten.csv"
    rows = [f"{number};Klant {number};Gent" for number in range(ROWS_AT_ONCE + 1)]
    file.write_text("\n".join(["Klantnummer;Bedrijfsnaam;Plaats", *rows]), encoding="utf-8")
    engine = WorkTraq(MemoryStore(), sources={"excel": excel})
    admin = engine.found_organization(name="Acme", admin_name="Ada", admin_email="a@x.example").admin
    with engine.transaction(admin) as tx:
        tx.accounting.connect("excel", settings={"file": str(file)})
    assert engine.check_accounting(admin).detail == file.name
    done = engine.import_accounting(admin)
    assert (done.pages, done.count(ImportKind.CUSTOMER, Change.CREATE)) == (2, ROWS_AT_ONCE + 1)
    assert engine.import_accounting(admin).count(ImportKind.CUSTOMER, Change.UNCHANGED) == ROWS_AT_ONCE + 1
    source = excel(
        {"file": str(file)}, StoredCredentials(MemorySecrets(), admin.organization_id, done.id), clock=FixedClock()
    )
    first = source.read("")
    assert source.read('["other", 500]') == first
    for wrong in ("x", "1", '["a", "b"]', '["a", -1]'):
        with pytest.raises(SourceBroken):
            source.read(wrong)
    source.close()
    file.write_text("", encoding="utf-8")
    with pytest.raises(SourceBroken):
        source.check()
    file.unlink()
    with pytest.raises(SourceUnavailable):
        source.check()


def test_commands_connect_plan_and_apply(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a file, printed for people and for machines."""
    monkeypatch.setattr(
        "worktraq.cli.bookkeeping.installed_sources",
        lambda: InstalledSources([point("excel", "worktraq.cli.sources:excel")]),
    )
    url = f"sqlite:///{tmp_path}/hours.db"
    store = SqlStore.from_url(url)
    store.migrate()
    WorkTraq(store).found_organization(name="Acme", admin_name="Ada", admin_email="a@x.example")
    store.close()
    file = tmp_path / "klanten.csv"
    file.write_text("Klantnummer;Bedrijfsnaam;E-mail\n1;Nova;x\n2;Slager;s@x.example", encoding="utf-8")
    where = ["--db", url, "--vault", str(tmp_path / "vault"), "--lang", "nl"]
    assert run(["accounting", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["excel"]["settings"][0]["name"] == "file"
    assert run(["accounting", "list", "--lang", "fr"]) == 0
    assert run(["accounting", "plan", *where]) == 1
    assert "excel" in capsys.readouterr().err
    assert run(["accounting", "check", *where, "--source", "excel", "--setting", f"file={file}"]) == 0
    assert run(["accounting", "plan", *where]) == 0
    assert "nieuw" in capsys.readouterr().out
    assert run(["accounting", "apply", *where, "--json", "--conflicts", "keep-ours", "--suggestions", "create"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["state"], found["counts"]) == ("done", {"customer.create": 1, "customer.rejected": 1})
    assert found["questions"][0]["problems"][0]["value"] == "x"
    file.unlink()
    assert run(["accounting", "apply", *where]) == 1
    assert run(["accounting", "check", *where, "--setting", "file"]) == 1
    assert run(["accounting", "check", *where, "--secrets", str(file)]) == 1


def test_row_that_stands_in_a_file_twice_is_rejected(tmp_path: Path) -> None:
    """The first one counts, and somebody sees where the other one is."""
    file = tmp_path / "list.csv"
    file.write_text("Number;Company name\n1;Bakkerij Jansen\n2;Smit\n1;Jansen again\n", encoding="utf-8")
    source = excel({"file": str(file)}, RecordingCredentials(), clock=FixedClock())
    page = source.read("")
    assert [(row.external_id, row.values["company_name"]) for row in page.upserts] == [
        ("1", "Bakkerij Jansen"),
        ("2", "Smit"),
    ]
    assert [(row.external_id, row.code, row.value) for row in page.rejected] == [("", "row_twice", "4")]
