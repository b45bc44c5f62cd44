"""Pictures in Slack: uploaded for a post, and deleted with it."""

import asyncio
import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.replies import Image
from handlers.slack.client import slack_error_code

# What is known of a post must not get lost because its picture takes too long.
_DELETE_SECONDS = 2.0
_GONE = frozenset({"file_deleted", "file_not_found"})

_log = logging.getLogger(__name__)


class Pictures:
    """Uploads pictures; what keeps a post from having one is logged once per reason."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._told: set[str] = set()

    async def upload(self, image: Image, until: float) -> str:
        """Upload a picture and name its file; "" if there is none by a time of the loop."""
        try:
            async with asyncio.timeout_at(until):
                done = await self._client.files_upload_v2(
                    filename=image.name, file=image.png, title=image.text
                )
                return str(done["files"][0]["id"])
        except Exception as error:  # noqa: BLE001 - whatever it is, the message is worth more
            self.explain(_reason(error))
            return ""

    async def delete(self, picture: str) -> None:
        """Delete a picture's file, or log why that cannot be."""
        try:
            async with asyncio.timeout(_DELETE_SECONDS):
                await self._client.files_delete(file=picture)
        except Exception as error:  # noqa: BLE001 - nobody sees the file any more
            if not (isinstance(error, SlackApiError) and slack_error_code(error) in _GONE):
                _log.warning("A picture is not deleted: %s.", _reason(error))

    def explain(self, reason: str) -> None:
        """Log why something is posted without its picture, unless that was said before."""
        if reason not in self._told:
            self._told.add(reason)
            _log.warning("A message is posted without its picture: %s.", reason)


def _reason(error: Exception) -> str:
    """Name what went wrong; addresses for uploading let anybody upload, and are not logged."""
    if isinstance(error, SlackApiError):
        return f"Slack answers “{slack_error_code(error)}”"
    return "it took too long" if isinstance(error, TimeoutError) else type(error).__name__
