"""The demo, from the command line to the files that it leaves."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeAlias

import pytest

from worktraq.demo import firm

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


def demo(folder: Path, *options: str) -> dict[str, Json]:
    """Play the demo in a process of its own; its figures."""
    command = [sys.executable, "-m", "worktraq", "demo", "--json", "--lang", "en", "--out", str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    figures: dict[str, Json] = json.loads(done.stdout)
    return figures


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo was played, once."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def figures(folder: Path) -> dict[str, Json]:
    """What the demo printed."""
    return demo(folder)


def at(value: Json, *path: str) -> Json:
    """What stands in JSON under names."""
    for name in path:
        assert isinstance(value, dict)
        value = value[name]
    return value


def below(value: Json, *path: str) -> dict[str, Json]:
    """The object that stands in JSON under names."""
    found = at(value, *path)
    assert isinstance(found, dict)
    return found


def number(value: Json, *path: str) -> int:
    """The whole number that stands in JSON under names."""
    found = at(value, *path)
    assert isinstance(found, int)
    return found


def amount(value: Json) -> Decimal:
    """The exact amount of an object in euros."""
    assert at(value, "currency") == "EUR"
    return Decimal(str(at(value, "amount")))


def mails(folder: Path) -> Iterator[EmailMessage]:
    """The mails that were put into the folder."""
    for path in sorted((folder / "mails").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        yield mail


def words_of(mail: EmailMessage) -> str:
    """Everything that a mail says, headers and all of its texts."""
    texts = [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(str(value) for value in mail.values()), *texts])


@pytest.mark.requirement("T-02", "B-10")
def test_exactly_the_six_wrong_rows_are_refused(figures: dict[str, Json]) -> None:
    """Each with sheet, row, column and code; the other 153 are imported."""
    refused = at(figures, "customers", "refused")
    assert isinstance(refused, list)
    assert at(figures, "customers", "imported") == 153
    assert [tuple(str(at(row, name)) for name in ("sheet", "row", "column", "code")) for row in refused] == [
        ("Klanten", "45", "C", "text_missing"),
        ("Klanten", "46", "E", "text_missing"),
        ("Klanten", "47", "L", "vat_number_wrong"),
        ("Klanten", "162", "F", "mail_malformed"),
        ("Klanten", "163", "A", "number_twice"),
        ("Klanten", "164", "B", "customer_kind_unknown"),
    ]


def test_every_session_of_the_file_is_registered(figures: dict[str, Json]) -> None:
    """With its minutes; internal work is counted beside it."""
    assert (at(figures, "entries", "registered"), at(figures, "entries", "minutes")) == (388, 20_599)
    assert number(figures, "entries", "internal", "minutes") > 0


@pytest.mark.requirement("B-01", "L-13")
def test_sums_per_reason_add_up_to_the_total(figures: dict[str, Json]) -> None:
    """Items, minutes, money to the cent, and what has no rate."""
    whole = at(figures, "unbilled", "total")
    reasons = below(figures, "unbilled", "by_reason").values()
    for name in ("items", "minutes", "items_without_rate", "minutes_without_rate"):
        assert sum(number(each, name) for each in reasons) == number(whole, name)
    assert sum(amount(at(each, "value")) for each in reasons) == amount(at(whole, "value"))


@pytest.mark.requirement("L-05")
def test_requests_are_counted_by_status(figures: dict[str, Json]) -> None:
    """As many as are listed."""
    listed = at(figures, "requests", "list")
    assert isinstance(listed, list)
    assert sum(
        number(figures, "requests", "by_status", name) for name in below(figures, "requests", "by_status")
    ) == len(listed)


@pytest.mark.requirement("W-05")
def test_employee_view_holds_no_amount(figures: dict[str, Json]) -> None:
    """Counts and minutes only, and a refusal to tell a rate."""
    view = below(figures, "employee_view")
    sums = [at(view, "total"), *below(view, "by_reason").values()]
    assert {name for each in sums for name in below(each)} == {"items", "minutes"}
    assert at(view, "refused") == ["needs_manager"]


@pytest.mark.requirement("W-05")
def test_no_mail_tells_a_rate_or_a_sum_of_money_from_one(folder: Path, figures: dict[str, Json]) -> None:
    """Neither to employees nor to customers, in whichever way the language writes numbers."""
    rates = [*firm.CUSTOMER_RATES.values(), *firm.ACTIVITY_RATES.values()]
    rates += [rate for dated in firm.PROJECT_RATES.values() for _, rate in dated]
    secrets = {f"{rate.amount:.2f}" for rate in rates}
    secrets |= {str(amount(at(each, "value"))) for each in below(figures, "unbilled", "by_reason").values()} - {"0.00"}
    written = "|".join(re.escape(each).replace(r"\.", "[.,]") for each in sorted(secrets))
    told = [mail["Subject"] for mail in mails(folder) if re.search(rf"(?<!\d)({written})(?!\d)", words_of(mail))]
    assert told == []


def test_every_mail_is_in_the_folder(folder: Path, figures: dict[str, Json]) -> None:
    """As many as were sent, dated by the clock of the quarter."""
    assert len(list(mails(folder))) == number(figures, "mails", "sent")
    assert {mail["Date"].datetime.year for mail in mails(folder)} == {2024}


def test_running_it_again_starts_afresh(folder: Path, figures: dict[str, Json]) -> None:
    """The same figures in a new database; neither rows nor mails pile up."""
    again = demo(folder)
    changed = {name for name in figures if figures[name] != again[name]}
    assert changed == {"organization_id"}
    assert len(list(mails(folder))) == number(again, "mails", "sent")


def test_another_database_gets_a_new_organization_each_time(tmp_path: Path) -> None:
    """Nothing that stands in it is deleted."""
    url = f"sqlite:///{tmp_path}/theirs.db"
    first, second = demo(tmp_path, "--db", url), demo(tmp_path, "--db", url)
    assert first["organization_id"] != second["organization_id"]
    assert first["unbilled"] == second["unbilled"]
    assert (second["database"], (tmp_path / "worktraq.db").exists()) == (url, False)


@pytest.mark.requirement("L-07")
def test_served_request_is_open_today_and_interrupting_ends_cleanly(tmp_path: Path) -> None:
    """The link that is printed shows the page; Ctrl-C leaves no traceback."""
    command = [sys.executable, "-m", "worktraq", "demo", "--serve", "--json", "--out", str(tmp_path)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as served:
        assert served.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(served.stdout.readline())
            assert lines[-1], "the demo ended early"
        link = json.loads("".join(lines))["link"]
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with visitor.open(link, timeout=20) as page:
            shown = page.read().decode()
        served.send_signal(signal.SIGINT)
        _, problems = served.communicate(timeout=20)
    assert "Anna de Wit" in shown
    assert (served.returncode, problems) == (0, "")
