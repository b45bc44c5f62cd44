"""Sharing on Slack: once, where it belongs, and what is said when it fails."""

import asyncio
from dataclasses import replace

from tests.apps.slack import Desk, Json, Stage, labels, text_of, words
from tests.fakes.slack.calls import RESPONSE_URL
from tests.fakes.slack.server import Fault
from tests.fakes.slack.things import BOT_USER


def test_a_hit_that_is_shared_twice_at_the_same_moment_is_shared_once(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("registry"))
        answer = desk.messages[-1]
        await asyncio.gather(*(desk.send(desk.press("Share", answer)) for _ in range(2)))
        said = desk.messages[1:]
        assert [each.only_for for each in said].count("") == 1
        private = sorted(text_of(each) for each in said if each.only_for)
        assert private == ["You have shared this already."]
        assert labels(answer)[:2] == ["Shared", "Context"]

    stage.play(story)


def test_others_may_share_the_same(stage: Stage) -> None:
    async def story(desk: Desk) -> int:
        for person in (desk.user, desk.slack.workspace.add_person("Yuki")):
            theirs = replace(desk, user=person)
            await theirs.send(theirs.command("registry"))
            await theirs.send(theirs.press("Share"))
        return sum(not each.only_for for each in desk.messages)

    assert stage.play(story) == 2


def test_the_answer_says_what_was_shared_from_it_wherever_that_was(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("registry"))
        answer = desk.messages[-1]
        for _ in range(2):
            await desk.send(desk.press("Share", answer))
        assert labels(answer).count("Shared") == 2
        assert text_of(answer).startswith("What the podcast says about")
        await desk.send(desk.press("Context", answer))
        assert "Share" in labels(desk.dialogs[-1])
        await desk.send(desk.press("Next", answer))
        assert "Shared" not in labels(answer)

    stage.play(story)


def test_a_passage_is_shared_from_its_context_which_says_so(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("registry"))
        await desk.send(desk.press("Context"))
        await desk.send(desk.press("Share", desk.dialogs[-1]))
        assert not desk.messages[-1].only_for
        assert "Shared" in labels(desk.dialogs[-1])

    stage.play(story)


def test_what_is_shared_opens_for_everybody(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("registry"))
        await desk.send(desk.press("Share"))
        shared = next(each for each in desk.messages if not each.only_for)
        other = replace(desk, user=desk.slack.workspace.add_person("Yuki"))
        await other.send(other.press("Context", shared))
        assert text_of(other.dialogs[-1]).startswith("Around ")
        assert other.dialogs[-1].user == other.user

    stage.play(story)


def test_what_everybody_sees_is_not_shared_again(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.mention(f"<@{BOT_USER}> registry"))
        public = desk.messages[-1]
        assert "Share" not in labels(public)
        await desk.send(desk.press("More Like This"))
        await desk.send(desk.press("Share"))
        shared = next(each for each in desk.messages[1:] if not each.only_for)
        assert shared.thread == public.thread

    stage.play(story)


def test_what_could_not_be_shared_can_be_shared_again(stage: Stage) -> None:
    async def story(desk: Desk) -> list[str]:
        await desk.send(desk.command("registry"))
        answer = desk.messages[-1]
        desk.slack.fail(RESPONSE_URL, Fault(status=404))
        await desk.send(desk.press("Share", answer))
        await desk.send(desk.press("Share", answer))
        return [text_of(each) if each.only_for else "public" for each in desk.messages[1:]]

    told, *rest = stage.play(story)

    assert "could not share" in told
    assert rest == ["public"]


def test_what_may_have_been_shared_is_not_shared_again(stage: Stage) -> None:
    async def story(desk: Desk) -> list[str]:
        await desk.send(desk.command("registry"))
        answer = desk.messages[-1]
        desk.slack.fail(RESPONSE_URL, Fault(status=500, done=True))
        await desk.send(desk.press("Share", answer))
        await desk.send(desk.press("Share", answer))
        return [text_of(each) if each.only_for else "public" for each in desk.messages[1:]]

    public, unsure, again = stage.play(story)

    assert public == "public"
    assert "make sure" in unsure
    assert again.startswith("I tried already and cannot tell")


def test_what_was_found_for_a_message_is_shared_below_it(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        payload = desk.shortcut_on("How do you keep models in a registry, and who owns them?")
        await desk.send(payload)
        assert desk.messages[-1].thread == ""
        await desk.send(desk.press("More Like This"))
        await desk.send(desk.press("Share"))
        shared = next(each for each in desk.messages if not each.only_for)
        assert shared.thread == payload["message_ts"]

    stage.play(story)


def test_an_answer_in_a_thread_stays_there(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        root = desk.slack.workspace.post(desk.channel, {"text": "Registries?"}, desk.user)
        await desk.send(desk.shortcut_on("Who owns the model registry?", thread_ts=root.ts))
        await desk.send(desk.press("Share"))
        assert {each.thread for each in desk.messages} == {root.ts}
        assert len(desk.messages) == 2

    stage.play(story)


def test_a_dialog_shares_to_where_it_was_opened(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.command("help"))
        await desk.send(desk.press("Search With Filters"))
        await desk.submit(words=words("model registry"))
        await desk.send(desk.press("Share", desk.dialogs[-1]))
        shared = desk.messages[-1]
        assert (shared.channel, shared.only_for) == (desk.channel, "")
        assert len(desk.dialogs) == 1
        assert labels(desk.dialogs[-1])[:2] == ["Shared", "Context"]
        assert labels(desk.dialogs[-1]).count("Share") > 1

    stage.play(story)


def test_a_dialog_from_nowhere_asks_where_to_share(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        elsewhere = desk.slack.workspace.add_channel("elsewhere", bot_is_member=False)
        await desk.send(desk.global_shortcut())
        await desk.submit(words=words("model registry"))
        for told in ("Shared.", "You have shared this already."):
            await desk.send(desk.press("Share", desk.dialogs[0]))
            assert text_of(desk.dialogs[-1]) == "Share in"
            await desk.submit(conversation=conversation(elsewhere))
            assert text_of(desk.dialogs[-1]).startswith(told)
            desk.slack.workspace.close_views(desk.user)
        (shared,) = desk.messages
        assert (shared.channel, shared.only_for, shared.thread) == (elsewhere, "", "")
        assert "shared from the podcast" in text_of(shared)

    stage.play(story)


def test_where_no_dialog_fits_above_the_form_replaces_one(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.global_shortcut())
        await desk.submit(words=words("model"))
        for _ in range(2):
            await desk.send(desk.press("More Like This", desk.dialogs[-1]))
        await desk.send(desk.press("Share", desk.dialogs[-1]))
        assert len(desk.dialogs) == 3
        await desk.submit(conversation=conversation(desk.channel))
        assert len(desk.messages) == 1

    stage.play(story)


def test_a_passage_that_is_shared_from_app_home_has_somewhere_to_go(stage: Stage) -> None:
    async def story(desk: Desk) -> None:
        await desk.send(desk.home())
        await desk.send(desk.press("Search the Podcast", desk.slack.workspace.homes[desk.user]))
        await desk.submit(words=words("model registry"))
        await desk.send(desk.press("Context", desk.dialogs[-1]))
        await desk.send(desk.press("Share", desk.dialogs[-1]))
        await desk.submit(conversation=conversation(desk.channel))
        assert desk.messages[-1].channel == desk.channel

    stage.play(story)


def conversation(channel: str) -> Json:
    """Choose a conversation in a form."""
    return {"type": "conversations_select", "selected_conversation": channel}
