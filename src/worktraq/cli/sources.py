"""The accounting sources that put two adapters together; entry points of the package name them."""

from worktraq.adapters.accounting.sheets import SheetSourceFactory
from worktraq.ports.sheets import SheetReader


def _sheet_files() -> SheetReader:
    from worktraq.adapters.excel import SheetFiles

    return SheetFiles()


# Named as `Imports.plan_customers` names its rows, so that what was imported there is known again here.
excel = SheetSourceFactory("excel", "Excel, CSV", _sheet_files)
