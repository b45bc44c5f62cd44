"""`airquote mcp`: an assistant on the same machine asks through standard input and output."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from bot.answers.replies import Reply
from bot.answers.requests import Request
from bot.claims import Claim, Claimed
from bot.config import Settings
from bot.library.library import Library, with_quotes
from bot.logs import configure_logs
from bot.models import Feedback, ZeroHit
from bot.service.request_queue import RequestQueue
from bot.translations import speaking
from handlers.cli.chosen import chosen_settings
from handlers.cli.podcast import open_podcast
from handlers.mcp.adapter import requester_at
from handlers.mcp.tools import build_tool_server

_log = logging.getLogger(__name__)


def answer_over_stdio() -> None:
    """Answer until standard input ends; raises what reading the settings raises.

    Nothing but the protocol goes to standard output.
    """
    settings = chosen_settings()
    configure_logs(settings.log_level, settings.secrets)
    with speaking(settings.reply_language):
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    # Assistants wait only some seconds for the first answer; building an index may take longer.
    opening = asyncio.create_task(_open(settings))

    async def ask(request: Request, client: str) -> Reply:
        intake = await asyncio.shield(opening)
        return await intake.consult(request, requester_at(client))

    await build_tool_server(ask).run_stdio_async()
    opening.cancel()


async def _open(settings: Settings) -> RequestQueue:
    library = await asyncio.to_thread(_open_library, settings)
    return RequestQueue(library, _Alone())


def _open_library(settings: Settings) -> Library:
    return with_quotes(
        open_podcast(semantic=True, engine=True, settings=settings),
        settings.cache_folder,
        _log.warning,
    )


class _Alone:
    """The store of a process that shares with no other, and keeps nothing."""

    async def add_feedback(self, feedback: Feedback, claim: Claim) -> bool:
        return True

    async def remove_feedback(self, feedback: Feedback, claim: Claim) -> bool:
        return False

    async def add_zero_hit(self, zero_hit: ZeroHit) -> None:
        pass

    async def add_share(self, episode: str, start: float, now: datetime) -> None:
        pass

    async def claim(self, claim: Claim, now: datetime) -> Claimed:
        return Claimed(1, now + claim.lasts)

    async def claim_all(self, claims: Sequence[Claim], now: datetime) -> Sequence[Claimed]:
        return [await self.claim(each, now) for each in claims]

    async def renew(self, claim: Claim, now: datetime) -> None:
        pass
