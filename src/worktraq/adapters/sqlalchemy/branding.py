"""How the organization looks."""

from sqlalchemy import BigInteger, Column, LargeBinary
from sqlalchemy.dialects import mysql

from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.core.branding import Brand

brand_table = table(
    "brand",
    Column("colour", text(7), nullable=False),
    Column("logo", LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb"), nullable=False),
    Column("logo_type", CODE, nullable=False),
    Column("version", BigInteger, nullable=False),
)

_brands = Shelf(Mapping(brand_table, Brand), is_single=True)
_found = _brands.where()


class SqlBrands:
    """The one brand of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self) -> Brand | None:
        """The brand, or None."""
        found = self._session.load(_brands.mapping, self._session.fetch(_found))
        return found[0] if found else None

    def put(self, brand: Brand) -> None:
        """Store the brand."""
        self._session.put(_brands.mapping, _brands.insertion, _brands.change, brand, is_first=brand.version == 1)
