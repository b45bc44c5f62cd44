"""What the buttons below an answer do; everything they need is in the button."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bot.answers.help import out_of_date
from bot.answers.replies import ButtonKind, Reply
from bot.answers.requests import FOLLOWING, Request, unpack
from bot.answers.suggestions import seasons
from bot.models import Verdict
from bot.moderating import MODERATING
from bot.service.feedback import VERDICTS
from bot.service.sharing import Share, ShareOutcome, find_hit, share_hit
from handlers.slack.blocks import shared
from handlers.slack.calls import Call, aimed, private, show, tell, wait_in_dialog
from handlers.slack.following import followed
from handlers.slack.responding import publish, respond
from handlers.slack.views import search_form
from handlers.slack.weekly import decide

_NOWHERE = Reply("I do not know where to share that. Please search in the channel itself.")
_TOO_SLOW = Reply("That took too long to open. Please try once more.")


async def press(call: Call) -> None:
    """Do what a button asks for; one of an earlier version is told so."""
    await call.ack()
    pressed = call.body["actions"][0]
    kind, request = pressed["action_id"].partition(".")[0], unpack(pressed.get("value"))
    if request is None or kind not in ACTIONS:
        return await tell(call, out_of_date())
    return await ACTIONS[ButtonKind(kind)](call, request)


async def show_form(call: Call, _: Request | None = None) -> None:
    """Open the form to search with."""
    if not await show(call, search_form(seasons(call.intake.library))):
        await tell(call, _TOO_SLOW)


async def _reply_to(call: Call, request: Request) -> Reply:
    if request.verb in FOLLOWING:
        return await followed(call, request)
    return await call.intake.follow(request, call.asker)


async def _ask(call: Call, request: Request) -> None:
    if call.view:
        return await _open(call, request)
    return await tell(call, await _reply_to(call, request))


async def _open(call: Call, request: Request) -> None:
    await wait_in_dialog(call)
    await tell(call, await _reply_to(call, request))


async def _turn(call: Call, request: Request) -> None:
    """Put another page in the place of this one, unless others see it or it has nothing."""
    container = call.body.get("container", {})
    reply = await _reply_to(call, request)
    if reply.cards and call.in_modal:
        call.dialog = call.view["id"]
    elif reply.cards and container.get("is_ephemeral"):
        content = private(call, reply, replace_original=True)
        await respond(call.client, call.origin.response_url, content)
        return
    await tell(call, reply)


async def _share(call: Call, request: Request) -> None:
    """Post a hit for everybody, once: who presses twice at the same moment is told."""
    origin = call.origin
    if not origin.response_url:
        return await tell(call, _NOWHERE)
    hit = await find_hit(call.intake, request, call.asker)
    place = origin.channel, origin.target
    share = Share(call.asker, place, request.episode, request.start)
    return await tell(call, await share_hit(call.shares, share, hit, partial(_publish, call)))


async def _publish(call: Call, hit: Reply) -> ShareOutcome:
    return await publish(call.client, call.origin.response_url, _announcement(call, hit))


def _announcement(call: Call, reply: Reply) -> dict[str, Any]:
    target = call.origin.target
    content = aimed(shared(reply, call.asker.person), target)
    manner = {"response_type": "in_channel", "replace_original": False}
    return {**content, **manner, **({"thread_ts": target} if target else {})}


async def _judge(call: Call, request: Request, verdict: Verdict) -> None:
    await tell(call, await call.intake.judge(request, verdict, call.asker))


ACTIONS: dict[ButtonKind, Callable[[Call, Request], Awaitable[None]]] = {
    ButtonKind.ASK: _ask,
    ButtonKind.TURN: _turn,
    ButtonKind.OPEN: _open,
    ButtonKind.SHARE: _share,
    ButtonKind.FORM: show_form,
    **{kind: partial(_judge, verdict=verdict) for kind, verdict in VERDICTS.items()},
    **{kind: partial(decide, kind=kind) for kind in MODERATING},
}
