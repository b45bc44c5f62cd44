"""What platforms want to be shown: whatever is missing or misplaced is named, never repeated."""

import pytest

from bot.config import setting_variables
from bot.environment import parse_settings
from bot.errors import ConfigError
from handlers.run.platforms import chat_problems, load_chat_settings
from handlers.slack.credentials import new_encryption_key

BOT, APP, SECRET = "xoxb-nobody-reads", "xapp-nobody-reads", "nobody-reads"
DISCORD = "bm9ib2R5.cmVhZHM.nobody-reads"


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    for _, variable in setting_variables():
        monkeypatch.delenv(variable.name, raising=False)


def problems(bot: str = "", app: str = "", secret: str = "", discord: str = "") -> list[str]:
    variables = {
        "SLACK_BOT_TOKEN": bot,
        "SLACK_APP_TOKEN": app,
        "SLACK_SIGNING_SECRET": secret,
        "DISCORD_TOKEN": discord,
    }
    settings, _ = parse_settings(variables)
    found = [str(problem) for problem in chat_problems(settings)]

    assert not any("nobody-reads" in problem for problem in found)
    return found


MANY = {
    "SLACK_CLIENT_ID": "100.200",
    "SLACK_CLIENT_SECRET": "nobody-reads",
    "SLACK_SIGNING_SECRET": SECRET,
    "AIRQUOTE_ENCRYPTION_KEY": new_encryption_key(),
}
MISSING = "it is missing, and SLACK_CLIENT_ID or SLACK_CLIENT_SECRET is set."


@pytest.mark.parametrize(
    ("given", "beginnings"),
    [
        ({}, []),
        ({"AIRQUOTE_ADMINS": "T0/U1,123"}, []),
        ({"AIRQUOTE_ENCRYPTION_KEY": f"{new_encryption_key()},{new_encryption_key()}"}, []),
        ({"SLACK_CLIENT_ID": ""}, [f"SLACK_CLIENT_ID: {MISSING}"]),
        ({"SLACK_CLIENT_SECRET": ""}, [f"SLACK_CLIENT_SECRET: {MISSING}"]),
        ({"SLACK_SIGNING_SECRET": ""}, [f"SLACK_SIGNING_SECRET: {MISSING}"]),
        ({"SLACK_CLIENT_SECRET": BOT}, ["SLACK_CLIENT_SECRET: it contains a token."]),
        ({"AIRQUOTE_ENCRYPTION_KEY": ""}, [f"AIRQUOTE_ENCRYPTION_KEY: {MISSING}"]),
        ({"AIRQUOTE_ENCRYPTION_KEY": "nobody-reads"}, ["AIRQUOTE_ENCRYPTION_KEY: it is no such"]),
        ({"SLACK_BOT_TOKEN": BOT}, ["SLACK_BOT_TOKEN: it is for one workspace"]),
        ({"SLACK_APP_TOKEN": APP}, ["SLACK_APP_TOKEN: it is for one workspace"]),
        ({"AIRQUOTE_ADMINS": "U1,T0/U2"}, ["AIRQUOTE_ADMINS: U1 may be another person"]),
    ],
)
def test_what_many_workspaces_need_is_named_and_what_contradicts_it(
    given: dict[str, str], beginnings: list[str]
) -> None:
    settings, _ = parse_settings({name: value for name, value in (MANY | given).items() if value})
    found = [str(problem) for problem in chat_problems(settings)]

    assert len(found) == len(beginnings), found
    assert all(map(str.startswith, found, beginnings)), found
    assert not any("nobody-reads" in each for each in found)
    for secret in filter(None, (MANY | given).values()):
        assert "nobody-reads" not in secret or secret not in repr(settings)


def test_every_key_is_a_secret() -> None:
    keys = [new_encryption_key() for _ in range(2)]
    settings, _ = parse_settings({"AIRQUOTE_ENCRYPTION_KEY": ", ".join(keys)})

    assert {*keys} <= {*settings.secrets}
    assert not any(key in repr(settings) for key in keys)


@pytest.mark.parametrize(
    "given",
    [
        {"bot": BOT, "app": APP},
        {"bot": BOT, "secret": SECRET},
        {"bot": BOT, "app": APP, "secret": SECRET},
        {"discord": DISCORD},
        {"bot": BOT, "app": APP, "discord": DISCORD},
    ],
)
def test_one_way_to_one_platform_is_enough(given: dict[str, str]) -> None:
    assert problems(**given) == []


def test_where_nothing_is_set_the_variables_are_named_and_what_needs_none() -> None:
    (problem,) = problems()

    assert problem.startswith(
        "SLACK_BOT_TOKEN, SLACK_APP_TOKEN, DISCORD_TOKEN: none of them is set"
    )
    assert "“airquote search” needs none" in problem


@pytest.mark.parametrize(
    ("given", "beginnings"),
    [
        ({"bot": APP, "app": BOT}, ["SLACK_BOT_TOKEN, SLACK_APP_TOKEN: they are swapped."]),
        ({"bot": APP, "app": APP}, ["SLACK_BOT_TOKEN: it contains an app-level token."]),
        ({"bot": BOT, "app": BOT}, ["SLACK_APP_TOKEN: it contains a bot token."]),
        ({"bot": "xoxp-1", "app": APP}, ["SLACK_BOT_TOKEN: it contains a user token."]),
        ({"bot": "token", "app": APP}, ["SLACK_BOT_TOKEN: it does not start with xoxb-."]),
        ({"bot": BOT, "app": "token"}, ["SLACK_APP_TOKEN: it does not start with xapp-."]),
        ({"bot": BOT}, ["SLACK_APP_TOKEN: it is missing."]),
        ({"app": APP}, ["SLACK_BOT_TOKEN: it is missing."]),
        ({"secret": SECRET}, ["SLACK_BOT_TOKEN: it is missing."]),
        ({"bot": BOT, "secret": APP}, ["SLACK_SIGNING_SECRET: it contains a token."]),
        (
            {"bot": "token", "app": "token"},
            ["SLACK_BOT_TOKEN: it does not", "SLACK_APP_TOKEN: it does not"],
        ),
        (
            {"bot": APP},
            ["SLACK_BOT_TOKEN: it contains an app-level token.", "SLACK_APP_TOKEN: it is missing."],
        ),
        ({"discord": BOT}, ["DISCORD_TOKEN: it contains a bot token for Slack."]),
        ({"discord": f"Bot {DISCORD}"}, ["DISCORD_TOKEN: it contains spaces"]),
        ({"bot": "xoxb-...", "app": APP}, ["SLACK_BOT_TOKEN: it contains characters"]),
        ({"bot": "xoxb-nobody\n-reads", "app": APP}, ["SLACK_BOT_TOKEN: it contains characters"]),
        ({"bot": BOT, "app": f"{APP}\x07"}, ["SLACK_APP_TOKEN: it contains characters"]),
        ({"bot": BOT, "app": "xapp-nobody–reads"}, ["SLACK_APP_TOKEN: it contains characters"]),
        ({"discord": f"{DISCORD}\x07"}, ["DISCORD_TOKEN: it contains characters"]),
        ({"discord": f"“{DISCORD}”"}, ["DISCORD_TOKEN: it is in quotation marks"]),
        ({"discord": f"'{DISCORD}'"}, ["DISCORD_TOKEN: it is in quotation marks"]),
        ({"discord": f'{DISCORD}"'}, ["DISCORD_TOKEN: it is in quotation marks"]),
        ({"discord": "112233445566778899"}, ["DISCORD_TOKEN: it consists of digits only"]),
        ({"discord": DISCORD.replace(".", "\n")}, ["DISCORD_TOKEN: it contains spaces"]),
        ({"bot": BOT, "discord": DISCORD}, ["SLACK_APP_TOKEN: it is missing."]),
    ],
)
def test_each_mistake_is_named(given: dict[str, str], beginnings: list[str]) -> None:
    found = problems(**given)

    assert len(found) == len(beginnings)
    for problem, beginning in zip(found, beginnings, strict=True):
        assert problem.startswith(beginning)
        assert not problem.endswith(beginning), "it says nothing about what to do"


def test_what_is_wrong_elsewhere_is_listed_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "none")
    monkeypatch.setenv("SLACK_APP_TOKEN", APP)

    with pytest.raises(ConfigError, match=r"(?s)PORT: .*\nSLACK_BOT_TOKEN: it is missing"):
        load_chat_settings()
