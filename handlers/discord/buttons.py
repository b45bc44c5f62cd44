"""What the buttons below an answer do; everything they need is in their ids, or kept."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.answers.dispatch import out_of_date
from bot.models import Verdict
from bot.replies import Act, Reply
from bot.requests import FOLLOWING, Request, Verb
from bot.service.feedback import VERDICTS
from bot.service.sharing import SHARED, Share, ShareOutcome, find_hit, share_hit
from bot.weekly.moderation import MODERATING, moderate
from handlers.discord.calls import Asked, Call, Stage, answer, in_time, respond, tell, think, turn
from handlers.discord.components import PAGE, shared
from handlers.discord.errors import attend
from handlers.discord.following import followed
from handlers.discord.ids import EVERYBODY, ID_PATTERN, Press, find_request, read_id
from handlers.discord.moderators import obstacle_of
from handlers.web import NETWORK_ERRORS

_NOT_YOURS = Reply(
    "These buttons are for the person who asked. Type /podcast, and you get your own."
)
_ONLY_YOU = Reply("Here, I may answer only you, so I cannot share that with the others.")
_ONLY_US = Reply(
    "Only you and I are here, so there is nobody to share that with. Search where the others are, "
    "and share it there."
)
_NO_REQUEST = Request(Verb.HELP)


class Pressed(ui.DynamicItem[ui.Button[Any]], template=ID_PATTERN):
    """Any button of ours, of any version, that somebody has pressed."""

    @classmethod
    async def from_custom_id(
        cls, _: discord.Interaction[Any], __: ui.Item[Any], match: re.Match[str], /
    ) -> "Pressed":
        """Make it of the button in the message."""
        return cls(ui.Button(custom_id=match.string))

    async def callback(self, asked: discord.Interaction[Any]) -> None:
        """Do what the button is for."""
        await attend(asked, lambda call: press(call, self.custom_id))


async def press(call: Call, custom_id: str) -> None:
    """Do what a button asks for; one of another version, or of somebody else, is told so."""
    pressed = read_id(custom_id)
    if pressed is None or pressed.act not in ACTIONS:
        await tell(call, out_of_date())
    elif pressed.owner not in (EVERYBODY, call.asked.user.id):
        await tell(call, _NOT_YOURS)
    else:
        await ACTIONS[pressed.act](call, pressed)


async def _ask(call: Call, pressed: Press) -> None:
    await answer(call, _follow(call, pressed))


async def _turn(call: Call, pressed: Press) -> None:
    await turn(call, _follow(call, pressed))


async def _judge(call: Call, pressed: Press, verdict: Verdict) -> None:
    await answer(call, _record(call, pressed, verdict))


async def _share(call: Call, pressed: Press) -> None:
    """Post a hit for everybody, once, as the answer to the press: Discord takes no second one."""
    if _is_hushed(call.asked):
        await tell(call, _ONLY_YOU)
        return
    if call.asked.context.dm_channel:
        await tell(call, _ONLY_US)
        return
    finding = _find_hit(call, pressed)
    request, hit = await in_time(call, finding, lambda: think(call, private=False))
    share = Share(call.asker, call.asked.channel_id, request.episode, request.start)
    told = await share_hit(call.desk.shares, share, hit, partial(_publish, call))
    if told is not SHARED:
        await tell(call, told)


async def _moderate(call: Call, pressed: Press) -> None:
    await answer(call, _decide(call, pressed))


async def _publish(call: Call, hit: Reply) -> ShareOutcome:
    """Post the answer to a press; a second try is safe, as Discord knows what it answers."""
    text = shared(hit, call.asked.user.display_name)
    for _ in range(2):
        try:
            await _say_to_all(call, text)
        except NETWORK_ERRORS:
            continue
        except discord.DiscordServerError:  # the library has tried several times
            break
        except discord.HTTPException:
            return ShareOutcome.REFUSED
        return ShareOutcome.POSTED
    return ShareOutcome.UNSURE


async def _say_to_all(call: Call, text: str) -> None:
    if call.stage is Stage.OPEN:
        await respond(call, call.asked.response.send_message(text), Stage.ANSWERED)
    else:
        await call.asked.edit_original_response(content=text)
        call.stage = Stage.ANSWERED


def _is_hushed(asked: Asked) -> bool:
    """Say whether a server hides what apps say that its members have brought along."""
    brought_along = asked.guild_id is not None and not asked.is_guild_integration()
    return brought_along and not asked.permissions.use_external_apps


async def _find_hit(call: Call, pressed: Press) -> tuple[Request, Reply]:
    request = await _request_of(call, pressed)
    if request is None:
        return _NO_REQUEST, out_of_date()
    return request, await find_hit(call.desk.intake, request, call.asker)


async def _follow(call: Call, pressed: Press) -> Reply:
    request = await _request_of(call, pressed)
    if request is None:
        return out_of_date()
    if request.verb in FOLLOWING:
        return await followed(call, request)
    return await call.desk.intake.follow(request, call.asker)


async def _record(call: Call, pressed: Press, verdict: Verdict) -> Reply:
    request = await _request_of(call, pressed)
    if request is None:
        return out_of_date()
    return await call.desk.intake.judge(request, verdict, call.asker)


async def _decide(call: Call, pressed: Press) -> Reply:
    request = await _request_of(call, pressed)
    if request is None:
        return out_of_date()
    desk, person = call.desk, str(call.asked.user.id)
    obstacle = obstacle_of(call.asked)
    return await moderate(desk.weekly, pressed.act, request, person, obstacle)


async def _request_of(call: Call, pressed: Press) -> Request | None:
    slugs = (each.slug for each in call.desk.intake.library.index.episodes)
    found = await find_request(pressed, call.desk.keeper, slugs)
    return found and replace(found, size=PAGE)


ACTIONS: dict[Act, Callable[[Call, Press], Awaitable[None]]] = {
    Act.ASK: _ask,
    Act.TURN: _turn,
    Act.OPEN: _ask,
    Act.SHARE: _share,
    **dict.fromkeys(MODERATING, _moderate),
    **{act: partial(_judge, verdict=verdict) for act, verdict in VERDICTS.items()},
}
