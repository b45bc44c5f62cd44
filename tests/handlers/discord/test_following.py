"""Following and announcements in Discord as its people meet them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answers.replies import Reply
from bot.library.shelf import only
from bot.posting.departures import forget_leavers
from bot.posting.new_episodes import read_unreachable, tell_waiting
from bot.posting.places import Recipient, person_at
from bot.posting.poster import FailureKind, PostError
from tests.apps.discord import App, Json, answering, comes_true, is_private, labels, text_of
from tests.apps.discord_weekly import admin_of
from tests.fakes.discord.member import on_discord
from tests.fakes.discord.reading import read_page
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import User
from tests.fakes.discord.wire import Fault
from tests.new_episodes import NEW, OLD, add_episode, copy_episodes, tell_of_changes

WORDS = {"query": "feature store"}
KEY = "c3" * 12 + "e"


@pytest.fixture
def app(server: DiscordServer, tmp_path: Path) -> Iterator[App]:
    with answering(server, OLD, tmp_path) as app:
        server.slash("podcast help", user=server.add_user("Early")).wait_for_response()
        yield app


@pytest.fixture
def ida(server: DiscordServer) -> User:
    return server.add_user("Ida")


def use(app: App, word: str, user: User, where: Any = None, **options: Any) -> Json:
    """Use a command, and see what it says to this person alone."""
    command = "podcast-admin" if word == "announce" else "podcast"
    done = app.server.slash(f"{command} {word}", options, user=user, channel=where)
    answer = done.wait_for_response()
    assert is_private(answer) or where
    return answer


def said_in(message: Json) -> str:
    return "\n".join(read_page(message).lines)


def press(app: App, message: Json, label: str, user: User) -> Json:
    return app.server.click(message, label, user=user).wait_for_response()


def person_of(user: User) -> Recipient:
    return person_at("discord", str(user.id), "")


def send(app: App, user: User) -> None:
    """Write to somebody directly."""
    app.do(app.account.poster.send(person_of(user), Reply("New"), KEY))


def letters(app: App, user: User) -> list[Json]:
    """Give what somebody was written to directly."""
    return app.server.seen(user, app.server.chat_with_bot(user))


def followed(app: App, user: User) -> list[str]:
    follows = app.weekly.posting.follows
    return [each.query for each in app.do(follows.follows_of(person_of(user)))]


def refresh(app: App) -> None:
    """Let an episode appear, and tick once more."""
    app.do(tell_waiting(app.weekly.posting, only(OLD)))
    app.intake.shelf.put(NEW)
    app.do(tell_of_changes(app.weekly.posting, OLD, NEW))
    app.do(tell_waiting(app.weekly.posting, only(NEW)))


def test_who_follows_gets_one_letter_with_the_passages(app: App, ida: User) -> None:
    answer = use(app, "follow", ida, **WORDS)
    assert "when a new episode talks about" in said_in(answer)
    assert labels(answer) == ["Unfollow “feature store”"]
    refresh(app)
    (letter,) = letters(app, ida)

    assert "On <Stores> & Such" in said_in(letter)
    assert labels(letter) == ["Context", "More Like This", "Unfollow “feature store”"]
    told = press(app, letter, "Unfollow “feature store”", ida)
    assert "You no longer follow “feature store”." in said_in(told)
    assert followed(app, ida) == []


def test_who_takes_no_messages_is_told_so_once_by_the_next_answer(
    app: App, server: DiscordServer
) -> None:
    ida = server.add_user("Ida", closed=True)
    use(app, "follow", ida, **WORDS)
    refresh(app)
    # The process does so at every tick.
    app.do(read_unreachable(app.weekly.posting))
    first, second = (said_in(use(app, "about", ida)) for _ in range(2))

    assert "I could not message you about what you follow." in first
    assert "Allow direct messages in the server's privacy settings." in first
    assert "I could not message you" not in second


def test_what_is_followed_is_listed_with_buttons_and_pages(app: App, ida: User) -> None:
    for number in range(11):
        use(app, "follow", ida, query=f"tea {number}")
    listed = use(app, "follows", ida)
    assert labels(listed) == [*["Unfollow"] * 10, "Next"]
    app.server.click(listed, "Next", user=ida).wait_for_response()
    turned = app.server.seen(ida)[-1]
    assert labels(turned) == ["Unfollow", "Previous"]
    assert "no longer follow “tea 10”" in said_in(press(app, turned, "Unfollow", ida))
    assert "forgotten" in said_in(use(app, "unfollow", ida, query="all"))
    assert followed(app, ida) == []


def test_a_member_is_forgotten_once_they_confirm_it(app: App, ida: User) -> None:
    use(app, "follow", ida, **WORDS)
    asked = use(app, "forget-me", ida)
    assert "1 thing you follow." in said_in(asked)
    assert followed(app, ida) == ["feature store"]
    assert "I have forgotten you." in said_in(press(app, asked, "Forget Me", ida))
    assert followed(app, ida) == []
    assert "nothing about you" in said_in(use(app, "forget-me", ida))


def test_who_left_the_server_is_forgotten_there(app: App, ida: User) -> None:
    use(app, "follow", ida, **WORDS)
    use(app, "follow", ida, app.server.chat_with_bot(ida), query="green tea")
    app.do(forget_leavers(app.weekly.posting))
    assert followed(app, ida) == ["feature store", "green tea"]
    app.server.world.left.add(ida.id)
    app.do(forget_leavers(app.weekly.posting))

    assert followed(app, ida) == ["green tea"]


@pytest.mark.parametrize(
    "fault",
    [Fault(status=403, code=50001), Fault(status=404, code=10004), Fault(status=503)],
    ids=["no access", "no server", "away"],
)
def test_nobody_has_left_a_server_that_says_nothing(app: App, ida: User, fault: Fault) -> None:
    use(app, "follow", ida, **WORDS)
    app.server.world.left.add(ida.id)
    app.server.fail("get_guild_member", fault)
    app.do(forget_leavers(app.weekly.posting))

    assert followed(app, ida) == ["feature store"]


def test_what_is_followed_is_suggested_to_end_it(app: App, ida: User) -> None:
    for query in ("feature store", "Green tea"):
        use(app, "follow", ida, query=query)
    offered = app.server.autocomplete("podcast unfollow", {"query": "TEA"}, user=ida)
    others = app.server.autocomplete("podcast unfollow", {"query": ""})

    assert [each["value"] for each in offered] == ["Green tea"]
    assert others == []


def test_a_person_is_one_wherever_they_ask(app: App, ida: User) -> None:
    chat = app.server.chat_with_bot(ida)
    use(app, "follow", ida, **WORDS)
    use(app, "follow", ida, chat, query="green tea")

    assert followed(app, ida) == ["feature store", "green tea"]
    assert {each.workspace for each in app.do(app.weekly.posting.follows.follows())} == {
        "",
        str(app.server.guild.id),
    }


def test_who_takes_no_direct_messages_cannot_be_reached(app: App) -> None:
    ida = app.server.add_user("Ida", closed=True)
    with pytest.raises(PostError) as caught:
        send(app, ida)

    assert caught.value.kind is FailureKind.PERMANENT
    assert str(ida.id) not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, FailureKind.UNAUTHORIZED), (503, FailureKind.AMBIGUOUS), (404, FailureKind.PERMANENT)],
)
def test_only_what_is_wrong_with_a_person_counts_against_them(
    app: App, ida: User, status: int, kind: FailureKind
) -> None:
    app.server.fail("create_message", Fault(status=status))
    with pytest.raises(PostError) as caught:
        send(app, ida)

    assert caught.value.kind is kind


def test_a_letter_whose_answer_is_lost_is_not_doubled(app: App, ida: User) -> None:
    app.server.fail("create_message", Fault(done=True))
    with pytest.raises(PostError) as caught:
        send(app, ida)
    send(app, ida)

    assert caught.value.kind is FailureKind.AMBIGUOUS
    assert [text_of(each) for each in letters(app, ida)] == ["New"]


def test_an_admin_lets_new_episodes_be_announced(app: App, ida: User) -> None:
    admin, granted = admin_of(app.server), app.server.add_user("Gil", granted=True)
    assert "“Manage Server”" in said_in(use(app, "announce", granted, switch="on"))
    assert "From now on" in said_in(use(app, "announce", admin, switch="on"))
    assert "I announce every new episode here." in said_in(use(app, "announce", granted))
    refresh(app)
    (post,) = app.server.seen(app.server.add_user("Anybody"))
    read = said_in(post)

    assert "New episode" in read
    assert "On <Stores> & Such" in read
    assert "Ida B" in read
    assert "Leaves" in read
    assert labels(post) == []
    assert "no longer announce new episodes" in said_in(use(app, "announce", admin, switch="off"))


def test_episodes_can_be_announced_in_another_channel(app: App) -> None:
    admin, news = admin_of(app.server), app.server.add_channel("news")
    switched = said_in(use(app, "announce", admin, switch="on", channel=news))
    refresh(app)
    anybody = app.server.add_user("Anybody")

    assert "“Here” is news." in switched
    assert app.server.seen(anybody) == []
    assert "New episode" in said_in(app.server.seen(anybody, news)[0])


def test_a_server_that_puts_the_bot_out_is_forgotten(app: App, ida: User) -> None:
    use(app, "announce", admin_of(app.server), switch="on")
    use(app, "follow", ida, **WORDS)
    app.server.put_out(app.server.guild)

    assert comes_true(lambda: not app.do(app.weekly.posting.follows.channels()))
    assert followed(app, ida) == []


# The real process.


def test_a_new_episode_reaches_who_follows_and_the_channel(home: Path) -> None:
    database, folder = f"sqlite:///{home / 'airquote.db'}", copy_episodes(home)
    with on_discord(home, DATABASE_URL=database, AIRQUOTE_EPISODES=str(folder)) as platform:
        server = platform.discord
        admin = admin_of(server)
        member = replace(platform.join(), user=admin, channel=server.channel)
        followed = member.say("follow teapot museum")
        switched = member.say("announce on")
        add_episode(folder)
        platform.restart()
        chat, anybody = server.chat_with_bot(admin), server.add_user("Anybody")
        told: list[Json] = server.wait_for(lambda: server.seen(admin, chat), "a letter")
        posts: list[Json] = server.wait_for(lambda: server.seen(anybody), "a post")
        platform.restart()
        after = server.seen(admin, chat), server.seen(anybody)

    assert "No episode talks about it" in followed.text
    assert "From now on" in switched.text
    assert "“teapot museum”" in said_in(told[-1])
    assert said_in(posts[-1]).startswith("New episode")
    assert after == (told, posts)


def test_a_letter_is_in_the_language_of_its_reader_after_a_restart(home: Path) -> None:
    database, folder = f"sqlite:///{home / 'airquote.db'}", copy_episodes(home)
    with on_discord(home, DATABASE_URL=database, AIRQUOTE_EPISODES=str(folder)) as platform:
        server = platform.discord
        member = platform.join()
        german = replace(member, user=server.add_user("Ida", locale="de"))
        followed = german.say("follow teapot museum")
        add_episode(folder)
        platform.restart()
        chat = server.chat_with_bot(german.user)
        told: list[Json] = server.wait_for(lambda: server.seen(german.user, chat), "a letter")

    assert "Bisher war das in keiner Folge Thema." in followed.text
    assert "Neu im Podcast für dich: „teapot museum“" in said_in(told[-1])
