"""What an accounting system tells about itself and about customers, contacts and users (T-01, S-07, B-10)."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from worktraq.core.customer_rows import CUSTOMER_FIELDS
from worktraq.core.imports import ImportKind

CONTACT_FIELDS = ("name", "email", "phone", "language")
"""All fields of a contact person that a source can tell."""

USER_FIELDS = ("name", "email", "language")
"""All fields of a user that a source can tell."""

FIELDS: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.CUSTOMER: CUSTOMER_FIELDS,
    ImportKind.CONTACT: CONTACT_FIELDS,
    ImportKind.USER: USER_FIELDS,
}
"""All fields that a source can tell, by kind. Which of them it does tell, it says itself."""

BEGINNING = ""
"""The cursor before anything was read."""


class Deletions(StrEnum):
    """How a source makes known that something was deleted there."""

    REPORTED = "reported"
    """It says so, in `SourcePage.deletes`."""

    ABSENT = "absent"
    """It always names everything, be it as unchanged, and what is not named any more is gone."""

    UNKNOWN = "unknown"
    """It does not."""


@frozen
class Setting:
    """Something that has to be filled in to connect a source.

    Attributes:
        name: Of the setting, such as ``administration_id``.
        label: What people call it.
        is_secret: Whether it is kept by the host's `worktraq.ports.secrets.SecretStore`, and never here.
        is_required: Whether the source cannot do without.
    """

    name: str
    label: str
    is_secret: bool = False
    is_required: bool = True


@frozen
class SourceInfo:
    """What a source is and can do, the same for every organization.

    Attributes:
        name: Under which it is installed and its rows are known again: lower case letters, digits and dashes.
        title: What people call it.
        fields: For each kind of thing that it tells of, which of `FIELDS`.
        settings: What has to be filled in to connect it.
        deletions: How it makes known that something was deleted.
        is_incremental: Whether a cursor from the end of one run makes the next one tell only what is new since then.
            Otherwise every run tells everything.
    """

    name: str
    title: str
    fields: Mapping[ImportKind, tuple[str, ...]]
    settings: tuple[Setting, ...] = ()
    deletions: Deletions = Deletions.UNKNOWN
    is_incremental: bool = False


@frozen
class SourceCheck:
    """What a source says when it is tried.

    Attributes:
        administration: The name of the books that are read, so that a person sees whether they are the right ones.
        detail: Anything else worth knowing, such as the plan or the country; may be empty.
    """

    administration: str
    detail: str = ""


@frozen(weakref_slot=False)
class Upsert:
    """A thing as it stands in the source, whether it is new there or not.

    Attributes:
        kind: What kind of thing it is.
        external_id: By what the source knows it: not empty, never reused, the same in every run.
        values: Text for each field that the source tells; what is left out or empty is empty there.
        customers: Of a contact, the external ids of the customers where he or she works.
        is_archived: Whether the source keeps it for the past only.
    """

    kind: ImportKind
    external_id: str
    values: Mapping[str, str]
    customers: tuple[str, ...] = ()
    is_archived: bool = False


@frozen(weakref_slot=False)
class Deleted:
    """A thing that is not in the source any more.

    Attributes:
        kind: What kind of thing it was.
        external_id: By what the source knew it.
    """

    kind: ImportKind
    external_id: str


@frozen
class RejectedRow:
    """A row of the source of which nothing can be made; the others of its page are not held up by it.

    Attributes:
        kind: What kind of thing it should be.
        external_id: By what the source knows it; empty where even that is not clear.
        field: What is wrong with it; empty where it is the row as a whole.
        code: A code of `worktraq.messages`, such as ``row_malformed``.
        value: What stands there, as far as it helps a person to find it; never a secret.
    """

    kind: ImportKind
    external_id: str
    field: str
    code: str
    value: str = ""


@frozen
class SourcePage:
    """Some rows of a source, in the order in which they are to be taken: a contact after its customers.

    Attributes:
        cursor: Where to go on; after the last page, where the next run begins. Plain text that means something to the
            source only, also in another process and later.
        is_last: Whether there is nothing more for now.
        upserts: What stands there now; not what it was in between.
        deletes: What is gone; taken after the upserts.
        rejected: What cannot be understood.
        unchanged: External ids of customers that are as they were told last, and so are the contacts at them; for a
            source with `Deletions.ABSENT` that does not tell again what has not changed.
        total: How many rows the run brings in all, if the source knows.
    """

    cursor: str
    is_last: bool
    upserts: tuple[Upsert, ...] = ()
    deletes: tuple[Deleted, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    unchanged: tuple[str, ...] = field(default=(), kw_only=True)
    total: int | None = field(default=None, kw_only=True)
