"""What runs here: which code, from which data, since when, and what it posted last."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.errors import StoreError
from bot.library.library import Library
from bot.library.manifest import Manifest, counts_of
from bot.library.registry import Registry
from bot.posting.places import Channel
from bot.replies import Reply
from bot.text import pluralize
from bot.version import commit, version
from bot.weekly.models import State, SubscriptionState
from bot.weekly.ports import Ledger, WeeklyContext
from bot.weekly.upcoming import begun_in, coming_slots

# So much of a commit's name is shown.
_SHORT = 10
_LOOK_BACK = timedelta(weeks=60)


def with_manifest(library: Library, registry: Registry) -> Library:
    """Add to a library what is known of how its index was made."""
    return replace(library, manifest=registry.manifest(library.id))


def describe(library: Library) -> Reply:
    """Say which code runs and from which data it answers."""
    notes = (*_describe_code(), *_describe_index(library))
    return Reply(f"This is Airquote {version()}.", notes)


async def add_deliveries_of(
    reply: Reply, context: WeeklyContext, platform: str, workspace: str
) -> Reply:
    """Add the same as `add_deliveries` for the channels of a workspace."""

    def wanted(channel: Channel) -> bool:
        return (channel.platform, channel.workspace) == (platform, workspace)

    return await add_deliveries(reply, context.ledger, context.clock(), wanted)


async def add_deliveries(
    reply: Reply, ledger: Ledger, now: datetime, wanted: Callable[[Channel], bool] = lambda _: True
) -> Reply:
    """Add when the last quote was posted in some channels, and when the next one is due.

    A database that cannot be used adds nothing.
    """
    try:
        deliveries = await ledger.deliveries(now - _LOOK_BACK)
        subscriptions = await ledger.subscriptions()
    except StoreError:
        return reply
    sent = [
        each.slot.at for each in deliveries if wanted(each.channel) and each.state is State.SENT
    ]
    on = [
        each
        for each in subscriptions
        if wanted(each.channel) and each.state is SubscriptionState.ON
    ]
    begun = begun_in(deliveries)
    due = [coming_slots(each.schedule, each.channel, begun, now, 1)[0].at for each in on]
    last = [f"The last quote of the week was posted at {_moment(max(sent))}."] if sent else []
    following = [f"The next one is due at {_moment(min(due))}."] if due else []
    return replace(reply, notes=(*reply.notes, *last, *following))


def _describe_code() -> Iterator[str]:
    if name := commit():
        yield f"Its code is that of commit {name[:_SHORT]}."


def _describe_index(library: Library) -> Iterator[str]:
    counts, manifest = counts_of(library.index), library.manifest
    known = f"{pluralize(counts.episodes, 'episode')} with {pluralize(counts.words, 'word')}"
    yield f"It answers from the index {library.id}: {known}."
    if manifest:
        yield from _describe_making(manifest)


def _describe_making(manifest: Manifest) -> Iterator[str]:
    files = pluralize(len(manifest.sources), "file")
    refused = len({problem.path for problem in manifest.refused})
    left_out = f", of which {refused:,} cannot be read" if refused else ""
    yield f"That was built at {_moment(manifest.built_at)} from {files}{left_out}."
    for source, name in manifest.commits.items():
        yield f"From {source} it has commit {name[:_SHORT]}."


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
