"""Encrypt tokens for the database, and verify signatures: the only home of cryptography."""

import re
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.errors import ConfigError

_REMEDY = "Set the key that they were encrypted with; to change it, put the new one before it."

_SIGNATURE = re.compile(r"[0-9a-fA-F]{128}")

# Whether a signature, in hexadecimal digits, is that of a message.
Verify = Callable[[str, bytes], bool]


class Cipher:
    """Encrypts with the first of some keys, and decrypts with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._newest = Fernet(keys[0])
        self._all = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, text: str) -> str:
        """Encrypt a text with the newest key."""
        return self._newest.encrypt(text.encode()).decode()

    def decrypt(self, encrypted: str) -> str:
        """Decrypt a text; raises ConfigError if none of the keys has encrypted it."""
        try:
            return self._all.decrypt(encrypted.encode()).decode()
        except InvalidToken as error:
            reason = "none of its keys decrypts the tokens in the database."
            raise ConfigError("AIRQUOTE_ENCRYPTION_KEY", reason, _REMEDY) from error

    def is_newest(self, encrypted: str) -> bool:
        """Return whether the newest key has encrypted a text."""
        try:
            self._newest.decrypt(encrypted.encode())
        except InvalidToken:
            return False
        return True


def build_verifier(public_key: str) -> Verify:
    """Build what verifies signatures by a public key for Ed25519, in hexadecimal digits."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))

    def verify(signature: str, message: bytes) -> bool:
        if not _SIGNATURE.fullmatch(signature):
            return False
        try:
            key.verify(bytes.fromhex(signature), message)
        except InvalidSignature:
            return False
        return True

    return verify
