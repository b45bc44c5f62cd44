"""The language of answers in Discord: the member's in private, the server's before everybody."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.library.library import Library
from bot.posting.places import Recipient, channel_at, person_at
from handlers.discord.languages import Languages
from tests.apps.discord import App, answering, is_private, labels, text_of
from tests.apps.discord_weekly import admin_of, place_of
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.shapes import Channel

NOT_ALLOWED, NICHT_ERLAUBT = "“Manage Server”", "„Server verwalten“"
EPISODE = {"words": "s01e01", "visible": True}


@dataclass(frozen=True, slots=True)
class Places:
    """A channel of an English server and one of a German server."""

    english: Channel
    german: Channel


@pytest.fixture
def places(server: DiscordServer) -> Places:
    guild = server.add_guild("Podcast-Freunde", locale="de")
    return Places(server.channel, server.add_channel("allgemein", guild=guild))


@pytest.fixture
def app(server: DiscordServer, places: Places, library: Library, tmp_path: Path) -> Iterator[App]:
    """The app, which knows both servers."""
    with answering(server, library, tmp_path) as app:
        yield app


def in_language(app: App, locale: str, command: str, place: Channel, **options: object) -> str:
    """Use a command as somebody with a client in a language, and read the answer."""
    member = app.server.add_user("Zoe", locale=locale, granted=True)
    done = app.server.slash(command, options, user=member, channel=place)
    return text_of(done.wait_for_response())


@pytest.mark.parametrize(
    ("locale", "said"),
    [("de", NICHT_ERLAUBT), ("en-GB", NOT_ALLOWED), ("fr", NOT_ALLOWED)],
)
def test_a_private_answer_is_in_the_language_of_the_member(
    app: App, places: Places, locale: str, said: str
) -> None:
    for place in (places.english, places.german):
        assert said in in_language(app, locale, "podcast-admin weekly post", place)


def test_a_visible_answer_is_in_the_language_of_the_server(app: App, places: Places) -> None:
    german = in_language(app, "en-US", "podcast episode", places.german, **EPISODE)
    english = in_language(app, "de", "podcast episode", places.english, **EPISODE)

    assert "**Kapitel**" in german
    assert "**Chapters**" in english


def test_a_visible_request_that_finds_nothing_is_answered_in_the_language_of_the_member(
    app: App, places: Places
) -> None:
    asked = {"query": "zyxwvut", "visible": True}

    assert "Ich habe nichts zu „zyxwvut“ gefunden." in in_language(
        app, "de", "podcast search", places.english, **asked
    )
    assert "I found nothing for “zyxwvut”." in in_language(
        app, "en-US", "podcast search", places.german, **asked
    )


def test_an_answer_in_a_direct_message_is_in_the_language_of_the_member(
    server: DiscordServer, app: App
) -> None:
    member = server.add_user("Zoe", locale="de")
    chat = server.chat_with_bot(member)
    done = server.slash("podcast episode", {"words": "s01e01"}, user=member, channel=chat)

    assert "**Kapitel**" in text_of(done.wait_for_response())


def test_a_mention_is_answered_in_the_language_of_the_server(
    server: DiscordServer, app: App, places: Places
) -> None:
    member = server.add_user("Zoe", locale="en-US")
    asked = server.mention("follows", user=member, channel=places.german)
    offer = server.wait_for_reply(asked)
    shown = server.click(offer, "Mir zeigen", user=member).wait_for_response()

    assert text_of(offer) == "Meine Antwort ist nur für dich."
    assert is_private(shown)
    assert "You do not follow" in text_of(shown)


def test_a_direct_message_is_answered_in_the_language_of_the_last_command(
    server: DiscordServer, app: App
) -> None:
    member = server.add_user("Zoe", locale="de")
    chat = server.chat_with_bot(member)
    before = server.wait_for_reply(server.say("weekly status", user=member, channel=chat))
    server.slash("podcast about", user=member, channel=chat).wait_for_response()
    after = server.wait_for_reply(server.say("weekly status", user=member, channel=chat))

    assert text_of(before).startswith("I post quotes and new episodes in the channels of servers.")
    assert text_of(after).startswith("Ich poste Zitate und neue Folgen in den Kanälen von Servern.")


def test_the_start_page_names_the_commands_as_discord_shows_them(
    server: DiscordServer, app: App, places: Places
) -> None:
    admin = admin_of(server, locale="de")
    done = server.slash("podcast help", user=admin, channel=places.english)
    text = text_of(done.wait_for_response())

    assert "### Neueste Folgen" in text
    assert "`/podcast-admin wochenzitat an`" in text
    assert "weekly" not in text


def test_commands_in_texts_and_suggestions_are_in_the_language_of_the_member(
    server: DiscordServer, app: App, places: Places
) -> None:
    admin = admin_of(server, locale="de")
    done = server.slash(
        "podcast-admin announce", {"switch": "on"}, user=admin, channel=places.english
    )
    seasons = server.autocomplete(
        "podcast search", {"query": "x", "season": "1"}, user=admin, channel=places.english
    )

    assert "/podcast-admin ankündigen schalter\\:aus“ beendet das." in text_of(
        done.wait_for_response()
    )
    assert [each["name"] for each in seasons] == ["Staffel 1"]


def test_a_language_that_is_set_is_that_of_everybody(
    server: DiscordServer, places: Places, library: Library, tmp_path: Path
) -> None:
    languages = Languages("de")
    with answering(server, library, tmp_path, languages=languages) as app:
        private = in_language(app, "en-US", "podcast-admin weekly post", places.english)
        public = in_language(app, "en-US", "podcast episode", places.english, **EPISODE)
        asked = server.mention("follows", channel=places.english)

        assert NICHT_ERLAUBT in private
        assert "**Kapitel**" in public
        assert labels(server.wait_for_reply(asked)) == ["Mir zeigen"]
        assert app.do(app.account.poster.language_of(person_at("discord", "1", ""))) == "de"


def test_a_channel_has_the_language_of_its_server_and_a_person_that_of_their_client(
    app: App, places: Places
) -> None:
    def language_of(recipient: Recipient) -> str:
        return app.do(app.account.poster.language_of(recipient))

    member = app.server.add_user("Zoe", locale="de")
    person = person_at("discord", str(member.id), "")
    before = language_of(person)
    app.server.slash("podcast about", user=member).wait_for_response()

    assert (before, language_of(person)) == ("", "de")
    assert language_of(channel_at(place_of(places.english))) == "en"
    assert language_of(channel_at(place_of(places.german))) == "de"
    unknown = replace(place_of(places.english), workspace="7")
    assert language_of(channel_at(unknown)) == ""
