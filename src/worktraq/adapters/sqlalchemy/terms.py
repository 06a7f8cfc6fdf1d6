"""On which terms customers are invoiced, and who the seller is."""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, Column, Integer, bindparam, delete

from worktraq.adapters.sqlalchemy.cells import Row
from worktraq.adapters.sqlalchemy.fields import Special
from worktraq.adapters.sqlalchemy.mapping import Mapping
from worktraq.adapters.sqlalchemy.repository import Shelf
from worktraq.adapters.sqlalchemy.schema import CODE, ID, LINE, MAIL, NAME, OWNER, refers, table, text
from worktraq.adapters.sqlalchemy.session import Session
from worktraq.adapters.sqlalchemy.statements import ByKeys, Prepared
from worktraq.core.ids import CustomerId, ProjectId
from worktraq.core.terms import BillingTerms, ProjectRounding, SellerProfile
from worktraq.core.vat import Vat, VatCategory

terms_table = table(
    "billing_terms",
    Column("customer_id", ID, primary_key=True),
    Column("invoice_per", CODE, nullable=False),
    Column("lines_per", CODE, nullable=False),
    Column("payment_days", Integer),
    Column("vat_category", CODE),
    Column("vat_hundredths", Integer),
    Column("vat_reason", LINE),
    Column("rounding_per", CODE, nullable=False),
    Column("rounding_step", Integer, nullable=False),
    Column("rounding_way", CODE, nullable=False),
    Column("version", BigInteger, nullable=False),
    refers("customer_id", "customer"),
)

seller_profile_table = table(
    "seller_profile",
    Column("name", NAME, nullable=False),
    Column("street", LINE, nullable=False),
    Column("postal_code", text(20), nullable=False),
    Column("city", LINE, nullable=False),
    Column("country", CODE, nullable=False),
    Column("vat_number", CODE, nullable=False),
    Column("company_number", CODE, nullable=False),
    Column("iban", CODE, nullable=False),
    Column("email", MAIL, nullable=False),
    Column("phone", CODE, nullable=False),
    Column("contact_name", NAME, nullable=False),
    Column("payment_days", Integer, nullable=False),
    Column("vat_hundredths", Integer, nullable=False),
    Column("prefix", CODE, nullable=False),
    Column("version", BigInteger, nullable=False),
)

project_rounding_table = table(
    "project_rounding",
    Column("project_id", ID, primary_key=True),
    Column("rounding_per", CODE, nullable=False),
    Column("rounding_step", Integer, nullable=False),
    Column("rounding_way", CODE, nullable=False),
    refers("project_id", "project"),
)


def _loaded_vat(category: str | None, hundredths: int | None, reason: str | None) -> Vat | None:
    return None if category is None else Vat(VatCategory(category), hundredths or 0, reason or "")


def _dumped_vat(vat: Vat | None) -> Row:
    return (None, None, None) if vat is None else (vat.category.value, vat.hundredths, vat.reason)


_VAT = Special(("vat_category", "vat_hundredths", "vat_reason"), _loaded_vat, _dumped_vat)
_terms = Shelf(Mapping(terms_table, BillingTerms, special={"vat": _VAT}), id_column="customer_id")
_terms_removed = Prepared(
    delete(terms_table).where(terms_table.c.organization_id == OWNER, terms_table.c.customer_id == bindparam("key"))
)
_profiles = Shelf(Mapping(seller_profile_table, SellerProfile, flat=("address",)), is_single=True)
_profile = _profiles.where()
_roundings = Shelf(Mapping(project_rounding_table, ProjectRounding), id_column="project_id")
_r = project_rounding_table.c
_roundings_removed = ByKeys(
    lambda keys: delete(project_rounding_table).where(_r.organization_id == OWNER, _r.project_id.in_(keys))
)


class SqlTerms:
    """The terms of customers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_customers(self, customer_ids: Collection[CustomerId]) -> Sequence[BillingTerms]:
        """The terms of those customers that have some, in order of their ids."""
        keys = [self._session.packed(each) for each in sorted(set(customer_ids))]
        return self._session.load(_terms.mapping, self._session.fetch_by_keys(_terms.many, keys))

    def put(self, terms: BillingTerms) -> None:
        """Store terms."""
        self._session.put(_terms.mapping, _terms.insertion, _terms.change, terms, is_first=terms.version == 1)

    def remove(self, customer_id: CustomerId) -> None:
        """Forget the terms of a customer."""
        self._session.run(_terms_removed, key=self._session.packed(customer_id))


class SqlSellerProfiles:
    """The one profile of the organization."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self) -> SellerProfile | None:
        """The profile, or None."""
        found = self._session.load(_profiles.mapping, self._session.fetch(_profile))
        return found[0] if found else None

    def put(self, profile: SellerProfile) -> None:
        """Store the profile."""
        self._session.put(
            _profiles.mapping, _profiles.insertion, _profiles.change, profile, is_first=profile.version == 1
        )


class SqlProjectRoundings:
    """Which projects have their time rounded otherwise than their customer."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_projects(self, project_ids: Collection[ProjectId]) -> Sequence[ProjectRounding]:
        """The roundings of those projects that have one, in order of their ids."""
        keys = [self._session.packed(each) for each in sorted(set(project_ids))]
        return self._session.load(_roundings.mapping, self._session.fetch_by_keys(_roundings.many, keys))

    def put(self, rounding: ProjectRounding) -> None:
        """Store how the time on a project is rounded."""
        rows = self._session.dump(_roundings.mapping, [rounding])
        self.remove_of([rounding.project_id])
        self._session.add(_roundings.insertion, rows)

    def remove_of(self, project_ids: Collection[ProjectId]) -> None:
        """Forget the roundings of projects."""
        self._session.run_by_keys(_roundings_removed, [self._session.packed(each) for each in project_ids])
