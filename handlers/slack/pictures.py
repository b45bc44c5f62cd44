"""Pictures of quotes in Slack: drawn, uploaded for a post, and deleted with it."""

import asyncio
import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.replies import Card
from bot.weekly.models import Quote
from handlers.slack.client import code_of

_NAME = "quote-of-the-week.png"
# What is known of a post must not get lost because its picture takes too long.
_DELETE_SECONDS = 2.0
_GONE = frozenset({"file_deleted", "file_not_found"})

_log = logging.getLogger(__name__)


class Pictures:
    """Draws and uploads pictures; what keeps a quote from having one is logged once per reason."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._told: set[str] = set()

    async def upload(self, quote: Quote, card: Card, until: float) -> str:
        """Upload a quote's picture and name its file; "" if there is none by a time of the loop."""
        try:
            async with asyncio.timeout_at(until):
                return await self._upload(quote, card)
        except Exception as error:  # noqa: BLE001 - whatever it is, the quote is worth more
            self.explain(_reason(error))
            return ""

    async def delete(self, picture: str) -> None:
        """Delete a picture's file, or log why that cannot be."""
        try:
            async with asyncio.timeout(_DELETE_SECONDS):
                await self._client.files_delete(file=picture)
        except Exception as error:  # noqa: BLE001 - nobody sees the file any more
            if not (isinstance(error, SlackApiError) and code_of(error) in _GONE):
                _log.warning("A quote's picture is not deleted: %s.", _reason(error))

    def explain(self, reason: str) -> None:
        """Log why a quote is posted without its picture, unless that was said before."""
        if reason not in self._told:
            self._told.add(reason)
            _log.warning("The quote is posted without its picture: %s.", reason)

    async def _upload(self, quote: Quote, card: Card) -> str:
        # Loaded here, as few want pictures.
        from bot.quotes.image import draw_quote

        drawn = await asyncio.to_thread(draw_quote, quote.text, quote.speaker, card.title)
        if drawn is None:
            self.explain("it cannot be drawn here")
            return ""
        done = await self._client.files_upload_v2(filename=_NAME, file=drawn, title=card.title)
        return str(done["files"][0]["id"])


def _reason(error: Exception) -> str:
    """Name what went wrong; addresses for uploading let anybody upload, and are not logged."""
    if isinstance(error, SlackApiError):
        return f"Slack answers “{code_of(error)}”"
    return "it took too long" if isinstance(error, TimeoutError) else type(error).__name__
