"""Imports one file after another in a process of its own, under hard limits.

Asked with the path of a file on each line; answers with one line of JSON. What breaks a limit on time ends
the process; memory beyond the limit is not given.
"""

import json
import resource
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from worktraq.adapters.excel import SheetFiles
from worktraq.adapters.memory import MemoryStore
from worktraq.core.actors import Actor
from worktraq.engine import WorkTraq
from worktraq.errors import AdapterError, InvalidInput, Refused
from worktraq.messages import MESSAGES

MEMORY_BYTES = 200_000_000
"""Of the whole process, interpreter and libraries included, as `RLIMIT_DATA` counts: all that it may write to.

Address space would count what is reserved and never used as well.
"""

CPU_SECONDS = 5
"""For one file; of the processor, so that a busy machine makes no difference."""

Content = Mapping[str, Mapping[object, object]]


def answer_to(path: Path) -> Mapping[str, object]:
    """What becomes of importing a file: what it was answered with, and whether the store is as before.

    Returns:
        ``outcome`` is ``error``, ``refused rows``, ``imported`` or ``broken``; ``codes`` says why, and
        ``customers`` which there are now.
    """
    store = MemoryStore()
    engine = WorkTraq(store)
    founded = engine.found_organization(name="Acme", admin_name="Ada", admin_email="ada@acme.example")
    with engine.transaction(founded.admin) as tx:
        tx.customers.add_business(company_name="Old", number="OLD-1")
    before = content_of(store)
    outcome, codes = outcome_of(engine, founded.admin, path)
    with engine.view(founded.admin) as tx:
        names = [customer.name for customer in tx.customers.list(limit=10)]
    is_unchanged = content_of(store) == before
    return {"outcome": outcome, "codes": codes, "is_unchanged": is_unchanged, "customers": names}


def outcome_of(engine: WorkTraq, actor: Actor, path: Path) -> tuple[str, list[str]]:
    """How the whole way from file to store ends."""
    planned: list[str] = []
    try:
        exhaust(path)
        sheets = SheetFiles().read(path)
        with engine.transaction(actor) as tx:
            plan = tx.imports.plan_customers(sheets)
            planned += sorted({cell.code for cell in plan.refused})
            tx.imports.apply(plan)
    except InvalidInput as error:
        return _typed("error", [problem.code for problem in error.problems], str(error))
    except AdapterError as error:
        return _typed("error", [error.code], str(error))
    except Refused as error:
        return _typed("refused rows", [*planned, *(reason.code for reason in error.reasons)], str(error))
    except BaseException as error:  # noqa: BLE001 - a panic of a native reader is no Exception
        return "broken", [repr(error)[:500]]
    return "imported", []


def exhaust(path: Path) -> None:
    """Break a limit where that is asked, so that a test can see that there is one."""
    if str(path) == "memory:":
        bytearray(MEMORY_BYTES)
    while str(path) == "time:":
        pass


def _typed(outcome: str, codes: list[str], text: str) -> tuple[str, list[str]]:
    is_known = bool(codes) and bool(text) and all(code in MESSAGES for code in codes)
    return (outcome, codes) if is_known else ("broken", [*codes, text])


def content_of(store: MemoryStore) -> Mapping[object, Content]:
    """All rows of all tables of a store."""
    return {
        key: {name: dict(table._rows) for name, table in vars(tables).items()}
        for key, tables in store._committed.items()
    }


def main() -> None:
    """Answer until there are no more lines."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        answer = answer_to(Path(json.loads(line)))
        signal.setitimer(signal.ITIMER_PROF, 0)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
