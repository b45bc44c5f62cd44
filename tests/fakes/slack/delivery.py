"""One thing that Slack sends to an app, over a socket or as a signed request."""

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import monotonic, time
from typing import Any
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

from tests.fakes.slack.things import Interaction

_TAKING_PAYLOADS = ("slash_commands", "view_submission", "block_suggestion")
_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Door:
    """Where an app takes signed requests, and the secret they are signed with."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class Ack:
    """An acknowledgement: how long after the delivery it came, and what it held."""

    seconds: float
    status: int
    payload: Any


@dataclass(eq=False)
class Delivery:
    """A payload on its way, with the acknowledgements it got; `retry` counts from 0."""

    id: str
    kind: str
    payload: dict[str, Any]
    act: Interaction | None = None
    retry: int = 0
    sent: float = 0.0
    acks: list[Ack] = field(default_factory=list)

    @property
    def shape(self) -> str:
        """What is delivered: the type of an interactive payload, else the kind."""
        return str(self.payload["type"]) if self.kind == "interactive" else self.kind

    @property
    def takes_payload(self) -> bool:
        """Whether an acknowledgement may hold an answer."""
        return self.shape in _TAKING_PAYLOADS

    def ack(self, status: int, payload: Any) -> None:
        """Note an acknowledgement."""
        self.acks.append(Ack(monotonic() - self.sent, status, payload))

    def envelope(self) -> dict[str, Any]:
        """Write it as Socket Mode sends it."""
        facts: dict[str, Any] = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.takes_payload,
        }
        if self.kind == "events_api":
            reason = "timeout" if self.retry else ""
            facts |= {"retry_attempt": self.retry, "retry_reason": reason}
        return facts

    def request(self) -> tuple[str, dict[str, str]]:
        """Write it as a request's body and headers, still without a signature."""
        if self.kind == "events_api":
            headers = {"Content-Type": "application/json"}
            if self.retry:
                headers["X-Slack-Retry-Num"] = str(self.retry)
                headers["X-Slack-Retry-Reason"] = "http_timeout"
            return json.dumps(self.payload), headers
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.kind == "interactive":
            return urlencode({"payload": json.dumps(self.payload)}), form
        return urlencode(self.payload), form


def signed(secret: str, body: str, timestamp: str | None = None) -> dict[str, str]:
    """Sign a request's body, now or at another time."""
    timestamp = str(int(time())) if timestamp is None else timestamp
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}


def post_signed(door: Door, delivery: Delivery) -> tuple[int, Any]:
    """Send a delivery as a signed request; give the status and what the answer holds."""
    body, headers = delivery.request()
    delivery.sent = monotonic()
    status, text = post(door.url, body, headers | signed(door.secret, body))
    return status, held_in(text)


def held_in(text: str) -> Any:
    """Read what the answer to a signed request holds."""
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text}


def post(url: str, body: str | bytes, headers: dict[str, str]) -> tuple[int, str]:
    """Send a request as it is."""
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc, timeout=_TIMEOUT_SECONDS)
    try:
        sent = body if isinstance(body, bytes) else body.encode()
        connection.request("POST", place.path, sent, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
