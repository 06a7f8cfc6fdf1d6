"""Where the host keeps what must not be read by others: tokens and keys of accounting systems."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from worktraq.core.ids import OrganizationId


class SecretStore(Protocol):
    """Secrets of the organizations, kept apart from everything else.

    Nothing of worktraq stores a secret itself; a host puts its vault behind this.
    """

    def load(self, organization_id: OrganizationId, key: UUID) -> Mapping[str, str]:
        """The secrets that were saved under a key, by name; empty when there are none.

        Raises:
            AdapterError: When they cannot be had now.
        """

    def save(self, organization_id: OrganizationId, key: UUID, secrets: Mapping[str, str]) -> None:
        """Keep secrets in place of those under the key; once this returns they survive a crash.

        Raises:
            AdapterError: When they are not kept.
        """

    def delete(self, organization_id: OrganizationId, key: UUID) -> None:
        """Forget the secrets under a key, if there are any."""

    def exclusively(self, organization_id: OrganizationId, key: UUID) -> AbstractContextManager[None]:
        """Keep every other worker out of a block with the same key, on whatever machine it runs.

        A token that may be used once is exchanged within such a block, so that no two workers spend the same one.
        """
