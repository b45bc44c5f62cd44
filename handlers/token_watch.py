"""Notice from the answers to calls that a platform no longer accepts its token."""

import logging

from bot.errors import ConfigError

_log = logging.getLogger(__name__)


class TokenWatch:
    """Knows whether a platform accepts the token: `trouble` says why not, "" if it does."""

    def __init__(self, platform: str) -> None:
        self.trouble = ""
        self._facts = {"platform": platform}

    def reject(self, error: ConfigError) -> None:
        """Note that a call was rejected because of its token; the first is logged."""
        if not self.trouble:
            _log.error("%s", error, extra=self._facts)
        self.trouble = str(error)

    def accept(self) -> None:
        """Note that a call with the token has succeeded."""
        if self.trouble:
            _log.info("The token is accepted again.", extra=self._facts)
        self.trouble = ""
