"""The two files of the demo."""

from collections import Counter
from datetime import date, time

from worktraq.adapters.excel import SheetFiles
from worktraq.demo import firm
from worktraq.demo.files import CUSTOMERS, HOURS, Session, file_of, read_sessions

SESSIONS = read_sessions(SheetFiles())


def test_files_come_with_the_package() -> None:
    """Also from a wheel, because they are looked up as the package's own."""
    assert all(file_of(name).is_file() for name in (CUSTOMERS, HOURS))


def test_every_session_is_read() -> None:
    """388 of them, with all of their minutes."""
    assert (len(SESSIONS), sum(session.minutes for session in SESSIONS)) == (388, 20_599)


def test_session_keeps_its_wall_clock() -> None:
    """The date is the local one; start and offset stand beside it."""
    assert SESSIONS[0] == Session("person-01", date(2024, 4, 2), time(0, 19), 120, 30, "kimai", "kimai")


def test_offsets_west_of_utc_are_negative() -> None:
    """As the file has them: -0400 is four hours."""
    assert min(session.utc_offset for session in SESSIONS) == -420


def test_firm_knows_everybody_and_every_project() -> None:
    """Nobody in the file is a stranger, and nobody at the firm is idle."""
    assert {session.person for session in SESSIONS} == set(firm.PEOPLE)
    assert {(s.customer, s.project) for s in SESSIONS} == {(p.customer, p.name) for p in firm.PROJECTS}


def test_mail_addresses_differ() -> None:
    """Because they are unique within an organization."""
    names = [*firm.PEOPLE.values(), firm.ADMINISTRATOR, firm.MANAGER]
    assert max(Counter(firm.mail_address(name) for name in names).values()) == 1
