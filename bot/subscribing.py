"""What admins do with the quote of the week in a channel: on, off, status."""

from dataclasses import replace
from datetime import datetime

from bot.answers.help import forgetful
from bot.answers.replies import Reply
from bot.coming import all_coming, coming_slots, read_begun
from bot.deliveries import Delivery, Place, Standing, State, Subscription
from bot.ports import Ports, PostError
from bot.slots import EXAMPLE, WEEKDAYS, Plan, read_plan, tell_plan, tell_slot

_SWITCH_ON = (
    f"Switch it on with “/podcast weekly on {EXAMPLE}”, and “review” behind it to choose yourself."
)
_OUTCOMES = {
    State.CLAIMED: "not posted yet",
    State.SENDING: "perhaps posted",
    State.SENT: "posted",
    State.FAILED: "could not be posted",
    State.UNKNOWN: "perhaps posted",
    State.SKIPPED: "left out",
}


async def switch_on(ports: Ports, place: Place, typed: str, admin: str) -> Reply:
    """Post a quote in a channel every week, as typed, if it may be posted there at all."""
    plan, problems = read_plan(typed)
    if plan is None:
        return Reply(
            "I could not read that.", (*problems, f"For example: /podcast weekly on {EXAMPLE}")
        )
    if ports.fleeting:
        return forgetful(ports.fleeting)
    try:
        obstacle = await ports.posters[place.platform].why_not(place, admin)
    except PostError as error:
        return Reply("I could not find out whether I may post here.", (str(error),))
    if obstacle:
        return Reply(obstacle)
    now = ports.clock()
    await ports.ledger.subscribe(Subscription(place, plan, now, admin))
    coming = await _coming(ports, place, plan)
    return Reply(f"I will post a quote here on {tell_plan(plan)}.", coming)


async def switch_off(ports: Ports, place: Place) -> Reply:
    """Post no more quotes in a channel."""
    subscription = await ports.ledger.find_subscription(place)
    if subscription is None or subscription.standing is Standing.OFF:
        return await tell_status(ports, place)
    await ports.ledger.subscribe(replace(subscription, standing=Standing.OFF))
    return Reply("I will post no more quotes here.", (_SWITCH_ON,))


async def tell_status(ports: Ports, place: Place) -> Reply:
    """Say when a channel gets quotes, and what became of the last one."""
    subscription = await ports.ledger.find_subscription(place)
    if subscription is None:
        return Reply("No quote of the week is posted here.", (_SWITCH_ON,))
    plan = subscription.plan
    last = await ports.ledger.last_delivery(place)
    notes = (_tell_outcome(plan, last),) if last else ()
    if subscription.standing is Standing.OFF:
        return Reply("No quote of the week is posted here.", (*notes, _SWITCH_ON))
    if subscription.standing is Standing.PAUSED:
        text = f"The quote of the week is paused here: it failed {subscription.failures} times."
        return Reply(text, (*notes, f"Mend that, then switch it on again: “{retype(plan)}”."))
    coming = await _coming(ports, place, plan)
    return Reply(f"I post a quote here on {tell_plan(plan)}.", (*coming, *notes))


def retype(plan: Plan) -> str:
    """Write a plan as the command that switches it on."""
    weekday = WEEKDAYS[plan.weekday][:3].casefold()
    review = " review" if plan.review else ""
    return f"/podcast weekly on {weekday} {plan.time:%H:%M} {plan.zone}{review}"


async def tell_next(ports: Ports, platform: str, workspace: str) -> str:
    """Say when the next quote of a workspace is posted; "" if none is to be."""
    coming = [
        (slot, each.plan)
        for each, slot in await all_coming(ports)
        if (each.place.platform, each.place.workspace) == (platform, workspace)
    ]
    if not coming:
        return ""
    slot, plan = min(coming, key=lambda each: each[0].at)
    return f"The next quote of the week is posted on {tell_slot(plan, slot)} ({plan.zone})."


async def upcoming(ports: Ports) -> datetime | None:
    """Find when the next quote of any channel is posted; None if none is to be."""
    return min(
        (slot.at for each, slot in await all_coming(ports) if each.place.platform in ports.posters),
        default=None,
    )


async def _coming(ports: Ports, place: Place, plan: Plan) -> tuple[str, ...]:
    slots = coming_slots(plan, place, await read_begun(ports), ports.clock())
    dates = " · ".join(tell_slot(plan, slot) for slot in slots)
    review = ("Moderators choose it: I ask them the day before.",) if plan.review else ()
    return (f"Next: {dates}", *review)


def _tell_outcome(plan: Plan, last: Delivery) -> str:
    withdrawn = " and withdrawn" if last.withdrawn else ""
    reported = " Somebody objects to it." if last.reported and not last.withdrawn else ""
    reason = f" {last.reason}" if last.reason and last.state is not State.SENT else ""
    outcome = f"{_OUTCOMES[last.state]}{withdrawn}.{reported}{reason}"
    return f"Last: {tell_slot(plan, last.slot)}, {outcome}"
