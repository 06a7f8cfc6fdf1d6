"""The language in which the command line speaks."""

import pytest

from worktraq.cli.speaking import language_of_reader

pytestmark = pytest.mark.requirement("B-11")


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["demo", "--lang", "fr"], {"LANG": "nl_NL.UTF-8"}, "fr"),
        (["demo", "--lang=de"], {}, "de"),
        (["demo", "--lang", "xx"], {"LANG": "nl_NL.UTF-8"}, "nl"),
        (["demo", "--lang"], {}, "en"),
        ([], {"LANG": "nl_BE.UTF-8"}, "nl"),
        ([], {"LANG": "nl_NL.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "fr"),
        ([], {"LANGUAGE": "de:fr", "LANG": "nl_NL"}, "de"),
        ([], {"LC_ALL": "", "LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "pt_BR"}, "en"),
        ([], {}, "en"),
    ],
)
def test_language_is_that_of_the_option_or_of_the_environment(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    """In this order, and English where neither says one that there is."""
    assert language_of_reader(arguments, environment) == language
