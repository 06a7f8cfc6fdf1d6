"""The link in a mail: a token of 256 bits that follows from the request or invitation and a key of the host (B-05).

Because it follows from them, it can be mailed again without being stored. What is stored is its SHA-256.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence

from attrs import field, frozen

from worktraq.core.ids import OrganizationId, RequestId, UserId
from worktraq.errors import InvalidInput

_LEAST_SECRET = 32


@frozen
class SigningKey:
    """A named secret of the host.

    Attributes:
        name: Stored with every request and invitation that was signed with it.
        secret: At least 32 bytes; never shown.
    """

    name: str
    secret: bytes = field(repr=False)

    @secret.validator
    def _is_long_enough(self, _attribute: object, secret: bytes) -> None:
        if len(secret) < _LEAST_SECRET:
            raise InvalidInput.of("secret", "secret_too_short", least=_LEAST_SECRET)


def _without_slash(url: str) -> str:
    return url.rstrip("/")


def _as_tuple(keys: Iterable[SigningKey]) -> tuple[SigningKey, ...]:
    return tuple(keys)


@frozen
class Links:
    """Where the pages of requests and invitations stand, and the keys that their links are signed with.

    Attributes:
        base_url: Of the page of a request; without a slash at its end.
        keys: The first signs what is new; the others keep older links valid.
        join_url: Of the page on which an invitation is accepted; ``/join`` below `base_url` by default.
    """

    base_url: str = field(converter=_without_slash)
    keys: tuple[SigningKey, ...] = field(converter=_as_tuple, repr=False)
    join_url: str = field(converter=_without_slash)

    @keys.validator
    def _has_a_key(self, _attribute: object, keys: Sequence[SigningKey]) -> None:
        if not keys:
            raise InvalidInput.of("keys", "signing_key_missing")

    @join_url.default
    def _beside_the_requests(self) -> str:
        return f"{self.base_url}/join"

    @property
    def current_key(self) -> str:
        """The name of the key that signs what is new."""
        return self.keys[0].name

    def token(self, organization_id: OrganizationId, request_id: RequestId, number: int, key_name: str) -> str:
        """The secret of a request's link.

        Args:
            organization_id: Whose request it is.
            request_id: The request.
            number: Goes up when the request is renewed, which makes older links void.
            key_name: Of the key that signed it.

        Raises:
            InvalidInput: With ``signing_key_unknown`` when the host no longer has that key.
        """
        return self._signed(f"{organization_id}:{request_id}:{number}", key_name)

    def invitation_token(self, organization_id: OrganizationId, user_id: UserId, number: int, key_name: str) -> str:
        """The secret of an invitation's link; never that of a request, whatever their ids.

        Args:
            organization_id: Who invites.
            user_id: Who is invited.
            number: Goes up when the invitation is sent again, which makes older links void.
            key_name: Of the key that signed it.

        Raises:
            InvalidInput: With ``signing_key_unknown`` when the host no longer has that key.
        """
        return self._signed(f"invitation:{organization_id}:{user_id}:{number}", key_name)

    def url(self, organization_id: OrganizationId, token: str) -> str:
        """The address of a request's page; it carries the organization and the token."""
        return f"{self.base_url}/{organization_id.hex}/{token}"

    def join_url_for(self, organization_id: OrganizationId, token: str) -> str:
        """The address of an invitation's page; it carries the organization and the token."""
        return f"{self.join_url}/{organization_id.hex}/{token}"

    def secrets_for(self, purpose: str) -> tuple[bytes, ...]:
        """Secrets for something else than a link, one of each key, the first for what is new.

        Args:
            purpose: Whatever is signed for one purpose holds for no other.
        """
        return tuple(hmac.digest(key.secret, f"purpose:{purpose}".encode(), "sha256") for key in self.keys)

    def _signed(self, message: str, key_name: str) -> str:
        for key in self.keys:
            if key.name == key_name:
                return urlsafe_b64encode(hmac.digest(key.secret, message.encode(), "sha256")).rstrip(b"=").decode()
        raise InvalidInput.of("keys", "signing_key_unknown", name=key_name)


def token_hash(token: str) -> bytes:
    """What is stored of a token, and what it is found by."""
    return hashlib.sha256(token.encode()).digest()
