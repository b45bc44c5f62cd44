"""A person in the local Slack, and the platform they are on: `fakes.chat` in Slack's terms."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.translations import languages, speaking
from handlers.slack.render.views import waiting_dialog
from tests.fakes.chat import Answer, Feature, Kind, Venue
from tests.fakes.slack.reading import Page, Pressable, read_page
from tests.fakes.slack.rules import parts_of
from tests.fakes.slack.server import SlackServer, running_slack
from tests.fakes.slack.things import BOT_USER, Interaction, Message, Opened, Seen
from tests.fakes.slack.tokens import APP_TOKEN, BOT_TOKEN
from tests.process import Running, running

# What a button of a version before the first would have carried.
_OLD_VALUE = '[0,"search","registry",1,"",null,null]'
# What the process logs then.
CONNECTED = '"connected"'

Json = dict[str, Any]
Place = Message | Opened


@dataclass(frozen=True, slots=True)
class SlackMember:
    """A person (`user`) in a channel of the local Slack."""

    slack: SlackServer
    user: str
    channel: str

    @property
    def name(self) -> str:
        """What others call them."""
        return self.slack.workspace.people[self.user]

    def say(self, typed: str) -> Answer:
        """Type something behind /podcast; Slack escapes it."""
        act = self.slack.workspace.interact(self.user, self.channel)
        payload = self.slack.payloads.slash_command(act, "/podcast", _escaped(typed))
        return self._see(lambda: self.slack.deliver("slash_commands", payload, act), act)

    def ask_aloud(self, question: str) -> Answer:
        """Ask the bot so that everybody in the channel sees the answer."""
        return self.mention(question)

    def mention(self, question: str, *, below: str = "") -> Answer:
        """Ask the bot in a message that mentions it, below another one if one is given."""
        body = {"text": f"<@{BOT_USER}> {_escaped(question)}"}
        if below:
            body["thread_ts"] = self._write(below).ts
        asked = self.slack.workspace.post(self.channel, body, self.user)
        payload = self.slack.payloads.app_mention(asked)
        thread = asked.thread or asked.ts
        return self._see(lambda: self.slack.deliver("events_api", payload), thread=thread)

    def use_shortcut_on(self, message: str) -> Answer:
        """Use "Find in podcast" in the menu of somebody's message."""
        act = self.slack.workspace.interact(self.user, self.channel)
        written = self._write(message)
        payload = self.slack.payloads.message_shortcut(act, "find_in_podcast", written)
        return self._see(lambda: self.slack.deliver("interactive", payload, act), act)

    def open_form(self) -> "SlackForm":
        """Use the global shortcut."""
        act = self.slack.workspace.interact(self.user, responds=False)
        payload = self.slack.payloads.global_shortcut(act, "search_podcast")
        self._see(lambda: self.slack.deliver("interactive", payload, act), act)
        return SlackForm(self, self.slack.workspace.modals[self.user][-1])

    def open_home(self) -> Answer:
        """Open the App Home."""
        payload = self.slack.payloads.app_home_opened(self.user)
        return self._see(lambda: self.slack.deliver("events_api", payload))

    def screen(self) -> tuple[Answer, ...]:
        """Look at all messages of the bot that can be seen in the channel, oldest first."""
        with self.slack.workspace.changed:
            seen = [each for each in self.slack.workspace.messages if self._sees(each)]
            return tuple(self._read(each) for each in seen if not each.deleted)

    def press_old(self, answer: Answer, label: str) -> Answer:
        """Press the button of the newest message with another value."""
        place = next(each for each in reversed(self.slack.workspace.messages) if self._sees(each))
        assert label in answer.buttons
        found = _pressable(self._page(place), label, 0)
        old = {**found.element, "value": _OLD_VALUE}
        return self.press(place, replace(found, element=old))

    def press(self, place: Place, pressed: Pressable) -> Answer:
        """Press a button and see what happens."""
        is_message = isinstance(place, Message)
        act = self.slack.workspace.interact(
            self.user,
            place.channel if isinstance(place, Message) else "",
            place if isinstance(place, Message) else None,
            responds=is_message,
        )
        payload = self.slack.payloads.press(act, place, pressed.block, pressed.element)
        return self._see(lambda: self.slack.deliver("interactive", payload, act), act)

    def elsewhere(self) -> "SlackMember":
        """Go to a private channel of which the bot is no member."""
        add = self.slack.workspace.add_channel
        return replace(self, channel=add("elsewhere", bot_is_member=False, private=True))

    def inbox(self) -> "SlackMember":
        """Go to where the bot writes to this person alone."""
        return replace(self, channel=f"D{self.user[1:]}")

    def neighbour(self) -> "SlackMember":
        """Invite another person to the channel."""
        return replace(self, user=self.slack.workspace.add_person("Neighbour"))

    def _write(self, text: str) -> Message:
        author = self.slack.workspace.add_person("Author")
        return self.slack.workspace.post(self.channel, {"text": _escaped(text)}, author)

    def _see(
        self, happen: Callable[[], object], act: Interaction | None = None, thread: str = ""
    ) -> Answer:
        """Let something happen and give the first that this person sees of it."""
        log = self.slack.workspace.log
        before = len(log)
        happen()

        def look() -> Answer | None:
            for seen in log[before:]:
                if self._answers(seen, act, thread) and not _waits(seen.thing):
                    return self._read(seen.thing)
            return None

        answer = self.slack.wait_for(look, "something to see")
        assert isinstance(answer, Answer)
        return answer

    def _answers(self, seen: Seen, act: Interaction | None, thread: str) -> bool:
        """Tell what answers an act from what still comes of those before."""
        if seen.how == "gone" or seen.act not in (None, act) or not self._sees(seen.thing):
            return False
        if isinstance(seen.thing, Message) and act and act.response:
            return seen.act is act
        if not isinstance(seen.thing, Message):
            return not thread
        # What a mention is told alone is in its thread only where there is one already.
        alone = bool(seen.thing.only_for) and not seen.thing.thread
        return alone or thread in ("", seen.thing.thread)

    def _sees(self, thing: Place) -> bool:
        if isinstance(thing, Opened):
            return thing.user == self.user
        mine = thing.channel == self.channel and thing.only_for in ("", self.user)
        return mine and thing.user == BOT_USER

    def _page(self, place: Place) -> Page:
        return read_page(place.blocks, self.slack.workspace.people)

    def _read(self, place: Place) -> Answer:
        page = self._page(place)
        kind, private, below = Kind.MESSAGE, True, ""
        if isinstance(place, Opened):
            kind = Kind.HOME if place.view["type"] == "home" else Kind.DIALOG
            page.lines += place.errors.values()
        else:
            private, below = bool(place.only_for), self._root_of(place)
            page.lines = page.lines or [place.text]
        return Answer(
            text="\n".join(page.lines),
            bold=tuple(page.bold),
            links=tuple(page.links),
            rows=tuple(tuple(each.label for each in row) for row in page.rows),
            private=private,
            kind=kind,
            below=below,
            _press=lambda label, card: self.press(place, _pressable(page, label, card)),
        )

    def _root_of(self, message: Message) -> str:
        roots = (each for each in self.slack.workspace.messages if each.ts == message.thread)
        return next((each.text for each in roots), "")


@dataclass(frozen=True, slots=True)
class SlackForm:
    """A modal with inputs that a person has open."""

    member: SlackMember
    opened: Opened

    @property
    def shows(self) -> Kind:
        """Where it shows what it finds."""
        return Kind.DIALOG

    def suggest(self, name: str, typed: str) -> tuple[str, ...]:
        """Type into a select menu and see what is suggested."""
        return tuple(option["text"]["text"] for option in self._options(name, typed))

    def submit(self, **filled_in: str) -> Answer:
        """Fill fields in, those with suggestions by the label of one, and see what is found."""
        slack = self.member.slack
        values = {name: {name: self._value(name, text)} for name, text in filled_in.items()}
        for block in self.opened.blocks:
            if block["type"] == "input":
                values.setdefault(block["block_id"], _empty(block["element"]))
        act = slack.workspace.interact(self.member.user, responds=False)
        payload = slack.payloads.submit(act, self.opened, values)
        return self.member._see(lambda: slack.deliver("interactive", payload, act), act)

    def _value(self, name: str, text: str) -> Json:
        element = self._element(name)
        kind = element["type"]
        if kind == "plain_text_input":
            return {"type": kind, "value": text}
        options = element.get("options") or self._options(name, text)
        chosen = next(option for option in options if option["text"]["text"] == text)
        return {"type": kind, "selected_option": chosen}

    def _options(self, name: str, typed: str) -> list[Json]:
        element, slack = self._element(name), self.member.slack
        if "options" in element:
            return list(element["options"])
        act = slack.workspace.interact(self.member.user, responds=False)
        payload = slack.payloads.suggest(act, self.opened, element["action_id"], typed)
        told = slack.deliver("interactive", payload, act).acks[0].payload
        return list(told["options"])

    def _element(self, name: str) -> Json:
        parts = parts_of(self.opened.blocks)
        return next(part["element"] for part in parts if part.get("block_id") == name)


@dataclass(slots=True)
class SlackPlatform:
    """The local Slack with the bot's process connected to it."""

    slack: SlackServer
    home: Path
    variables: dict[str, str]
    process: Running
    stack: ExitStack

    def join(self) -> SlackMember:
        """Let a new person come into a new channel."""
        person = self.slack.workspace.add_person("Ida")
        return SlackMember(self.slack, person, self.slack.workspace.add_channel("podcasts"))

    def restart(self) -> None:
        """End the bot's process and start another one."""
        assert self.process.stop() == 0, self.process.output
        self.process = self.stack.enter_context(running(self.home, **self.variables))
        self.process.wait_for(CONNECTED)


@contextmanager
def on_slack(home: Path, **variables: str) -> Iterator[SlackPlatform]:
    """Run a local Slack and the bot on it, over Socket Mode."""
    with running_slack() as slack, ExitStack() as stack:
        tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
        all_variables = {"SLACK_API_URL": slack.api_url, **tokens, **variables}
        process = stack.enter_context(running(home, **all_variables))
        process.wait_for(CONNECTED)
        yield SlackPlatform(slack, home, all_variables, process, stack)


SLACK = Venue(
    on_slack,
    frozenset({Feature.DIALOGS, Feature.HOME, Feature.MENTIONS, Feature.THREADS, Feature.CHARTS}),
)


def _waits(thing: Place) -> bool:
    """Tell a dialog that only says that something is being looked for."""
    if isinstance(thing, Message):
        return False
    shown = read_page(thing.blocks, {}).lines
    return any(shown == _waiting(language) for language in languages())


def _waiting(language: str) -> list[str]:
    with speaking(language):
        return read_page(waiting_dialog()["blocks"], {}).lines


def _pressable(page: Page, label: str, card: int) -> Pressable:
    return [each for row in page.rows for each in row if each.label == label][card]


def _empty(element: Json) -> Json:
    key = "value" if element["type"] == "plain_text_input" else "selected_option"
    return {element["action_id"]: {"type": element["type"], key: None}}


def _escaped(typed: str) -> str:
    """Escape what is typed as Slack does before an app gets it."""
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
