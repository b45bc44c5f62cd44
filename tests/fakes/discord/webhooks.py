"""What Discord does with an app's answers to interactions."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from tests.fakes.discord.interactions import (
    CHOICES,
    DEFER,
    DEFER_UPDATE,
    MODAL,
    OPEN_MODAL,
    REPLY,
    UPDATE,
    Interaction,
)
from tests.fakes.discord.operations import Answer, ApiError, Ask, File
from tests.fakes.discord.shapes import EPHEMERAL, LOADING, Channel, Json, Message
from tests.fakes.discord.world import World

FIRST_RESPONSE_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
USER_INSTALL_FOLLOWUPS = 5


class Webhooks:
    """The operations that an interaction's token allows."""

    def __init__(self, world: World, now: Callable[[], float]) -> None:
        self.world, self.now = world, now
        self.application = world.new_id()
        self.interactions: dict[str, Interaction] = {}

    # -- the first answer to an interaction

    def create_interaction_response(self, ask: Ask) -> Answer:
        interaction = self.interactions.get(ask.path["token"])
        if interaction is None or interaction.id != ask.number("interaction"):
            raise ApiError(404, 10062, "Unknown interaction")
        if interaction.response is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        if self.now() - interaction.at > FIRST_RESPONSE_SECONDS:
            raise ApiError(404, 10062, "Unknown interaction")
        if ask.body["type"] not in interaction.accepts:
            raise ApiError(400, 50035, "Invalid Form Body")
        interaction.response = ask.body["type"]
        self._respond(interaction, ask.body.get("data") or {}, ask.files)
        if ask.query.get("with_response") not in ("1", "true"):
            return 204, None
        return 200, self._told(interaction)

    def _respond(self, interaction: Interaction, data: Json, files: Sequence[File]) -> None:
        kind, source = interaction.response, interaction.source
        if kind in (REPLY, DEFER):
            thinks = LOADING if kind == DEFER else 0
            shown = {**data, "flags": (data.get("flags") or 0) | thinks}
            interaction.original = self._say(interaction, shown, files).id
        elif kind == CHOICES:
            interaction.choices = deepcopy(data["choices"])
        elif kind == OPEN_MODAL:
            interaction.modal = deepcopy(data)
        elif source:
            interaction.original = source.id
            if kind == UPDATE:
                self.world.edit(source, data, files)

    def _say(self, interaction: Interaction, body: Json, files: Sequence[File]) -> Message:
        private = bool((body.get("flags") or 0) & EPHEMERAL) or interaction.forced_private
        reader = interaction.user if private else None
        message = self._post(interaction.channel, body, files, seen_by=reader)
        message.owners = interaction.owners
        message.json |= {
            "application_id": str(self.application),
            "webhook_id": str(self.application),
        }
        if interaction.kind != MODAL:
            message.json["interaction_metadata"] = interaction.metadata()
        return message

    def _told(self, interaction: Interaction) -> Json:
        told: Json = {"interaction": {"id": str(interaction.id), "type": interaction.kind}}
        message = self.world.messages.get(interaction.original or 0)
        if message is None:
            return told
        told["interaction"] |= {
            "response_message_id": message.json["id"],
            "response_message_loading": bool(message.json["flags"] & LOADING),
            "response_message_ephemeral": bool(message.json["flags"] & EPHEMERAL),
        }
        if interaction.response not in (DEFER_UPDATE, CHOICES, OPEN_MODAL):
            kind = UPDATE if interaction.response == UPDATE else 4
            told["resource"] = {"type": kind, "message": message.json}
        return told

    # -- what follows it

    def execute_webhook(self, ask: Ask) -> Answer:
        interaction = self._followed(ask)
        original = self.world.messages.get(interaction.original or 0)
        if original and original.json["flags"] & LOADING:
            message = self.world.edit(original, ask.body, ask.files)
        else:
            if set(interaction.owners) == {"1"}:
                self._count_followups(interaction)
            message = self._say(interaction, ask.body, ask.files)
            interaction.followups.append(message.id)
        return (200, message.json) if ask.query.get("wait") in ("1", "true") else (204, None)

    def _count_followups(self, interaction: Interaction) -> None:
        if len(interaction.followups) >= USER_INSTALL_FOLLOWUPS:
            full = "This interaction has reached the maximum number of follow-up messages"
            raise ApiError(400, 40094, full)

    def _followed(self, ask: Ask) -> Interaction:
        interaction = self.interactions.get(ask.path["token"])
        if interaction is None or interaction.response is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self.now() - interaction.at > TOKEN_SECONDS:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return interaction

    def get_webhook_message(self, ask: Ask) -> Answer:
        return 200, self._answer_of(ask)[1].json

    def update_webhook_message(self, ask: Ask) -> Answer:
        interaction, message = self._answer_of(ask)
        interaction.edits += 1
        return 200, self.world.edit(message, ask.body, ask.files).json

    def delete_webhook_message(self, ask: Ask) -> Answer:
        del self.world.messages[self._answer_of(ask)[1].id]
        return 204, None

    get_original_webhook_message = get_webhook_message
    update_original_webhook_message = update_webhook_message
    delete_original_webhook_message = delete_webhook_message

    def _answer_of(self, ask: Ask) -> tuple[Interaction, Message]:
        interaction = self._followed(ask)
        number = ask.number("message") or interaction.original or 0
        mine = {interaction.original, *interaction.followups}
        message = self.world.messages.get(number)
        if message is None or number not in mine:
            raise ApiError(404, 10008, "Unknown Message")
        return interaction, message

    def _post(self, channel: Channel, body: Json, files: Sequence[File], **about: Any) -> Message:
        return self.world.post(channel, self.world.me, body, files, **about)
