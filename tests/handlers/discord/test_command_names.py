"""The commands in a text, as Discord shows them: with the names of their options."""

import pytest

from bot.translations import speaking
from handlers.discord.command_names import rename_commands

ON = "/podcast weekly on mon 09:00 Europe/Berlin"
ON_HERE = "/podcast-admin weekly on day:Monday time:09:00 zone:Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"For example: {ON}", f"For example: {ON_HERE}"),
        (f"“{ON} review”.", f"“{ON_HERE} review:True”."),
        (
            "“/podcast weekly on fri 18:30 UTC+02:00 monthly vote approvals 2”",
            "“/podcast-admin weekly on day:Friday time:18:30 zone:UTC+02:00 monthly:True vote:True "
            "approvals:2”",
        ),
        (
            f"{ON}: a quote; with “review” after it, you choose; “ping @team”",
            f"{ON_HERE}: a quote; with “review:True” after it, you choose; “ping:@team”",
        ),
        ("“/podcast announce off” ends it.", "“/podcast-admin announce switch:off” ends it."),
        ("with “/podcast use tea mlops”,", "with “/podcast-admin use podcasts:tea mlops”,"),
        ("“/podcast use a everywhere”", "“/podcast-admin use podcasts:a everywhere:True”"),
        ("“/podcast use default”.", "“/podcast-admin use podcasts:default”."),
        (
            "/podcast weekly theme december feature stores: a month",
            "/podcast-admin weekly theme month:december words:feature stores: a month",
        ),
        ("“/podcast unfollow all” ends", "“/podcast unfollow query:all” ends"),
        ("/podcast search model registry: what", "/podcast search query:model registry: what"),
        ("“/podcast weekly post” in it", "“/podcast-admin weekly post” in it"),
        ("/podcast use: which podcasts", "/podcast-admin use: which podcasts"),
        ("/podcast follow, follows, unfollow: a", "/podcast follow, follows, unfollow: a"),
        ("“/podcast follows” lists them", "“/podcast follows” lists them"),
        ("“review” is a word", "“review” is a word"),
    ],
)
def test_what_is_typed_is_shown_in_its_options(text: str, shown: str) -> None:
    assert rename_commands(text) == shown


def test_options_are_named_in_the_language_of_the_reader() -> None:
    with speaking("de"):
        assert rename_commands(
            f"„{ON} review“ oder „/podcast announce on“, „/podcast use a überall“"
        ) == (
            "„/podcast-admin wochenzitat an tag:Montag uhrzeit:09:00 zeitzone:Europe/Berlin "
            "prüfen:True“ oder „/podcast-admin ankündigen schalter:an“, "
            "„/podcast-admin wählen podcasts:a überall:True“"
        )
