"""What is posted in a channel, and what those who look after it are told."""

from dataclasses import replace
from datetime import time

import pytest

from bot.answers.replies import Button, ButtonKind, Reply, SpokenTurn
from bot.answers.requests import Request, Verb, pack
from bot.models import Question, Snippet
from bot.posting.outbox import State
from bot.quotes.models import Wording
from bot.weekly.messages import posted, withdrawn
from bot.weekly.models import Candidate, Delivery, Quote, new_delivery, quote_from
from bot.weekly.notices import word_notice
from bot.weekly.ports import NoticeKind
from bot.weekly.slots import Schedule, Slot, slot_on
from tests.builders import episode
from tests.weekly_world import GONE, HERE, MONDAY, REVIEWED, scored_quote, subscription

TALK = episode(
    "talk-q00", "It is q00.", title="On Tea", youtube="abc", season=3, number=4, guests=("Ann Lee",)
)
EPISODES = (TALK,)
QUOTE = quote_from(scored_quote("q00", "Ann Lee"))
LOST = quote_from(scored_quote("q99", "Bo"))
BERLIN = Schedule(0, time(9), "Europe/Berlin", review=True)
SENT = replace(new_delivery(HERE, Slot(MONDAY.date(), MONDAY), State.SENT), quote=QUOTE)
WHEN = "Monday 23 November 2026, 09:00 (UTC)"


def notice(kind: NoticeKind, delivery: Delivery = SENT, *candidates: Candidate) -> Reply:
    return word_notice(EPISODES, subscription(schedule=REVIEWED), kind, delivery, candidates)


def test_a_post_is_one_card_with_a_link_and_a_button_for_everybody() -> None:
    reply = posted(EPISODES, QUOTE, SENT.message.key)
    (card,) = reply.cards

    assert reply.text == "Quote of the week"
    assert (card.title, card.code, card.guests) == ("On Tea", "S03E04", ("Ann Lee",))
    assert (card.speaker, card.chapter, card.time, card.start) == ("Ann Lee", "Tea", "1:01", 61.5)
    assert card.url == "https://youtu.be/abc?t=59"
    assert card.snippet and (card.snippet.text, card.snippet.spans) == ("It is q00.", ())
    context, report = reply.buttons
    assert context == Button(
        ButtonKind.OPEN, "Context", Request(Verb.CONTEXT, "", 0, "talk-q00", 61.5, 61.5)
    )
    assert (report.kind, report.label) == (ButtonKind.REPORT, "Report")
    assert report.request == Request(Verb.WEEKLY, SENT.message.key)


def test_the_question_of_a_host_is_above_the_quote_under_the_name_of_the_host() -> None:
    asked = Question("Alexey", Snippet("Why does tea wait?"))
    (card,) = posted(EPISODES, replace(QUOTE, wording=Wording(question=asked)), "key").cards

    assert card.question == SpokenTurn("Alexey", "", Snippet("Why does tea wait?"))
    assert (card.speaker, card.snippet) == ("Ann Lee", Snippet("It is q00."))


def test_a_quote_of_an_episode_that_is_gone_has_its_slug_and_no_link() -> None:
    (card,) = posted(EPISODES, LOST, "key").cards

    assert (card.title, card.url, card.code) == ("talk-q99", "", "")
    assert [each.label for each in posted(EPISODES, LOST, "key").buttons] == ["Report"]
    assert (card.speaker, card.time) == ("Bo", "1:01")
    assert card.snippet and card.snippet.text == "It is q99."


def test_a_quote_without_a_second_links_to_the_beginning() -> None:
    (card,) = posted(EPISODES, replace(QUOTE, start=None), "key").cards

    assert (card.url, card.time) == ("https://youtu.be/abc", "")


def test_what_is_withdrawn_says_nothing_of_the_quote() -> None:
    assert withdrawn() == Reply("This quote was withdrawn.")


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_names_the_channel_the_date_and_its_zone(kind: NoticeKind) -> None:
    schedule = replace(REVIEWED, zone="Asia/Tokyo")
    day = MONDAY.date()
    delivery = new_delivery(HERE, slot_on(schedule, day), State.FAILED)
    reply = word_notice(EPISODES, subscription(schedule=schedule), kind, delivery)
    said = " ".join([reply.text, *reply.notes])

    assert reply.channel == "C1"
    assert "Monday 23 November 2026, 09:00 (Asia/Tokyo)" in said
    assert reply.notes
    assert all(each.endswith((".", "?")) for each in (reply.text, *reply.notes))
    # What is longer, Slack and Discord cut.
    assert max(map(len, (reply.text, *reply.notes))) <= 300


REWRITTEN = Wording(0.61, "tea is kind of it")


def test_what_was_said_in_other_words_is_posted_without_quotation_marks() -> None:
    reply = posted(EPISODES, replace(QUOTE, wording=REWRITTEN), SENT.message.key)
    (card,) = reply.cards

    assert reply.text == "Thought of the week"
    assert card.in_short
    assert card.snippet == Snippet(f"In short: {QUOTE.text}")


def test_moderators_see_both_versions() -> None:
    offered = Candidate(replace(QUOTE, wording=REWRITTEN), ("short",))
    (card,) = notice(NoticeKind.SHORTLIST, new_delivery(HERE, SENT.slot), offered).cards

    assert card.snippet == Snippet(f"In short: {QUOTE.text}")
    assert card.details == (
        "Heard: tea is kind of it",
        "Rewritten: captions have 61% of its words.",
        "short",
    )


UNCHECKED = "Not checked: there are no captions."


def test_candidates_come_with_their_reasons_and_buttons() -> None:
    waiting = new_delivery(HERE, SENT.slot)
    offered = [Candidate(QUOTE, ("short", "a claim")), Candidate(LOST, ())]
    reply = notice(NoticeKind.SHORTLIST, waiting, *offered)
    first, second = reply.cards

    assert reply.text == f"Choose the quote of the week for {WHEN}."
    assert reply.notes == (
        "Approve one by then. If nobody does, I will post one approved earlier, or nothing.",
    )
    assert (first.details, second.details) == ((UNCHECKED, "short", "a claim"), (UNCHECKED,))
    assert [each.label for each in first.buttons] == ["Approve", "Edit", "Skip", "Never"]
    assert [each.kind for each in second.buttons] == [
        ButtonKind.APPROVE,
        ButtonKind.EDIT,
        ButtonKind.SKIP,
        ButtonKind.NEVER,
    ]
    assert [each.label for each in reply.buttons] == ["Five Others"]
    assert {each.request for each in second.buttons} == {
        Request(Verb.WEEKLY, f"{waiting.message.key} q99"),
    }


def test_a_button_of_a_candidate_is_short() -> None:
    quote = replace(QUOTE, id="0123456789abcdef")
    reply = notice(NoticeKind.REMINDER, SENT, Candidate(quote, ()))
    request = reply.cards[0].buttons[0].request

    assert reply.text == f"Nobody has chosen the quote of the week for {WHEN} yet."
    # Discord's limit is 100, with some of it for what the button is.
    assert len(pack(request)) < 80


def test_a_reminder_without_candidates_says_that_all_were_turned_down() -> None:
    reply = notice(NoticeKind.REMINDER, new_delivery(HERE, SENT.slot))

    assert reply.text == f"Every quote I offered for {WHEN} was turned down."
    assert reply.notes == ("If one was approved earlier, I will post that; otherwise, nothing.",)


def test_an_objection_shows_the_quote_with_a_button_to_withdraw_it() -> None:
    reply = notice(NoticeKind.REPORTED)
    (card,) = reply.cards
    (withdraw,) = card.buttons

    assert reply.text == f"Someone reported the quote of the week of {WHEN}."
    assert card.snippet and card.snippet.text == "It is q00."
    assert (withdraw.kind, withdraw.label) == (ButtonKind.WITHDRAW, "Withdraw")
    assert withdraw.request == Request(Verb.WEEKLY, SENT.message.key)


def test_a_pause_says_why_and_what_to_type() -> None:
    failed = replace(SENT, message=replace(SENT.message, reason=str(GONE)))
    reply = word_notice(EPISODES, subscription(schedule=BERLIN), NoticeKind.PAUSED, failed)

    assert "paused" in reply.text
    assert reply.notes == (
        "Last, for Monday 23 November 2026, 10:00 (Europe/Berlin): "
        "C1: the channel is archived. Choose another one.",
        "Fix that, then type “/podcast weekly on mon 09:00 Europe/Berlin review” in the channel.",
    )


def test_doubt_is_said_to_be_doubt() -> None:
    reply = notice(NoticeKind.UNSURE, new_delivery(HERE, SENT.slot, State.UNKNOWN))

    assert reply.text.startswith(
        f"The quote of the week for {WHEN} may or may not have been posted"
    )
    assert reply.notes[0].startswith("Please look.")


def test_who_has_nothing_left_is_told_how_to_choose_from_the_rest() -> None:
    automatic = word_notice(EPISODES, subscription(), NoticeKind.NOTHING_LEFT, SENT)

    assert automatic.text == f"No quote for {WHEN}."
    assert "“/podcast weekly on mon 09:00 UTC review”" in automatic.notes[0]
    assert "review" not in notice(NoticeKind.NOTHING_LEFT).notes[0]


@pytest.mark.parametrize("kind", [NoticeKind.UNDECIDED, NoticeKind.LATE])
def test_who_missed_a_quote_can_post_one_at_once(kind: NoticeKind) -> None:
    reply = notice(kind, new_delivery(HERE, SENT.slot, State.SKIPPED))

    assert "“/podcast weekly post”" in reply.notes[0]


def test_a_quote_without_a_speaker_has_a_card_too() -> None:
    (card,) = posted(EPISODES, Quote("q", "talk-q00", 1.0, "", "Said.", ""), "key").cards

    assert (card.speaker, card.guests) == ("", ("Ann Lee",))
