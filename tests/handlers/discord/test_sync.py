"""`airquote discord sync`, and the warning about commands that are out of date."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import discord
import pytest

from bot.posting.follow_commands import MOST_CHARACTERS
from bot.search.query import MAX_CHARACTERS
from handlers.discord.commands import build_tree
from handlers.discord.interaction import INTENTS
from handlers.discord.sync import CommandChanges, commands_of, compare, hash_commands
from tests.fakes.discord.server import DiscordServer
from tests.fakes.discord.wire import Fault
from tests.process import airquote

Json = dict[str, Any]
SUBCOMMANDS = [
    *("about", "episode", "episodes", "follow", "follows", "forget-me", "help"),
    *("mentions", "quote", "search", "unfollow"),
]
FOR_ADMINS = [
    "announce",
    *("weekly off", "weekly on", "weekly post", "weekly preview", "weekly status"),
    "weekly theme",
]
ALL = [
    *(f"added: /podcast {name}" for name in SUBCOMMANDS),
    *(f"added: /podcast-admin {name}" for name in FOR_ADMINS),
    "added: “Find in podcast”",
    "added: “Nominate quote”",
]
REGISTERED = ["podcast", "podcast-admin", "Find in podcast", "Nominate quote"]
# What is typed freely.
FREE = {"query", "words", "terms"}
# To view channels, send messages and polls in them and in threads, embed links, attach files, read
# history.
RIGHTS = (1 << 10, 1 << 11, 1 << 38, 1 << 14, 1 << 15, 1 << 16, 1 << 49)
RELOAD = "Reload Discord (Ctrl+R) to see them at once."
NOTHING = "The commands are up to date."
# What Discord adds to what it is given.
ADDED = {"id": "1", "application_id": "2", "version": "3", "nsfw": False, "dm_permission": True}


@pytest.fixture
def server() -> Iterator[DiscordServer]:
    server = DiscordServer()
    server.start()
    yield server
    server.stop()

    assert server.violations == []
    assert server.drift == []


@pytest.fixture(scope="module")
def ours() -> list[Json]:
    """The commands as they are here."""
    tree = build_tree(discord.Client(intents=INTENTS))
    return [*map(dict, asyncio.run(commands_of(tree)))]


def sync(
    server: DiscordServer, home: Path, *options: str, **variables: str
) -> tuple[int, str, str]:
    on = {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url}
    done = airquote(home, "discord", "sync", *options, **{**on, **variables})
    return done.returncode, done.stdout, done.stderr


def registered(server: DiscordServer) -> list[str]:
    return [each["name"] for each in server.api.commands[0]]


def test_the_first_sync_adds_all_commands(server: DiscordServer, home: Path) -> None:
    code, out, errors = sync(server, home)
    *told, _, _ = out.splitlines()

    assert (code, errors) == (0, "")
    assert told == [*ALL, RELOAD]
    assert registered(server) == REGISTERED
    assert server.gateway.identifies == []


def test_a_second_sync_has_nothing_to_say(server: DiscordServer, home: Path) -> None:
    sync(server, home)
    code, out, errors = sync(server, home)
    told, *_ = out.splitlines()

    assert (code, errors) == (0, "")
    assert told == NOTHING


def test_a_sync_says_where_the_app_is_added(server: DiscordServer, home: Path) -> None:
    _, out, _ = sync(server, home)
    links = [line.split("open ", 1)[1] for line in out.splitlines() if "open " in line]
    asked = [dict(parse_qsl(urlsplit(link).query)) for link in links]
    application = str(server.api.application)

    assert [link.split("?")[0] for link in links] == ["https://discord.com/oauth2/authorize"] * 2
    assert asked == [
        {
            "client_id": application,
            "scope": "bot applications.commands",
            "permissions": str(sum(RIGHTS)),
            "integration_type": "0",
        },
        {"client_id": application, "scope": "applications.commands", "integration_type": "1"},
    ]


def test_a_sync_says_what_it_adds_removes_and_changes(server: DiscordServer, home: Path) -> None:
    sync(server, home)
    with server.changed:
        podcast, admin, menu, other = server.api.commands[0]
        podcast["options"][0]["description"] = "Another one."
        podcast["options"][1]["name"] = "saying"
        server.api.commands[0] = [podcast, admin, {**menu, "name": "Look up"}, other]
    told = sync(server, home)

    assert told[1].splitlines()[:-2] == [
        "added: /podcast quote",
        "added: “Find in podcast”",
        "removed: /podcast saying",
        "removed: “Look up”",
        "changed: /podcast search",
        RELOAD,
    ]
    assert sync(server, home)[1].startswith("The commands are up to date.")


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"DISCORD_TOKEN": ""}, 78, "DISCORD_TOKEN: it is missing. "),
        ({"DISCORD_TOKEN": "hidden-token"}, 78, "DISCORD_TOKEN: Discord rejects it. "),
        (
            {"DISCORD_API_URL": "http://127.0.0.1:1"},
            1,
            "Discord: it cannot be reached (127.0.0.1: Connection refused). Check the network.",
        ),
        ({"DISCORD_API_URL": "hidden"}, 78, "DISCORD_API_URL: it is not an address"),
    ],
)
def test_what_keeps_it_from_that_is_one_line(
    server: DiscordServer, home: Path, variables: dict[str, str], code: int, said: str
) -> None:
    returned, out, errors = sync(server, home, **variables)

    assert (returned, out) == (code, "")
    (line,) = errors.splitlines()
    assert line.startswith(said)
    assert "hidden" not in line


def test_a_refused_registration_is_told(server: DiscordServer, home: Path) -> None:
    server.fail("bulk_set_application_commands", Fault(status=403, code=50001))
    code, out, errors = sync(server, home)

    assert (code, out) == (1, "")
    assert errors == (
        "Discord: it refuses that: made to fail (403, 50001). Update Airquote, or report a bug.\n"
    )


def test_a_command_that_is_rejected_is_named_with_the_reason(
    server: DiscordServer, home: Path
) -> None:
    said = {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be shorter."}]}
    errors = {"0": {"options": {"1": {"description": said}}}}
    server.fail("bulk_set_application_commands", Fault(status=400, code=50035, errors=errors))
    code, out, told = sync(server, home)

    assert (code, out) == (1, "")
    assert told.startswith("Discord: it refuses that: In group 'podcast'")
    assert "In command 'podcast quote'" in told
    assert "description: Must be shorter." in told
    assert "cannot be reached" not in told


def test_one_server_gets_the_commands_at_once_and_loses_them_again(
    server: DiscordServer, home: Path
) -> None:
    number = server.guild.id
    added = sync(server, home, "--guild", str(number))
    (own,) = [each for each in server.api.commands[number] if each["name"] == "podcast"]
    again = sync(server, home, "--guild", str(number))
    removed = sync(server, home, "--guild", str(number), "--remove")
    nothing = sync(server, home, "--guild", str(number), "--remove")

    assert added[1].splitlines() == [*ALL, RELOAD]
    assert own["contexts"] is None
    assert again == (0, f"{NOTHING}\n", "")
    assert removed[1].splitlines()[0] == "removed: /podcast about"
    assert nothing == (0, "That server has no commands of its own.\n", "")
    assert server.api.commands == {number: []}


def test_only_a_server_that_the_app_is_in_can_be_named(server: DiscordServer, home: Path) -> None:
    foreign = server.add_guild("Elsewhere", foreign=True)
    told = sync(server, home, "--guild", str(foreign.id))
    alone = sync(server, home, "--remove")

    assert told == (
        78,
        "",
        "--guild: Airquote is not in that server. "
        "Add it first, with the link that “airquote discord sync” prints.\n",
    )
    assert alone[0] == 2
    assert "also name the server, with --guild." in alone[2]


def test_commands_that_a_server_has_twice_are_found(server: DiscordServer, home: Path) -> None:
    number = server.guild.id
    with server.changed:
        mine = {"id": "7", "type": 1, "name": "podcast", "description": "An old one."}
        other = {**mine, "id": "8", "name": "dice"}
        server.api.commands[number] = [ours_there(server, each) for each in (mine, other)]
    told = sync(server, home)[1].splitlines()

    assert (
        f"Discord: “{server.guild.name}” has /podcast twice, once as its own. "
        f"Run “airquote discord sync --guild {number} --remove”." in told
    )


def test_a_server_that_does_not_tell_hinders_no_sync(server: DiscordServer, home: Path) -> None:
    server.fail("list_guild_application_commands", Fault(status=403, code=50001))
    code, out, errors = sync(server, home)
    server.fail("list_my_guilds", Fault(status=403, code=50001))
    again, _, _ = sync(server, home)

    assert (code, again, errors) == (0, 0, "")
    assert out.splitlines()[: len(ALL)] == ALL


def test_the_command_that_opens_an_activity_is_kept(server: DiscordServer, home: Path) -> None:
    launch = {"id": "9", "type": 4, "name": "launch", "description": "", "handler": 2}
    with server.changed:
        server.api.commands[0] = [ours_there(server, launch)]
    code, out, errors = sync(server, home)
    again = sync(server, home)

    assert (code, errors) == (0, "")
    assert out.splitlines()[: len(ALL)] == ALL
    assert registered(server) == [*REGISTERED, "launch"]
    assert again[1].splitlines()[0] == NOTHING


def ours_there(server: DiscordServer, command: Json) -> Json:
    """Write a command as the API gives it back."""
    about = {"integration_types": [0], "contexts": None, "nsfw": False, "version": "1"}
    allowed = {"default_member_permissions": None, "application_id": str(server.api.application)}
    return {**about, **allowed, **command}


def test_what_discord_adds_changes_nothing(ours: list[Json]) -> None:
    theirs = [
        {**deepcopy(each), **ADDED, "contexts": each["contexts"][::-1]} for each in reversed(ours)
    ]
    theirs[0]["description"] = ""

    assert hash_commands(theirs) == hash_commands(ours)
    assert not compare(theirs, ours)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (["description"], "Another.", "/podcast"),
        (["contexts"], [0], "/podcast"),
        (["options", 0, "description"], "Another.", "/podcast search"),
        (["options", 0, "options", 0, "required"], False, "/podcast search"),
        (["options", 0, "options", 1, "autocomplete"], False, "/podcast search"),
    ],
)
def test_every_change_is_seen_and_named(
    ours: list[Json], path: list[Any], value: Any, named: str
) -> None:
    theirs = deepcopy(ours)
    *way, last = path
    place: Any = next(each for each in theirs if each["name"] == "podcast")
    for step in way:
        place = place[step]
    place[last] = value

    assert hash_commands(theirs) != hash_commands(ours)
    assert compare(theirs, ours) == CommandChanges((), (), (named,))


def test_the_commands_are_reviewed_when_they_change(ours: list[Json]) -> None:
    """A change needs a sync by everybody who runs the bot: CHANGELOG.md has to say so."""
    podcast = next(each for each in ours if each["name"] == "podcast")
    options = {each["name"]: [o["name"] for o in each["options"]] for each in podcast["options"]}

    assert options == {
        "search": [
            *("query", "guest", "episode", "season", "speaker", "after", "before", "sort"),
            *("exact", "visible"),
        ],
        "quote": ["words", "visible"],
        "episode": ["words", "visible"],
        "episodes": ["words", "visible"],
        "mentions": ["terms", "visible"],
        "about": [],
        "help": [],
        "follow": ["query"],
        "follows": [],
        "forget-me": [],
        "unfollow": ["query"],
    }
    typed = [o for each in podcast["options"] for o in each["options"] if o["name"] in FREE]
    lengths = Counter((each["min_length"], each["max_length"]) for each in typed)
    assert lengths == {(1, MAX_CHARACTERS): 5, (1, MOST_CHARACTERS): 2}
    for each in (each for each in ours if each["name"] != "podcast-admin"):
        assert each["integration_types"] == [0, 1]
        assert each["contexts"] == [0, 1, 2]


def in_german(command: Json) -> Iterator[tuple[str, str]]:
    """Yield each name and description in a command with its translation, "" if it has none."""
    for key in ("name", "description"):
        if text := command.get(key):
            yield text, (command.get(f"{key}_localizations") or {}).get("de", "")
    for each in [*command.get("options", []), *command.get("choices", [])]:
        yield from in_german(each)


def test_commands_and_their_options_are_shown_in_german(server: DiscordServer, home: Path) -> None:
    sync(server, home)
    podcast, admin, find, _ = server.api.commands[0]
    (search,) = [each for each in podcast["options"] if each["name"] == "search"]
    announce, weekly = admin["options"]
    sort = next(each for each in search["options"] if each["name"] == "sort")

    assert search["name_localizations"] == {"de": "suche"}
    assert search["description_localizations"]["de"].startswith("Stellen finden")
    assert [each["name_localizations"]["de"] for each in search["options"][:2]] == [
        "wörter",
        "gast",
    ]
    assert sort["choices"][0]["name_localizations"] == {"de": "Neueste zuerst"}
    assert find["name_localizations"] == {"de": "Im Podcast suchen"}
    assert (weekly["name_localizations"], announce["name_localizations"]) == (
        {"de": "wochenzitat"},
        {"de": "ankündigen"},
    )


def test_only_words_that_german_shares_are_not_translated(ours: list[Json]) -> None:
    same = {text for each in ours for text, german in in_german(each) if not german}

    assert same == {"podcast", "podcast-admin", "status", "thread"}


def test_a_translation_that_has_changed_is_seen(server: DiscordServer, home: Path) -> None:
    sync(server, home)
    with server.changed:
        podcast, *_ = server.api.commands[0]
        podcast["options"][0]["description_localizations"] = {"de": "Suchen."}
    told = sync(server, home)[1].splitlines()

    assert told[:2] == ["changed: /podcast search", RELOAD]


def test_the_commands_for_admins_are_reviewed_when_they_change(ours: list[Json]) -> None:
    admin = next(each for each in ours if each["name"] == "podcast-admin")
    announce, weekly = admin["options"]
    named = {each["name"]: [o["name"] for o in each["options"]] for each in weekly["options"]}
    assert [o["name"] for o in announce["options"]] == ["switch", "channel"]
    assert named == {
        "on": [
            *("day", "time", "zone", "review", "monthly", "approvals", "vote", "archive"),
            *("thread", "pin", "ping", "plain", "channel"),
        ],
        "theme": ["month", "words", "channel"],
        **{word: ["channel"] for word in ("off", "status", "preview", "post")},
    }
    assert admin["default_member_permissions"] == 1 << 5
    assert (admin["integration_types"], admin["contexts"]) == ([0], [0])


def options_of(command: Json) -> Iterator[Json]:
    """Yield the options of a command, and of those in it."""
    for each in command.get("options") or []:
        yield each
        yield from options_of(each)


def test_every_channel_to_choose_is_one_in_which_messages_can_be_posted() -> None:
    tree = build_tree(discord.Client(intents=INTENTS), has_several=True)
    commands = asyncio.run(commands_of(tree))
    options = [each for command in commands for each in options_of(dict(command))]
    kinds = [{*each["channel_types"]} for each in options if each["name"] == "channel"]

    assert len(kinds) == 8
    assert all(each == {0, 5, 10, 11, 12, 15} for each in kinds)
