"""Registers and adds up the same hours with worktraq, Tryton and TimeTagger in turns; writes bench/peers.md and .json."""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from attrs import asdict, frozen
from sqlalchemy import make_url

from bench.firm import NOW
from bench.measuring import seconds, surroundings
from bench.peers.notes import NOTES
from bench.places import Opener, empty_database, places, server_versions
from worktraq import Activity, Actor, GroupBy, Hourly, NewTime, Role, WorkTraq
from worktraq.adapters.sqlalchemy import SqlStore

FOLDER = Path(__file__).parent
EMPLOYEES = 20
STORED = 2_000
AT_ONCE = 2_000
SINGLE = 200
REPETITIONS = 5
_FIRST_DAY = date(2001, 1, 1)
_PER_DAY = 100


@frozen
class Measured:
    """What one program took for one kind of work.

    Attributes:
        database: On which.
        work: What was done, and how much of it.
        program: Which.
        seconds: Median.
        ratio: To what worktraq took.
    """

    database: str
    work: str
    program: str
    seconds: float
    ratio: float


class Program(Protocol):
    """What is measured; each gives the seconds that it took."""

    def register(self, employee: int, offset: int, count: int, *, each: bool) -> float:
        """Register time, in one transaction or each in its own."""

    def totals(self) -> tuple[float, int]:
        """Add up per employee and month; also gives the minutes in all."""


class Ours:
    """This library, in this interpreter."""

    def __init__(self, engine: WorkTraq) -> None:
        self._engine = engine
        founded = engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")
        self._admin = founded.admin
        self._people: list[tuple[Actor, Activity]] = []
        with engine.transaction(founded.admin) as tx:
            customer = tx.customers.add_business(company_name="Bakkerij Jansen B.V.")
            project = tx.projects.add(customer.id, name="Advice", billing=Hourly())
            for at in range(EMPLOYEES):
                user = tx.users.add(name=f"Employee {at}", email=f"e{at}@acme.example", role=Role.EMPLOYEE)
                activity = tx.activities.add(user_id=user.id, customer_id=customer.id, project_id=project.id)
                self._people.append((Actor.user(founded.organization.id, user.id), activity))

    def register(self, employee: int, offset: int, count: int, *, each: bool) -> float:
        """With all rules and events, as always."""
        actor, activity = self._people[employee]
        new = [
            NewTime(activity.id, _FIRST_DAY + timedelta(days=(offset + at) // _PER_DAY), 10, "Year-end file")
            for at in range(count)
        ]
        return seconds(partial(self._each if each else self._many, actor, new))

    def _many(self, actor: Actor, new: Sequence[NewTime]) -> None:
        with self._engine.transaction(actor) as tx:
            tx.entries.register_times(new)

    def _each(self, actor: Actor, new: Sequence[NewTime]) -> None:
        for one in new:
            with self._engine.transaction(actor) as tx:
                tx.entries.register_time(one.activity_id, on=one.on, minutes=one.minutes, note=one.note)

    def totals(self) -> tuple[float, int]:
        """With the names of the employees."""
        found: list[int] = []

        def add_up() -> None:
            with self._engine.view(self._admin) as tx:
                totals = tx.overviews.hours(by=[GroupBy.USER, GroupBy.MONTH]).totals
                found.append(sum(each.minutes for each in totals))

        return seconds(add_up), found[0]


class Peer:
    """Another program, in an interpreter and an environment of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.versions: dict[str, str] = {}

    def ask(self, job: str, **given: object) -> tuple[float, Any]:
        """Have something done; gives the seconds, and what came of it.

        Raises:
            RuntimeError: It ended; what went wrong stands above.
        """
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: PT018  # both are piped
        self._process.stdin.write(json.dumps({"job": job, "given": given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{job} failed")
        answer = json.loads(line)
        self.versions |= answer["result"] if isinstance(answer["result"], dict) else {}
        return float(answer["seconds"]), answer["result"]

    def register(self, employee: int, offset: int, count: int, *, each: bool) -> float:
        """In its own words."""
        job = "register_each" if each else "register_many"
        return self.ask(job, employee=employee, offset=offset, count=count)[0]

    def totals(self) -> tuple[float, int]:
        """In its own words."""
        return self.ask("totals")


def main() -> int:
    """Measure on each database that there is, and write what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("python", type=Path, help="the interpreter of the environment with the others")
    python = parser.parse_args().python
    measured: list[Measured] = []
    versions: dict[str, str] = {}
    for title, opener in places().items():
        print(f"{title}: making what is there before, {EMPLOYEES * STORED:,} entries in each program ...", flush=True)
        with opened(title, opener, python) as programs:
            for each in on(title, programs):
                measured.append(each)
                print(line(each), flush=True)
            for program in programs.values():
                versions |= program.versions if isinstance(program, Peer) else {}
    made_with = {**surroundings(), **server_versions(), **versions}
    FOLDER.with_suffix(".md").write_text(page(measured, made_with), encoding="utf-8")
    found = {"with": made_with, "measured": [asdict(each) for each in measured]}
    FOLDER.with_suffix(".json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


@contextmanager
def opened(title: str, opener: Opener, python: Path) -> Iterator[Mapping[str, Program]]:
    """The programs that work on a database, with the same people in each."""
    with ExitStack() as stack:
        place = stack.enter_context(opener())
        store = SqlStore.from_url(place.url)
        stack.callback(store.close)
        programs: dict[str, Program] = {"worktraq": Ours(WorkTraq(store, clock=lambda: NOW))}
        folder = stack.enter_context(TemporaryDirectory())
        run = partial(_run, stack, python)
        if title == "SQLite":
            (Path(folder) / "tryton").mkdir()
            programs["Tryton"] = run("tryton_side.py", "peer", "sqlite://", str(Path(folder) / "tryton"))
            programs["TimeTagger"] = run("timetagger_side.py", str(Path(folder) / "timetagger"))
        elif title == "PostgreSQL":
            url = make_url(stack.enter_context(empty_database(title)))
            server = url.set(drivername="postgresql", database="", query={}).render_as_string(hide_password=False)
            programs["Tryton"] = run("tryton_side.py", str(url.database), server)
        for name, program in programs.items():
            if isinstance(program, Peer):
                if name == "Tryton":
                    program.ask("activate")
                program.ask("found", count=EMPLOYEES)
        yield programs


def _run(stack: ExitStack, python: Path, script: str, *arguments: str) -> Peer:
    command = [str(python), str(FOLDER / script), *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return Peer(stack.enter_context(process))  # leaving closes its input, which ends it


def on(title: str, programs: Mapping[str, Program]) -> Iterator[Measured]:
    """What each program takes, all of them in turns; those beside which there is nobody are left out."""
    if len(programs) == 1:
        return
    for employee in range(EMPLOYEES):
        for program in programs.values():
            program.register(employee, 0, STORED, each=False)
    rounds: Mapping[str, Callable[[Program, int], float]] = {
        f"register {AT_ONCE:,} entries at once": lambda each, at: each.register(at, STORED, AT_ONCE, each=False),
        f"register {SINGLE} entries, each in its own transaction": lambda each, at: each.register(
            at, STORED + AT_ONCE, SINGLE, each=True
        ),
        f"hours per employee and month over {EMPLOYEES * STORED + REPETITIONS * (AT_ONCE + SINGLE):,} entries": (
            lambda each, _at: each.totals()[0]
        ),
    }
    for work, do in rounds.items():
        times: dict[str, list[float]] = {name: [] for name in programs}
        for at in range(REPETITIONS):
            for name, program in programs.items():
                times[name].append(do(program, at))
        ours = statistics.median(times["worktraq"])
        for name, found in times.items():
            yield Measured(title, work, name, statistics.median(found), statistics.median(found) / ours)
    sums = {name: program.totals()[1] for name, program in programs.items()}
    assert len(set(sums.values())) == 1, f"they do not hold the same hours: {sums}"


def line(each: Measured) -> str:
    """One of them for the terminal."""
    return f"{each.database:10} {each.program:10} {each.seconds * 1000:9.1f} ms {each.ratio:7.2f}  {each.work}"


def page(measured: Sequence[Measured], made_with: Mapping[str, str]) -> str:
    """All of it as a page."""
    head = "# Beside others\n\nWritten by `make bench-peers`; medians, all measured in one run, in turns.\n\n"
    table = "| database | work | program | time | in multiples of worktraq |\n|---|---|---|---|---|\n"
    rows = "".join(
        f"| {each.database} | {each.work} | {each.program} | {each.seconds * 1000:.1f} ms | {each.ratio:.2f} |\n"
        for each in measured
    )
    versions = "".join(f"- {name}: {found}\n" for name, found in made_with.items())
    return f"{head}{table}{rows}\n{NOTES}\n## Measured with\n\n{versions}"


if __name__ == "__main__":
    sys.exit(main())
