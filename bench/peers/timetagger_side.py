"""TimeTagger, through the functions that answer its web requests, without the HTTP around them.

It keeps a database per user, and adds up in the browser: its server hands out the records of a range of time.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

from serving import serve  # type: ignore[import-not-found]  # beside this file, when it runs as a script

os.environ["TIMETAGGER_DATADIR"] = sys.argv[1]

from timetagger.server import _apiserver as api  # type: ignore[import-not-found]  # reads the environment

_PER_DAY = 100
_SECONDS = 600
_FIRST_DAY = datetime(2001, 1, 1, tzinfo=UTC)
_LAST_SECOND = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
loop = asyncio.new_event_loop()
tokens: list[str] = []


class Request:
    """What its functions take of a web request."""

    def __init__(self, method: str, token: str, query: Mapping[str, str], body: object) -> None:
        self.method = method
        self.headers = {"authtoken": token}
        self.querydict = query
        self._body = body

    async def get_json(self, _limit: int) -> object:
        """The content, which is decoded already."""
        return self._body


async def answer(request: Request, path: str) -> dict[str, Any]:
    """What one request costs on the server: who asks is looked up every time."""
    auth_info, db = await api.authenticate(request)
    status, _headers, body = await api.api_handler_triage(request, path, auth_info, db)
    assert status == 200, body
    found: dict[str, Any] = body
    return found


def found(count: int) -> Mapping[str, str]:
    """People with a database each; gives the versions."""
    tokens.extend(loop.run_until_complete(api.get_webtoken_unsafe(f"employee{at}")) for at in range(count))
    return {"TimeTagger": version("timetagger"), "itemdb": version("itemdb")}


def record(number: int) -> dict[str, Any]:
    """Ten minutes, a hundred times a day."""
    day = _FIRST_DAY + timedelta(days=number // _PER_DAY)
    begin = int(day.timestamp()) + number % _PER_DAY * _SECONDS
    return {"key": f"{number:08}", "mt": begin, "t1": begin, "t2": begin + _SECONDS, "ds": "#work Year-end file"}


def register_many(employee: int, offset: int, count: int) -> None:
    """All of them in one request."""
    request = Request("PUT", tokens[employee], {}, [record(offset + at) for at in range(count)])
    answered = loop.run_until_complete(answer(request, "records"))
    assert len(answered["accepted"]) == count, answered["errors"]


def register_each(employee: int, offset: int, count: int) -> None:
    """Each in a request of its own."""
    for at in range(count):
        register_many(employee, offset + at, 1)


def totals() -> int:
    """The records of everybody, added up per person and month as its page does; gives the minutes in all."""
    seconds: Counter[tuple[int, int, int]] = Counter()
    for employee, token in enumerate(tokens):
        request = Request("GET", token, {"timerange": f"0-{_LAST_SECOND}"}, None)
        for each in loop.run_until_complete(answer(request, "records"))["records"]:
            day = datetime.fromtimestamp(each["t1"], UTC)
            seconds[employee, day.year, day.month] += each["t2"] - each["t1"]
    return seconds.total() // 60


serve({"found": found, "register_many": register_many, "register_each": register_each, "totals": totals})
