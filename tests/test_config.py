"""Settings come from the environment or an .env file; each wrong one is explained."""

import os
from pathlib import Path

import pytest

from bot.config import SAMPLE_EPISODES, setting_variables
from bot.environment import load_settings, misspelt_settings, parse_settings, read_settings
from bot.errors import ConfigError
from bot.setting_types import ShardRange
from bot.sources import Folder, GitSource


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and an empty environment."""
    for _, variable in setting_variables():
        monkeypatch.delenv(variable.name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_links_lead_to_is_an_order_of_names_and_patterns(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIRQUOTE_LINKS", "url, {audio}?t={seconds}")
    assert load_settings().players == ("url", "{audio}?t={seconds}")

    monkeypatch.setenv("AIRQUOTE_LINKS", "vimeo")
    with pytest.raises(ConfigError, match="AIRQUOTE_LINKS: “vimeo” is none of youtube"):
        load_settings()


def test_a_language_is_a_code_or_a_tag_or_a_name(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    assert load_settings().sources[0].rules.language == ""
    monkeypatch.setenv("AIRQUOTE_LANGUAGE", "pt-BR")
    assert load_settings().sources[0].rules.language == "pt"

    monkeypatch.setenv("AIRQUOTE_LANGUAGE", "klingon!")
    with pytest.raises(ConfigError, match="AIRQUOTE_LANGUAGE: “klingon!” is not the code of a"):
        load_settings()


def test_the_language_of_replies_is_one_that_there_are_texts_in(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    assert load_settings().reply_language == ""
    monkeypatch.setenv("AIRQUOTE_REPLY_LANGUAGE", "de-AT")
    assert load_settings().reply_language == "de"

    monkeypatch.setenv("AIRQUOTE_REPLY_LANGUAGE", "tlh")
    problem = (
        "AIRQUOTE_REPLY_LANGUAGE: there are no texts in “tlh”, only in these languages: en, de"
    )
    with pytest.raises(ConfigError, match=problem):
        load_settings()


def test_the_sample_podcast_and_the_users_cache_are_the_defaults(folder: Path) -> None:
    settings = load_settings()

    assert settings.episode_paths == (SAMPLE_EPISODES,)
    assert settings.cache_folder.is_relative_to(folder / "home")
    assert "airquote" in settings.cache_folder.parts


def test_several_paths_are_joined_as_in_path(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("one").mkdir()
    monkeypatch.setenv("AIRQUOTE_EPISODES", os.pathsep.join(["one", "", "two.md"]))

    assert load_settings().episode_paths == (Path("one"), Path("two.md"))


def test_addresses_may_be_mixed_with_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://example.org/owner/repo.git"
    monkeypatch.setenv("AIRQUOTE_EPISODES", os.pathsep.join(["mine", f"{url}#talks@next"]))
    settings = load_settings()

    assert settings.sources == (Folder(Path("mine")), GitSource(url, "talks", "next"))
    assert settings.episode_paths == (Path("mine"),)


def test_a_fetched_source_need_not_exist_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRQUOTE_EPISODES", "https://example.org/owner/repo.git")

    assert load_settings().episode_paths == ()


def test_an_unsupported_address_is_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRQUOTE_EPISODES", "ssh://git@example.org/owner/repo.git")
    monkeypatch.setenv("AIRQUOTE_EVAL", "gone.jsonl")
    settings, problems = read_settings()

    assert [problem.subject for problem in problems] == ["AIRQUOTE_EPISODES", "AIRQUOTE_EVAL"]
    assert "ssh:// is not supported" in str(problems[0])
    assert settings.sources == (Folder(SAMPLE_EPISODES),)


def test_a_file_of_queries_must_exist(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().evaluation_path is None
    monkeypatch.setenv("AIRQUOTE_EVAL", "~/queries.jsonl")

    with pytest.raises(ConfigError, match=r"AIRQUOTE_EVAL: there is no file .*home/queries\.jsonl"):
        load_settings()
    (folder / "home").mkdir()
    (folder / "home" / "queries.jsonl").touch()
    assert load_settings().evaluation_path == folder / "home" / "queries.jsonl"


@pytest.mark.parametrize(("given", "minutes"), [("", 30), ("0", 0), ("5", 5)])
def test_the_refresh_interval_is_in_minutes(
    monkeypatch: pytest.MonkeyPatch, given: str, minutes: int
) -> None:
    monkeypatch.setenv("AIRQUOTE_REFRESH", given)

    assert load_settings().refresh_minutes == minutes


@pytest.mark.parametrize("given", ["-1", "1.5", "often", "10081"])
def test_the_refresh_interval_is_at_most_a_week(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("AIRQUOTE_REFRESH", given)

    with pytest.raises(ConfigError, match="AIRQUOTE_REFRESH: it should be"):
        load_settings()


def test_a_tilde_is_the_users_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "home" / "talks").mkdir(parents=True)
    monkeypatch.setenv("AIRQUOTE_EPISODES", "~/talks")
    monkeypatch.setenv("AIRQUOTE_CACHE", "~/built")

    assert load_settings().episode_paths == (folder / "home" / "talks",)
    assert load_settings().cache_folder == folder / "home" / "built"


def test_a_tilde_of_an_unknown_user_is_part_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRQUOTE_CACHE", "~nobody-of-that-name/built")

    assert load_settings().cache_folder == Path("~nobody-of-that-name/built")


def test_an_empty_variable_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    default = load_settings().cache_folder
    monkeypatch.setenv("AIRQUOTE_EPISODES", "")
    monkeypatch.setenv("AIRQUOTE_CACHE", "")

    assert load_settings().episode_paths == (SAMPLE_EPISODES,)
    assert load_settings().cache_folder == default


def test_an_env_file_in_the_current_folder_is_read(folder: Path) -> None:
    (folder / ".env").write_text("# mine\nAIRQUOTE_EPISODES=.\nAIRQUOTE_CACHE=built\nOTHER=1\n")

    assert load_settings().episode_paths == (Path(),)
    assert load_settings().cache_folder == Path("built")


def test_the_environment_overrides_the_env_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("AIRQUOTE_CACHE=from-the-file\n")
    monkeypatch.setenv("AIRQUOTE_CACHE", "from-the-environment")

    assert load_settings().cache_folder == Path("from-the-environment")


def test_an_env_file_that_is_not_utf8_is_a_wrong_setting(folder: Path) -> None:
    (folder / ".env").write_bytes(b"AIRQUOTE_CACHE=\xff\n")

    with pytest.raises(ConfigError, match=r"\.env.*UTF-8"):
        load_settings()


def test_paths_are_a_wrong_setting_if_none_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRQUOTE_EPISODES", os.pathsep.join(["gone", "lost"]))

    with pytest.raises(ConfigError, match="AIRQUOTE_EPISODES: there is no gone, lost") as caught:
        load_settings()
    assert caught.value.remedy


def test_a_value_that_makes_no_sense_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRQUOTE_KEEP_QUERIES_DAYS", "forever")

    with pytest.raises(ConfigError, match=r"AIRQUOTE_KEEP_QUERIES_DAYS: .* See \.env\.example\."):
        load_settings()


def test_all_problems_are_listed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "70000")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("AIRQUOTE_EPISODES", "gone")

    with pytest.raises(ConfigError) as caught:
        load_settings()
    headline, *lines = str(caught.value).splitlines()
    assert headline == "Settings: 3 problems."
    assert [line.split(":")[0] for line in lines] == ["PORT", "LOG_LEVEL", "AIRQUOTE_EPISODES"]


def test_defaults_replace_wrong_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "70000")
    monkeypatch.setenv("LOG_LEVEL", "warning")
    settings, problems = read_settings()

    assert [problem.subject for problem in problems] == ["PORT"]
    assert (settings.port, settings.log_level) == (None, "WARNING")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("8", ShardRange(0, 7, 8)),
        ("0-3/8", ShardRange(0, 3, 8)),
        (" 4 - 7 / 8 ", ShardRange(4, 7, 8)),
        ("7/8", ShardRange(7, 7, 8)),
    ],
)
def test_shards_are_a_number_or_a_range(text: str, meant: ShardRange) -> None:
    settings, problems = parse_settings({"DISCORD_SHARDS": text})

    assert problems == []
    assert settings.discord_shards == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("many", "it should be a number of shards, such as 8, or a range of them, such as 0-3/8"),
        ("0-3", "it should be a number of shards"),
        ("-1/8", "it should be a number of shards"),
        ("0", "there is at least one shard"),
        ("0/0", "there is at least one shard"),
        ("5-2/8", "its range ends at 2, before it begins at 5"),
        ("0-8/8", "shards are counted from 0, so of 8 the last is 7"),
    ],
)
def test_shards_that_make_no_sense_are_explained(text: str, told: str) -> None:
    settings, (problem,) = parse_settings({"DISCORD_SHARDS": text})

    assert problem.subject == "DISCORD_SHARDS"
    assert told in str(problem)
    assert settings.discord_shards is None


@pytest.mark.parametrize("key", ["", "0" * 63, "z" * 64])
def test_a_public_key_is_64_hexadecimal_digits(key: str) -> None:
    settings, problems = parse_settings({"DISCORD_PUBLIC_KEY": key, "DISCORD_TOKEN": "token"})

    assert [each.subject for each in problems] == ["DISCORD_PUBLIC_KEY"] * bool(key)
    assert not settings.discord_over_http
    assert settings.http_port is None


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_is_between_1_and_65535(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)

    with pytest.raises(ConfigError, match="PORT: it should be"):
        load_settings()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://slack-gov.com/api", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:8080/api/", "http://127.0.0.1:8080/api/"),
    ],
)
def test_an_address_ends_with_a_slash(
    monkeypatch: pytest.MonkeyPatch, given: str, read: str
) -> None:
    monkeypatch.setenv("SLACK_API_URL", given)

    assert load_settings().slack_api_url == read


def test_discords_addresses_are_its_own_unless_others_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    default = load_settings()
    monkeypatch.setenv("DISCORD_API_URL", "http://127.0.0.1:8080/api/v10")
    monkeypatch.setenv("DISCORD_GATEWAY_URL", "ws://127.0.0.1:8080/gateway")
    other = load_settings()

    assert default.discord_api_url == "https://discord.com/api/v10/"
    assert default.discord_gateway_url is None
    assert other.discord_api_url == "http://127.0.0.1:8080/api/v10/"
    assert other.discord_gateway_url == "ws://127.0.0.1:8080/gateway"


def test_the_address_of_a_gateway_is_that_of_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_GATEWAY_URL", "https://secret.test")

    with pytest.raises(ConfigError, match="begins with wss:// or ws://") as caught:
        load_settings()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        "slack.com/api",
        "ftp://secret@slack.com",
        "https://",
        "https://secret:port/",
        "https://[secret",
    ],
)
def test_a_wrong_address_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("SLACK_API_URL", given)

    with pytest.raises(ConfigError, match="SLACK_API_URL: it is not an address") as caught:
        load_settings()
    assert "secret" not in str(caught.value)


def test_spaces_around_a_token_are_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", " xoxb-pasted\n")
    token = load_settings().slack_bot_token

    assert token
    assert token.get_secret_value() == "xoxb-pasted"


def test_secrets_are_hidden_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hidden")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "hidden-secret")
    monkeypatch.setenv("DISCORD_TOKEN", " hidden.discord ")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hidden%40word@host/name")
    monkeypatch.setenv("AIRQUOTE_EPISODES", "https://me:hidden%2Ftoken@example.org/repo.git")
    settings = load_settings()

    assert "hidden" not in f"{settings!r} {settings.sources!r}"
    secrets = {"xoxb-hidden", "hidden-secret", "hidden.discord", "hidden%40word", "hidden@word"}
    assert secrets | {"hidden%2Ftoken", "hidden/token"} <= {*settings.secrets}


@pytest.mark.parametrize(
    ("variables", "port"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, None),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, 3000),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "PORT": "80"}, 80),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_APP_TOKEN": "xapp-1"},
            None,
        ),
        ({"PORT": "80"}, 80),
    ],
)
def test_a_port_is_needed_for_slack_over_http_or_if_set(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], port: int | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert load_settings().http_port == port


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("AIRQUOTE_ADMINS", "U012AB3CD,@ann", "“@ann” is not the id of a member, such as U0"),
        ("AIRQUOTE_ADMINS", "<@U012AB3CD>", "“<@U012AB3CD>” is not the id of a member"),
        ("AIRQUOTE_FEED_CHANNELS", "#general", "“#general” is not the id of a channel, such as C0"),
        ("AIRQUOTE_FEED_CHANNELS", "U012AB3CD", "“U012AB3CD” is not the id of a channel"),
        ("AIRQUOTE_INTERNAL_HOSTS", "http://x y", "“http://x” is not the name of a host, such as"),
        ("AIRQUOTE_INTERNAL_HOSTS", "feeds.test:8080", "“feeds.test:8080” is not the name of a"),
        ("AIRQUOTE_QUOTE_CARD", "paper poster", "“paper” and “poster” are both a design"),
        ("AIRQUOTE_QUOTE_CARD", "dark wide light", "“dark” and “light” are both a theme"),
        ("AIRQUOTE_SHARED_INDEX", "s3://", "it names no bucket: write s3://bucket/folder"),
        ("AIRQUOTE_SHARED_INDEX", "gs://b/f", "it is neither a folder nor s3://bucket/folder"),
        ("AIRQUOTE_FLEETING", "maybe", "it should be yes or no, or 1 or 0"),
    ],
)
def test_what_nothing_could_come_of_is_refused(name: str, text: str, told: str) -> None:
    _, (problem,) = parse_settings({name: text})

    assert problem.subject == name
    assert problem.reason.startswith(told)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AIRQUOTE_ADMINS", "U012AB3CD, W1 123456789012345678,T012AB3C4/U567DE8F9"),
        ("AIRQUOTE_FEED_CHANNELS", "C012AB3CD,G1,123456789012345678"),
        ("AIRQUOTE_INTERNAL_HOSTS", "Podcast.Example.internal,10.0.0.7 ::1,my_host"),
        ("AIRQUOTE_QUOTE_CARD", "paper, square dark"),
        ("AIRQUOTE_SHARED_INDEX", "s3://bucket"),
        ("AIRQUOTE_SHARED_INDEX", "~/index"),
    ],
)
def test_what_makes_sense_is_accepted(name: str, text: str) -> None:
    assert parse_settings({name: text})[1] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [("AIRQUOTE_CACHE=a\nAIRQUOTE_EPISODES='talks\nPORT=1\n", 2), ("\n\nPORT 1\n", 3)],
)
def test_a_line_of_the_env_file_that_cannot_be_read_is_named(
    folder: Path, text: str, line: int, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / ".env").write_text(text)

    with pytest.raises(ConfigError, match=rf"^\.env, line {line}: it cannot be read\."):
        load_settings()
    assert caplog.records == []


def test_a_setting_that_does_not_exist_is_named_with_one_that_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRQUOTE_EPSIODES", "talks")
    (folder / ".env").write_text("AIRQUOTE_WHATEVER_THIS_IS=1\nOTHER=1\nAIRQUOTE_CACHE=a\n")

    assert list(map(str, misspelt_settings())) == [
        "AIRQUOTE_EPSIODES: there is no such setting. Did you mean AIRQUOTE_EPISODES?",
        "AIRQUOTE_WHATEVER_THIS_IS: there is no such setting. See .env.example for all there are.",
    ]


def test_episodes_that_name_nothing_are_no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRQUOTE_EPISODES", os.pathsep)

    with pytest.raises(ConfigError, match="AIRQUOTE_EPISODES: it names nothing"):
        load_settings()
