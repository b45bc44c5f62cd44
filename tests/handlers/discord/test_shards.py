"""Several shards: each has a connection of its own, and none is needed to post."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.library.library import Library
from handlers.discord.departures import forget_absent
from tests.apps.discord import App, answering, comes_true, running_discord, text_of
from tests.apps.discord_weekly import SAID, admin_of, place_of, post, posting
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import ANNOUNCEMENTS, CROSSPOSTED, FORUM, Channel, Guild

SHARDS = 2


@pytest.fixture
def server() -> Iterator[DiscordServer]:
    """A local Discord that recommends two shards."""
    with running_discord() as server:
        server.api.shards = SHARDS
        yield server


@pytest.fixture
def channels(server: DiscordServer) -> list[Channel]:
    """A channel in a server of each shard."""
    return [channel_of(server, shard) for shard in range(SHARDS)]


@pytest.fixture
def app(
    server: DiscordServer, channels: list[Channel], library: Library, tmp_path: Path
) -> Iterator[App]:
    """The app, which has connected both shards."""
    with answering(server, library, tmp_path) as app:
        wait_for_all(server, {0, 1})
        yield app


def guild_of(server: DiscordServer, shard: int) -> Guild:
    """Found a server that belongs to a shard."""
    with server.changed:
        number = server.world.new_id()
        while shard_of(number) != shard:  # until the next millisecond
            number = server.world.new_id()
        guild = server.world.guilds[number] = Guild(number, f"Of shard {shard}")
    return guild


def shard_of(guild: int) -> int:
    return (guild >> 22) % SHARDS


def channel_of(server: DiscordServer, shard: int, **about: int) -> Channel:
    """Open a channel in a server of a shard."""
    return server.add_channel(f"in-{shard}", guild=guild_of(server, shard), **about)


def connected(server: DiscordServer) -> set[int]:
    return {each.shard for each in server.gateway.connected()}


def wait_for_all(server: DiscordServer, shards: set[int]) -> None:
    server.wait_for(lambda: connected(server) == shards, f"shards {shards}")


def ask(server: DiscordServer, channel: Channel, words: str = "registry") -> str:
    asked = server.slash("podcast search", {"query": words}, channel=channel)
    return text_of(asked.wait_for_response())


def test_as_many_shards_connect_as_discord_recommends(
    server: DiscordServer, channels: list[Channel], app: App
) -> None:
    assert all("“registry”" in ask(server, channel) for channel in channels)
    assert sorted(each["shard"] for each in server.gateway.identifies) == [[0, 2], [1, 2]]
    assert app.platform.parts == {"shard 0": "", "shard 1": ""}


def test_a_process_connects_the_shards_it_is_told_to(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    with answering(server, library, tmp_path, shards="1-2/4"):
        server.wait_for(lambda: len(server.gateway.connected()) == 2, "two shards")

    assert sorted(each["shard"] for each in server.gateway.identifies) == [[1, 4], [2, 4]]


def test_while_a_shard_is_lost_the_others_answer(
    server: DiscordServer, channels: list[Channel], app: App
) -> None:
    server.gateway.away.add(1)
    server.gateway.close(4000, forget=True, shard=1)
    assert comes_true(lambda: app.platform.parts["shard 1"])
    assert "“registry”" in ask(server, channels[0])
    assert app.platform.parts["shard 0"] == ""

    server.gateway.away.clear()
    assert comes_true(lambda: not app.platform.parts["shard 1"])
    assert "“registry”" in ask(server, channels[1])
    assert [each["shard"][0] for each in server.gateway.identifies].count(0) == 1


@pytest.mark.parametrize("code", [4000, 4009])
def test_a_shard_resumes_its_own_session(
    server: DiscordServer, channels: list[Channel], app: App, code: int
) -> None:
    server.gateway.close(code, shard=1)
    server.wait_for(lambda: server.gateway.resumes, "a RESUME")

    assert "“registry”" in ask(server, channels[1])
    assert len(server.gateway.identifies) == SHARDS


@pytest.mark.parametrize("code", [4010, 4011])
def test_a_number_of_shards_that_discord_refuses_ends_it(
    server: DiscordServer, library: Library, tmp_path: Path, code: int
) -> None:
    with answering(server, library, tmp_path, shards="2") as app:
        server.gateway.close(code)
        server.wait_for(lambda: app.refusal, "a refusal")

    assert str(app.refusal).startswith(f"DISCORD_SHARDS: Discord rejects it ({code}).")


def test_with_too_few_shards_discord_is_asked_again_how_many(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    server.api.shards = 1
    with answering(server, library, tmp_path):
        server.api.shards = SHARDS
        server.gateway.close(4011)
        wait_for_all(server, {0, 1})

    first, *others = [each["shard"] for each in server.gateway.identifies]
    assert first == [0, 1]
    assert sorted(others) == [[0, 2], [1, 2]]


# Servers of other processes.


def subscribe(server: DiscordServer, channel: Channel) -> str:
    asked = {"day": "mon", "time": "9:00", "zone": "UTC"}
    admin = admin_of(server)
    using = server.slash("podcast-admin weekly on", asked, user=admin, channel=channel)
    return text_of(using.wait_for_response())


def served(app: App) -> set[str]:
    """List the servers in which something is posted."""
    return {*app.do(app.weekly.deliveries.workspaces("discord"))}


def test_servers_of_other_shards_are_not_forgotten(
    server: DiscordServer, channels: list[Channel], library: Library, tmp_path: Path
) -> None:
    with answering(server, library, tmp_path) as app:
        wait_for_all(server, {0, 1})
        told = [subscribe(server, channel) for channel in channels]
        subscribed = served(app)
    with answering(server, library, tmp_path, shards="0/2") as app:
        client = app.account.client
        assert client
        assert comes_true(lambda: client.ready)
        # Once more: the first time has begun, but may not be over.
        app.do(forget_absent(client))
        left = served(app)

    assert all("on Mondays at 09" in each for each in told)
    assert left == subscribed == {str(each.guild.id) for each in channels if each.guild}


def test_a_server_that_left_a_shard_meanwhile_is_forgotten(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    staying, leaving = channel_of(server, 1), channel_of(server, 1)
    assert leaving.guild
    with answering(server, library, tmp_path) as app:
        wait_for_all(server, {0, 1})
        subscribe(server, staying)
        subscribe(server, leaving)
        server.drop(leaving.guild)
        server.gateway.invalidate(resumable=False, shard=1)
        gone = str(leaving.guild.id)
        assert comes_true(lambda: gone not in served(app))
        left = served(app)

    assert staying.guild
    assert left == {str(staying.guild.id)}


def test_posts_need_no_shard(server: DiscordServer, library: Library, tmp_path: Path) -> None:
    mine = shard_of(server.guild.id)
    plain, forum = channel_of(server, 1 - mine), channel_of(server, 1 - mine, kind=FORUM)
    news = channel_of(server, 1 - mine, kind=ANNOUNCEMENTS)
    with posting(server, library, tmp_path, shards=f"{mine}/2") as app:
        posts = [post(app, channel=channel) for channel in (plain, forum)]
        published = post(app, key="c2" * 12 + "d", channel=news)
        lacking = app.do(app.account.poster.why_not(place_of(plain), "1"))
        owner = app.do(app.account.poster.stand_ins(place_of(plain)))

    assert all(SAID in text_of(each) for each in posts)
    assert published["flags"] & CROSSPOSTED
    assert lacking is None
    assert owner == ["1"]
