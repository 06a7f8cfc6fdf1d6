"""Which extra an absent library comes with. Imports nothing that may be absent."""

from collections.abc import Mapping, Sequence

from worktraq.cli.speaking import language_of_reader
from worktraq.i18n import translator

_EXTRAS: Mapping[str, str] = {
    "click": "cli",
    "httpx": "accounting",
    "jinja2": "email",
    "matplotlib": "charts",
    "psycopg": "postgres",
    "pymysql": "mariadb",
    "python_calamine": "excel",
    "python_multipart": "web",
    "rich": "cli",
    "starlette": "web",
    "uvicorn": "cli",
    "xlsxwriter": "excel",
}


def explanation(error: ModuleNotFoundError, arguments: Sequence[str] = ()) -> str:
    """What to install, in the language of the reader.

    Args:
        error: Tells which module was not found.
        arguments: Of the command line, where the language may stand.

    Raises:
        ModuleNotFoundError: The same error, when the module comes with no extra.
    """
    module = (error.name or "").partition(".")[0]
    if module not in _EXTRAS:
        raise error
    extra = _EXTRAS[module]
    return translator(language_of_reader(arguments)).text(
        'This needs {module}, which is not installed. Install it with: pip install "worktraq[{extra}]"',
        module=module,
        extra=extra,
    )
