"""The shape of Slack's payloads, as far as Bolt and the listeners read them.

Neither expects another shape: Bolt, for example, fails on an event that is null.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

# Slack's rich text has a dozen levels; walking through thousands raises RecursionError.
_MOST_LEVELS = 100


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Named(_Part):
    id: str | None = None
    team_id: str | None = None
    enterprise_id: str | None = None


class _Authorization(_Part):
    enterprise_id: str | None = None
    team_id: str | None = None
    user_id: str = ""
    is_bot: bool = False


class _Message(_Part):
    ts: str = ""
    thread_ts: str | None = None
    user: str | None = None


class _Tokens(_Part):
    bot: list[str] = []


class _AssistantThread(_Part):
    channel_id: str = ""
    thread_ts: str = ""


class _Link(_Part):
    url: str
    domain: str = ""


class _Event(_Message):
    type: str
    channel: str = ""
    channel_type: str | None = None
    subtype: str | None = None
    links: list[_Link] = []
    message_ts: str = ""
    unfurl_id: str | None = None
    source: str | None = None
    assistant_thread: _AssistantThread | None = None
    text: str = ""
    bot_id: str | None = None
    team: str | None = None
    tab: str = ""
    tokens: _Tokens = _Tokens()
    team_ids: list[str] = []


class _Field(_Part):
    value: str | None = None
    selected_option: "_Field | None" = None


class _State(_Part):
    values: dict[str, dict[str, _Field]] = {}


class _View(_Part):
    id: str
    type: str
    private_metadata: str | None = None
    app_installed_team_id: str | None = None
    team_id: str | None = None
    state: _State = _State()


class _Container(_Part):
    thread_ts: str | None = None
    is_ephemeral: bool = False


class _Action(_Part):
    action_id: str
    block_id: str = ""
    value: Any = None
    selected_option: _Field | None = None


class _ResponseUrl(_Part):
    response_url: str
    channel_id: str


class _Payload(_Part):
    type: str = ""
    event_id: str | None = None
    event_time: int | None = None
    trigger_id: str = ""
    response_url: str | None = None
    response_urls: list[_ResponseUrl] = []
    team: str | _Named | None = None
    team_id: str | None = None
    enterprise: str | _Named | None = None
    enterprise_id: str | None = None
    user: str | _Named | None = None
    user_id: str | None = None
    channel: _Named | None = None
    channel_id: str | None = None
    text: str = ""
    value: str | None = None
    authorizations: list[_Authorization] | None = None
    event: _Event = _Event(type="")
    message: _Message | None = None
    container: _Container | None = None
    view: _View | None = Field(None, validate_default=True)
    actions: list[_Action] = Field([_Action(action_id="")], min_length=1)

    @field_validator("view")
    @classmethod
    def _is_there(cls, view: _View | None, info: ValidationInfo) -> _View | None:
        """Require a view in a payload about one, such as "view_submission"."""
        if view is None and info.data.get("type", "").startswith("view_"):
            raise ValueError("it is missing")
        return view


def payload_problem(body: object) -> str:
    """Say where a payload has another shape than Slack's, "" if nowhere."""
    if _is_deep(body):
        return "it is nested too deeply"
    try:
        _Payload.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        return ".".join(map(str, first["loc"])) or "it is no object"
    return ""


def _is_deep(body: object) -> bool:
    level = [body]
    for _ in range(_MOST_LEVELS):
        level = [child for each in level for child in _children(each)]
    return bool(level)


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.values()]
    return value if isinstance(value, list) else []
