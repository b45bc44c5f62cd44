"""Several shards: each has a connection of its own, and none is needed to post."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.library.library import Library
from tests.apps.discord import answering, running_discord, text_of
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


def guild_of(server: DiscordServer, shard: int, **about: str) -> Guild:
    """Found a server that belongs to a shard."""
    with server.changed:
        while (server.world.new_id() >> 22) % SHARDS == shard:
            server.world._last_id += 1 << 22
        server.world._last_id += 1 << 22
        guild = Guild(server.world._last_id, f"Of shard {shard}", **about)
        server.world.guilds[guild.id] = guild
    assert shard_of(guild) == shard
    return guild


def shard_of(guild: Guild) -> int:
    return (guild.id >> 22) % SHARDS


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
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    channels = [channel_of(server, shard) for shard in range(SHARDS)]
    with answering(server, library, tmp_path) as app:
        wait_for_all(server, {0, 1})
        answers = [ask(server, channel) for channel in channels]
        parts = app.platform.parts

    assert all("“registry”" in answer for answer in answers)
    assert sorted(each["shard"] for each in server.gateway.identifies) == [[0, 2], [1, 2]]
    assert parts == {"shard 0": "", "shard 1": ""}


def test_a_process_connects_the_shards_it_is_told_to(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    with answering(server, library, tmp_path, shards="1-2/4"):
        server.wait_for(lambda: len(server.gateway.connected()) == 2, "two shards")

    assert sorted(each["shard"] for each in server.gateway.identifies) == [[1, 4], [2, 4]]


def test_while_a_shard_is_lost_the_others_answer(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    channels = [channel_of(server, shard) for shard in range(SHARDS)]
    with answering(server, library, tmp_path) as app:
        wait_for_all(server, {0, 1})
        server.gateway.away.add(1)
        server.gateway.close(4000, forget=True, shard=1)
        server.wait_for(lambda: app.platform.parts["shard 1"], "the loss of a shard")
        answer = ask(server, channels[0])
        still_up = app.platform.parts["shard 0"]
        server.gateway.away.clear()
        server.wait_for(lambda: not app.platform.parts["shard 1"], "the shard to come back", 20)
        other = ask(server, channels[1])

    assert "“registry”" in answer
    assert still_up == ""
    assert "“registry”" in other
    assert [each["shard"][0] for each in server.gateway.identifies].count(0) == 1


@pytest.mark.parametrize("code", [4000, 4009])
def test_a_shard_resumes_its_own_session(
    server: DiscordServer, library: Library, tmp_path: Path, code: int
) -> None:
    channel = channel_of(server, 1)
    with answering(server, library, tmp_path):
        wait_for_all(server, {0, 1})
        server.gateway.close(code, shard=1)
        server.wait_for(lambda: server.gateway.resumes, "a RESUME")
        answer = ask(server, channel)

    assert "“registry”" in answer
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


def test_servers_of_other_shards_are_not_forgotten(
    server: DiscordServer, library: Library, tmp_path: Path
) -> None:
    channels = [channel_of(server, shard) for shard in range(SHARDS)]
    with answering(server, library, tmp_path) as app:
        wait_for_all(server, {0, 1})
        told = [subscribe(server, channel) for channel in channels]
        subscribed = app.do(app.weekly.deliveries.workspaces("discord"))
    with answering(server, library, tmp_path, shards="0/2") as app:
        server.wait_for(lambda: app.account.client and app.account.client.ready, "a shard")
        left = app.do(app.weekly.deliveries.workspaces("discord"))

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
        server.wait_for(
            lambda: gone not in app.do(app.weekly.deliveries.workspaces("discord")), "an end"
        )
        left = app.do(app.weekly.deliveries.workspaces("discord"))

    assert staying.guild
    assert left == {str(staying.guild.id)}


def test_posts_need_no_shard(server: DiscordServer, library: Library, tmp_path: Path) -> None:
    mine = shard_of(server.guild)
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
