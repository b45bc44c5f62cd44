"""The local Discord, shown by a small bot of discord.py's."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.fakes.discord.bot import Bot, Running
from tests.fakes.discord.contract import contract
from tests.fakes.discord.entries import RefusedError
from tests.fakes.discord.message_rules import buttons_of, shown_text
from tests.fakes.discord.operations import ROUTES
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import (
    ANNOUNCEMENTS,
    FORUM,
    MANAGE_GUILD,
    MEMBER,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
)
from tests.fakes.discord.wire import Fault
from tests.fakes.serving import PATIENCE_SECONDS

EVERYTHING = (1 << 52) - 1

GUILDS, MEMBERS = 1 << 0, 1 << 1


@pytest.fixture
def server() -> Iterator[DiscordServer]:
    server = DiscordServer()
    server.start()
    Route.BASE = server.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    yield server
    server.stop()

    assert server.violations == []
    assert server.drift == []


@contextmanager
def running(server: DiscordServer) -> Iterator[Running]:
    before = len(server.gateway.identifies)
    one = Running(server)
    try:
        server.wait_for_bot(before + 1)
        yield one
    finally:
        one.stop()


@pytest.fixture
def bot(server: DiscordServer) -> Iterator[Running]:
    with running(server) as one:
        yield one


def test_a_bot_logs_in_and_gets_its_guild(server: DiscordServer, bot: Running) -> None:
    bot.do(bot.bot.wait_until_ready())

    assert [guild.name for guild in bot.bot.guilds] == [server.guild.name]
    assert bot.bot.application_id == server.api.application
    assert server.gateway.identifies[0]["intents"] == GUILDS
    assert server.gateway.heartbeats > 0


def test_commands_are_stored_and_given_back(bot: Running) -> None:
    kept = {each.name: each.id for each in bot.do(bot.bot.tree.fetch_commands())}
    bot.do(bot.bot.tree.sync())

    assert kept.keys() == {"podcast", "Find in podcast", "config"}
    assert {each.name: each.id for each in bot.do(bot.bot.tree.fetch_commands())} == kept


def test_a_private_answer_is_seen_by_who_asked_only(server: DiscordServer, bot: Running) -> None:
    answer = server.slash("podcast search", {"query": "models"}).wait_for_response()

    assert shown_text(answer) == "Hit of page 0"
    assert [each["label"] for each in buttons_of(answer)] == ["▶ 12:54", "Page 1"]
    assert server.seen() == [answer]
    assert server.seen(server.add_user("Grace")) == []


def test_buttons_work_after_a_restart(server: DiscordServer) -> None:
    with running(server):
        answer = server.slash("podcast search", {"query": "models"}).wait_for_response()
    with running(server):
        turned = server.click(answer, "Page 1").wait_for_response()

    assert shown_text(turned) == "Hit of page 1"
    assert turned["id"] == answer["id"]
    assert turned["flags"] == answer["flags"] == 1 << 15 | 1 << 6


def test_a_private_message_is_out_of_reach_of_others(server: DiscordServer, bot: Running) -> None:
    answer = server.slash("podcast search", {"query": "models"}).wait_for_response()

    with pytest.raises(RefusedError, match="does not see"):
        server.click(answer, "Page 1", user=server.add_user("Grace"))
    with pytest.raises(RefusedError, match="a link"):
        server.click(answer, "▶ 12:54")


def test_options_are_completed(server: DiscordServer, bot: Running) -> None:
    choices = server.autocomplete("podcast search", {"query": "x", "guest": "Ada"})

    assert choices == [{"name": "Ada Lovelace", "value": "ada"}]


def test_a_message_menu_brings_the_message(server: DiscordServer, bot: Running) -> None:
    said = server.say("model registry")
    found = server.context_menu("Find in podcast", said).wait_for_response()

    assert shown_text(found) == "Found model registry"


def test_a_deferred_answer_is_edited_and_stays_private(server: DiscordServer, bot: Running) -> None:
    asked = server.slash("podcast slow")
    asked.wait_for_acknowledgement()
    thinking = server.seen()
    bot.bot.go_on.set()
    answer, more = asked.wait_for_response(), asked.wait_for_followup()

    assert [each["flags"] for each in thinking] == [1 << 7 | 1 << 6]
    assert (answer["content"], answer["flags"]) == ("Done", 1 << 6)
    assert [each["content"] for each in server.seen()] == ["Done", "More"]
    assert more["content"] == "More"


def test_a_file_is_uploaded(server: DiscordServer, bot: Running) -> None:
    answer = server.slash("podcast chart").wait_for_response()

    assert [each["filename"] for each in answer["attachments"]] == ["chart.svg"]
    assert answer["attachments"][0]["description"] == "A chart"
    assert server.file(answer, "chart.svg") == b"<svg/>"


def test_a_form_is_filled_in(server: DiscordServer, bot: Running) -> None:
    opened = server.slash("podcast form")
    answer = opened.submit(words="registry").wait_for_response()

    assert shown_text(answer) == "Searched registry"
    with pytest.raises(RefusedError, match="range"):
        opened.submit(words="x" * 21)


def test_an_answer_after_three_seconds_is_to_nobody(server: DiscordServer, bot: Running) -> None:
    server.slash("podcast late")
    server.advance(3.1)
    bot.bot.go_on.set()

    assert bot.next_error().code == 10062
    assert server.seen() == []


def test_a_second_answer_is_refused(server: DiscordServer, bot: Running) -> None:
    server.slash("podcast twice")

    assert bot.next_error().code == 40060
    assert [each["content"] for each in server.seen()] == ["Once"]


def test_a_token_ends_after_fifteen_minutes(server: DiscordServer, bot: Running) -> None:
    server.slash("podcast slow").wait_for_acknowledgement()
    server.advance(15 * 60 + 1)
    bot.bot.go_on.set()

    assert bot.next_error().code == 50027


def send(server: DiscordServer, bot: Running, text: str = "Hello", **about: Any) -> Any:
    channel = bot.bot.get_partial_messageable(server.channel.id, guild_id=server.guild.id)
    return bot.do(channel.send(text, **about))


def test_a_nonce_gives_the_earlier_message(server: DiscordServer, bot: Running) -> None:
    first, second = send(server, bot, nonce="week-47"), send(server, bot, "Again", nonce="week-47")
    server.advance(5 * 60 + 1)
    third = send(server, bot, nonce="week-47")

    assert first.id == second.id
    assert first.id != third.id
    assert len(server.seen()) == 2


def test_a_rate_limit_is_waited_for(server: DiscordServer, bot: Running) -> None:
    server.fail("create_message", Fault(429, retry_after=0.01))
    send(server, bot)

    assert [each.status for each in server.called("create_message")] == [429, 200]


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (Fault(429, retry_after=0.01, via=False), discord.HTTPException, 0),
        (Fault(503), discord.DiscordServerError, 0),
        (Fault(403, 50001), discord.Forbidden, 50001),
        (Fault(403, 50013), discord.Forbidden, 50013),
        (Fault(404, 10003), discord.NotFound, 10003),
    ],
)
def test_calls_fail_as_they_shall(
    server: DiscordServer, bot: Running, fault: Fault, error: type[Exception], code: int
) -> None:
    server.fail("create_message", fault)
    with pytest.raises(discord.HTTPException) as raised:
        send(server, bot)

    assert isinstance(raised.value, error)
    assert raised.value.code == code
    assert server.seen() == []


def test_an_answer_is_lost_after_the_deed(server: DiscordServer, bot: Running) -> None:
    server.fail("create_message", Fault(done=True))
    with pytest.raises(aiohttp.ClientError):
        send(server, bot)

    assert len(server.seen()) == 1


@pytest.mark.parametrize(
    ("channel", "code"), [("foreign", 50001), ("muted", 50013), ("gone", 10003)]
)
def test_the_bot_writes_only_where_it_may(
    server: DiscordServer, bot: Running, channel: str, code: int
) -> None:
    foreign = server.add_guild("Elsewhere", foreign=True)
    numbers = {
        "foreign": server.add_channel("general", guild=foreign).id,
        "muted": server.allow(server.add_channel("rules"), 1 << 10).id,
        "gone": 1,
    }
    with pytest.raises(discord.HTTPException) as raised:
        bot.do(bot.bot.get_partial_messageable(numbers[channel]).send("Hello"))

    assert raised.value.code == code


def told(server: DiscordServer, bot: Running, number: int = 0, **about: Any) -> list[str]:
    """Read what a channel's history says, the newest last."""
    channel = bot.bot.get_partial_messageable(number or server.channel.id)

    async def read() -> list[str]:
        return [each.content async for each in channel.history(oldest_first=True, **about)]

    texts: list[str] = bot.do(read())
    return texts


def test_a_history_begins_and_ends_where_it_shall(server: DiscordServer, bot: Running) -> None:
    sent = [send(server, bot, str(number)) for number in range(5)]

    assert told(server, bot, after=sent[0], limit=2) == ["1", "2"]
    assert told(server, bot, before=sent[3]) == ["0", "1", "2"]
    assert told(server, bot, limit=120) == ["0", "1", "2", "3", "4"]


def test_who_may_not_read_a_history_is_shown_none(server: DiscordServer, bot: Running) -> None:
    send(server, bot)
    server.allow(server.channel, MEMBER & ~READ_HISTORY)
    chat = server.chat_with_bot()
    bot.do(bot.bot.get_partial_messageable(chat.id).send("Hello"))

    assert told(server, bot) == []
    assert told(server, bot, chat.id) == ["Hello"]


def test_a_thread_has_a_right_to_write_of_its_own(server: DiscordServer, bot: Running) -> None:
    held = MEMBER & ~SEND_MESSAGES
    thread = server.add_channel("talk", parent=server.channel.id, bot_permissions=held)
    bot.do(bot.bot.get_partial_messageable(thread.id).send("Hello"))
    server.allow(thread, MEMBER & ~SEND_IN_THREADS)
    with pytest.raises(discord.Forbidden) as raised:
        bot.do(bot.bot.get_partial_messageable(thread.id).send("Again"))

    assert raised.value.code == 50013
    assert isinstance(bot.do(bot.bot.fetch_channel(thread.id)), discord.Thread)


def test_who_takes_no_direct_messages_gets_none(server: DiscordServer, bot: Running) -> None:
    chat = server.chat_with_bot(server.add_user("Closed", closed=True))
    with pytest.raises(discord.Forbidden) as raised:
        bot.do(bot.bot.get_partial_messageable(chat.id).send("Hello"))

    assert raised.value.code == 50007


def test_a_bot_knows_what_it_and_others_may_do(server: DiscordServer, bot: Running) -> None:
    admin = server.add_user("Grace", permissions=MEMBER | MANAGE_GUILD)
    server.allow(server.channel, MEMBER & ~SEND_MESSAGES)
    server.slash("podcast search", {"query": "models"}).wait_for_response()
    guild = bot.bot.get_guild(server.guild.id)
    assert guild
    channel = guild.get_channel(server.channel.id)
    assert channel

    assert not channel.permissions_for(guild.me).send_messages
    assert bot.do(guild.fetch_member(admin.id)).guild_permissions.manage_guild
    assert not bot.do(guild.fetch_member(server.user.id)).guild_permissions.manage_guild


def test_who_has_left_is_no_member(server: DiscordServer, bot: Running) -> None:
    server.world.left.add(server.user.id)
    server.slash("podcast search", {"query": "models"}).wait_for_response()
    guild = bot.bot.get_guild(server.guild.id)
    assert guild
    with pytest.raises(discord.NotFound) as raised:
        bot.do(guild.fetch_member(server.user.id))

    assert raised.value.code == 10007


@pytest.mark.parametrize("for_good", [True, False])
def test_a_guild_goes_for_good_or_for_a_while(
    server: DiscordServer, bot: Running, for_good: bool
) -> None:
    event = "guild_remove" if for_good else "guild_unavailable"

    async def hear() -> Any:
        return await asyncio.wait_for(bot.bot.wait_for(event), PATIENCE_SECONDS)

    server.slash("podcast search", {"query": "models"}).wait_for_response()
    heard = asyncio.run_coroutine_threadsafe(hear(), bot.bot.loop)
    bot.do(asyncio.sleep(0))  # it listens before anything is told
    server.put_out(server.guild, for_good=for_good)

    assert heard.result(PATIENCE_SECONDS).id == server.guild.id


RECONNECTS: dict[str, tuple[Callable[[DiscordServer], None], bool]] = {
    "op 7": (lambda server: server.gateway.reconnect(), True),
    "op 9, resumable": (lambda server: server.gateway.invalidate(resumable=True), True),
    "op 9": (lambda server: server.gateway.invalidate(resumable=False), False),
    "4009": (lambda server: server.gateway.close(4009), True),
    "4009 and forgotten": (lambda server: server.gateway.close(4009, forget=True), False),
    "cut": (lambda server: server.gateway.drop(), True),
}


@pytest.mark.parametrize("how", RECONNECTS)
def test_a_bot_comes_back(server: DiscordServer, bot: Running, how: str) -> None:
    act, resumes = RECONNECTS[how]
    act(server)
    gateway = server.gateway
    server.wait_for(lambda: len(gateway.identifies) + len(gateway.resumes) == 2, "its return")
    answer = server.slash("podcast search", {"query": "models"}).wait_for_response()

    assert bool(gateway.resumes) == resumes
    assert len(gateway.identifies) == (1 if resumes else 2)
    assert shown_text(answer) == "Hit of page 0"


def test_what_a_bot_missed_is_told_when_it_resumes(server: DiscordServer, bot: Running) -> None:
    server.gateway.close(4009)
    server.add_guild("Late")
    server.gateway.dispatch(
        "GUILD_CREATE", server.world.guild_create([*server.world.guilds.values()][-1])
    )
    server.wait_for(lambda: server.gateway.resumes, "a resume")
    server.slash("podcast search", {"query": "models"}).wait_for_response()

    assert [guild.name for guild in bot.bot.guilds] == [server.guild.name, "Late"]


def test_a_wrong_token_does_not_log_in(server: DiscordServer) -> None:
    wrong = server.token[::-1]
    ended = Running(server, token=wrong).wait_for_end()

    assert isinstance(ended, discord.LoginFailure)
    assert server.gateway.identifies == []


@pytest.mark.parametrize("how", ["4009", "op 9"])
def test_a_token_that_was_reset_is_refused_by_the_gateway(server: DiscordServer, how: str) -> None:
    one = Running(server)
    server.wait_for_bot()
    server.token = server.token[::-1]
    RECONNECTS[how][0](server)
    ended = one.wait_for_end()

    assert isinstance(ended, discord.ConnectionClosed)
    assert ended.code == 4004


def test_a_privileged_intent_is_refused(server: DiscordServer) -> None:
    ended = Running(server, intents=GUILDS | MEMBERS).wait_for_end()

    assert isinstance(ended, discord.PrivilegedIntentsRequired)
    assert len(server.gateway.identifies) == 1


def test_a_command_is_there_in_a_chat_with_the_bot(server: DiscordServer, bot: Running) -> None:
    chat = server.chat_with_bot()
    answer = server.slash("podcast search", {"query": "models"}, channel=chat).wait_for_response()

    assert answer in server.seen(channel=chat)
    with pytest.raises(RefusedError, match="does not have config here"):
        server.slash("config", {"channel": server.channel}, channel=chat)


def test_a_user_brings_the_app_to_a_foreign_guild(server: DiscordServer, bot: Running) -> None:
    place = server.add_channel("talk", guild=server.add_guild("Elsewhere", foreign=True))
    guest = server.add_user("Grace", installed=True)
    query = {"query": "models", "guest": "ada"}
    asked = server.slash("podcast search", query, user=guest, channel=place)
    turned = server.click(asked.wait_for_response(), "Page 1", user=guest).wait_for_response()

    assert asked.interaction.owners == {"1": str(guest.id)}
    assert server.seen(channel=place) == [turned]
    with pytest.raises(RefusedError, match="does not have podcast here"):
        server.slash("podcast search", query, channel=place)


def test_a_user_brings_the_app_to_a_chat_with_friends(server: DiscordServer, bot: Running) -> None:
    place = server.add_channel("friends", guild=None)
    guest = server.add_user("Grace", installed=True)
    asked = server.slash("podcast chart", user=guest, channel=place)
    answer = asked.wait_for_response()

    assert server.seen(channel=place) == [answer]
    assert asked.interaction.event(server.api.application)["context"] == 2


def test_a_foreign_guild_may_hide_answers(server: DiscordServer, bot: Running) -> None:
    place = server.add_channel("talk", guild=server.add_guild("Elsewhere", foreign=True))
    guest = server.add_user("Grace", installed=True, permissions=1 << 10)
    query = {"query": "models", "guest": "ada"}
    asked = server.slash("podcast search", query, user=guest, channel=place)

    assert asked.wait_for_response()["flags"] & 1 << 6
    assert server.seen(channel=place) == []


def test_a_users_own_app_says_six_things_at_most(server: DiscordServer, bot: Running) -> None:
    place = server.add_channel("talk", guild=server.add_guild("Elsewhere", foreign=True))
    guest = server.add_user("Grace", installed=True)
    server.slash("podcast much", {"count": 6}, user=guest, channel=place)

    assert bot.next_error().code == 40094
    assert [each["content"] for each in server.seen(channel=place)] == [*"123456"]


def test_a_channel_is_an_option(server: DiscordServer, bot: Running) -> None:
    admin = server.add_user("Grace", permissions=1 << 5)
    target = {"channel": server.channel}
    answer = server.slash("config", target, user=admin).wait_for_response()

    assert shown_text(answer) == "Set to general"
    with pytest.raises(RefusedError, match="Ada does not have config here"):
        server.slash("config", target)


@pytest.mark.parametrize(
    ("command", "options", "why"),
    [
        ("podcast search", {}, "must be filled in"),
        ("podcast search", {"query": "x"}, "out of its range 2 to 50"),
        ("podcast search", {"query": 12}, "takes no int"),
        ("podcast search", {"query": "ok", "sort": "new"}, "no option sort"),
        ("podcast sing", {}, "no subcommand sing"),
        ("podcast", {}, "only the subcommands"),
        ("cast", {}, "not registered"),
    ],
)
def test_nobody_can_ask_what_discord_does_not_let_them(
    server: DiscordServer, bot: Running, command: str, options: dict[str, Any], why: str
) -> None:
    with pytest.raises(RefusedError, match=why):
        server.slash(command, options)


def test_gateways_speak_plain_text_too(server: DiscordServer) -> None:
    async def listen() -> list[Any]:
        identify = {"token": server.token, "intents": 1, "properties": {}}
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(server.gateway_url) as socket,
        ):
            await socket.send_json({"op": 2, "d": identify})
            return [(await socket.receive_json())["t"] for _ in range(3)]

    assert asyncio.run(listen()) == [None, "READY", "GUILD_CREATE"]


def test_a_violation_is_answered_and_remembered(server: DiscordServer, bot: Running) -> None:
    with pytest.raises(discord.HTTPException, match="over 2000 characters") as raised:
        send(server, bot, "x" * 2001)

    assert raised.value.code == 50035
    assert server.forgive() == ["create_message: content has over 2000 characters"]


def test_every_answer_is_as_discord_describes_it(server: DiscordServer, bot: Running) -> None:
    known = contract()
    if known is None:
        pytest.skip("AIRQUOTE_CONTRACTS is not set: no description of the API here")
    bot.bot.go_on.set()
    server.slash("podcast slow").wait_for_followup()
    shown = server.slash("podcast search", {"query": "models"}).wait_for_response()
    server.click(shown, "Page 1").wait_for_response()
    server.autocomplete("podcast search", {"query": "x", "guest": "Ada"})
    server.slash("podcast form").submit(words="x").wait_for_response()
    server.slash("podcast chart").wait_for_response()
    server.slash("podcast tidy")
    server.wait_for(lambda: server.called("delete_original_webhook_message"), "the last request")
    bot.do(ask_everything(server, bot.bot))
    answered = {each.operation for each in server.calls if each.status < 400}

    assert set(ROUTES) - answered == set()
    assert known.answer_error("get_message", 200, {})


async def ask_everything(server: DiscordServer, bot: Bot) -> None:
    """Ask for what no command of the bot's asks for."""
    guild, user = discord.Object(server.guild.id), await bot.fetch_user(server.user.id)
    await bot.application_info()
    await bot.http.request(Route("GET", "/applications/@me"))
    await bot.http.request(
        Route("PATCH", "/applications/@me"), json={"interactions_endpoint_url": None}
    )
    await bot.http.get_bot_gateway()
    await bot.tree.fetch_commands()
    bot.tree.copy_global_to(guild=guild)
    await bot.tree.sync(guild=guild)
    await bot.tree.fetch_commands(guild=guild)
    fetched = await bot.fetch_guild(guild.id, with_counts=False)
    await fetched.fetch_member(user.id)
    await bot.fetch_channel((await user.create_dm()).id)
    channel = await bot.fetch_channel(server.add_channel("all", bot_permissions=EVERYTHING).id)
    assert isinstance(channel, discord.TextChannel)
    embed = discord.Embed(title="Hit", description="Words", colour=1, url="https://example.org")
    embed.add_field(name="Guest", value="Ada").set_footer(text="Corpus").set_image(
        url="https://a.org"
    )
    message = await channel.send("Hit", embed=embed)
    await (await channel.fetch_message(message.id)).edit(content="Hits")
    assert [each.id async for each in channel.history(limit=1)] == [message.id]
    await channel.typing()
    await message.pin()
    await message.unpin()
    await message.create_thread(name="Hits")
    await message.delete()
    await ask_other_channels(server, bot, channel)


async def ask_other_channels(server: DiscordServer, bot: Bot, channel: discord.TextChannel) -> None:
    """Ask for what only some channels have: polls, posts of forums, followers."""
    poll = discord.Poll("Which one?", timedelta(hours=1))
    for word in ("This", "That"):
        poll.add_answer(text=word)
    await (await channel.send(poll=poll)).end_poll()
    forum = await bot.fetch_channel(
        server.add_channel("talks", kind=FORUM, bot_permissions=EVERYTHING).id
    )
    news = await bot.fetch_channel(
        server.add_channel("news", kind=ANNOUNCEMENTS, bot_permissions=EVERYTHING).id
    )
    assert isinstance(forum, discord.ForumChannel)
    assert isinstance(news, discord.TextChannel)
    await forum.create_thread(name="Hit", content="Words")
    assert [each.name for each in await forum.guild.active_threads()]
    await (await news.send("News")).publish()
    assert [each.id async for each in bot.fetch_guilds()]
