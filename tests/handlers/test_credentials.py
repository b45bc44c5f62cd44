"""What platforms want to be shown: whatever is missing or misplaced is named, never repeated."""

import pytest

from bot.config import parse_settings, setting_variables
from bot.errors import ConfigError
from handlers.run.platforms import chat_problems, load_chat_settings

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
