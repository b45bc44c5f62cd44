"""Encrypt the tokens of workspaces for the database: the only module that imports cryptography."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import ConfigError

_REMEDY = "Set the key that they were encrypted with; to change it, put the new one before it."


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
