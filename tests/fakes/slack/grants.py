"""OAuth in the local Slack: workspaces and organizations that grant an app its tokens."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.things import APP, BOT_USER, SlackError
from tests.fakes.slack.workspace import Workspace

CLIENT_ID, CLIENT_SECRET = "100.200", "a-client-secret-of-nothing"
SIGNING_SECRET = "0123456789abcdef" * 2
TOKEN_SECONDS = 43_200
Json = dict[str, Any]


def settings_for_many(api_url: str, key: str) -> dict[str, str]:
    """Give the settings of an app that many workspaces install; `key` encrypts their tokens."""
    return {
        "SLACK_API_URL": api_url,
        "SLACK_CLIENT_ID": CLIENT_ID,
        "SLACK_CLIENT_SECRET": CLIENT_SECRET,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "AIRQUOTE_ENCRYPTION_KEY": key,
    }


@dataclass(eq=False)
class Grant:
    """What an admin has agreed to, for a workspace or, with `org`, for all of an organization.

    `bots` are the tokens that work, the newest last; `refresh` is the one that makes the next.
    """

    workspace: Workspace
    org: str = ""
    rotates: bool = False
    bots: list[str] = field(default_factory=list)
    refresh: str = ""


class Grants:
    """Gives codes, exchanges them for tokens, and knows whose token one is.

    New tokens last for `seconds`, if they expire at all.
    """

    def __init__(self) -> None:
        self.workspaces: dict[str, Workspace] = {}
        self.seconds = TOKEN_SECONDS
        self.given: list[str] = []
        self._codes: dict[str, Grant] = {}
        self._grants: list[Grant] = []
        self._revoked: set[str] = set()

    def agree(self, workspace: Workspace, org: str = "", *, rotates: bool = False) -> str:
        """Let an admin agree, and give the code that the app gets."""
        code = workspace.new_id("code-")
        workspace.enterprise = org
        self._codes[code] = Grant(workspace, org, rotates)
        return code

    def revoke(self, workspace: Workspace) -> None:
        """Let the tokens of a workspace work no longer."""
        for grant in [each for each in self._grants if each.workspace is workspace]:
            self._revoked |= {*grant.bots}
            self._grants.remove(grant)

    def tokens_of(self, workspace: Workspace) -> list[str]:
        """Give the tokens of a workspace, the newest last."""
        theirs = (grant for grant in self._grants if grant.workspace is workspace)
        return [each for grant in theirs for each in grant.bots]

    def workspace_of(self, token: str, body: Json) -> Workspace | None:
        """Find the workspace whose token it is; None for one that no workspace has granted."""
        if token in self._revoked:
            raise SlackError("token_revoked")
        for grant in self._grants:
            if token in grant.bots:
                return self._within(grant, body)
        return None

    def exchange(self, authorization: str, body: Json) -> Json:
        """Exchange a code, or a refresh token, for a token."""
        ours = b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {ours}":
            raise SlackError("bad_client_secret")
        if body.get("grant_type") == "refresh_token":
            for grant in self._grants:
                if grant.refresh and grant.refresh == body.get("refresh_token"):
                    return self._issue(grant)
            raise SlackError("invalid_refresh_token")
        agreed = self._codes.pop(str(body.get("code")), None)
        if agreed is None:
            raise SlackError("invalid_code")
        self._grants.append(agreed)
        return self._issue(agreed)

    def _issue(self, grant: Grant) -> Json:
        number = grant.workspace.new_id("")
        prefix = "xoxe.xoxb-1-" if grant.rotates else "xoxb-"
        # Two of them work at a time.
        grant.bots = [*grant.bots[-1:], f"{prefix}granted-{grant.workspace.team}-{number}"]
        self.given.append(grant.bots[-1])
        org = {"id": grant.org, "name": "Sample Org"} if grant.org else None
        team = {"id": grant.workspace.team, "name": f"Team {grant.workspace.team}"}
        expiry: Json = {}
        if grant.rotates:
            grant.refresh = f"xoxe-1-refresh-{number}"
            self.given.append(grant.refresh)
            expiry = {"refresh_token": grant.refresh, "expires_in": self.seconds}
        return {
            "ok": True,
            "access_token": grant.bots[-1],
            "token_type": "bot",
            "scope": "app_mentions:read,chat:write,commands",
            "bot_user_id": BOT_USER,
            "app_id": APP,
            "team": None if grant.org else team,
            "enterprise": org,
            "is_enterprise_install": bool(grant.org),
            "authed_user": {"id": "U0INSTALLER"},
            **expiry,
        }

    def _within(self, grant: Grant, body: Json) -> Workspace:
        """Find the workspace of an organization in which a channel or person is."""
        if not grant.org:
            return grant.workspace
        named = {str(body.get(name)) for name in ("channel", "user", "user_id")}
        there = (each for each in self.workspaces.values() if each.enterprise == grant.org)
        found = (each for each in there if named & {*each.channels, *each.people})
        return next(found, grant.workspace)
