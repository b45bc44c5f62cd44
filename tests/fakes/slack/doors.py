"""Where an app calls the local Slack: its Web API, response_urls, and places to upload to."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.slack import methods
from tests.fakes.slack.calls import RESPONSE_URL, UPLOAD, Call, read_body
from tests.fakes.slack.files import upload
from tests.fakes.slack.things import SlackError
from tests.fakes.slack.tokens import check_token

if TYPE_CHECKING:
    from tests.fakes.slack.server import SlackServer

Json = dict[str, Any]


class Doors:
    """Takes requests for a server, records them, and lets them go wrong as they shall."""

    def __init__(self, slack: "SlackServer") -> None:
        self._slack = slack

    def open(self, app: web.Application) -> None:
        """Take requests from now on."""
        app.router.add_route("*", "/api/{method}", self._on_call)
        app.router.add_post("/response/{id}", self._on_response)
        app.router.add_post("/upload/{id}", self._on_upload)

    async def _on_call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        body = await read_body(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = token or str(body.get("token", ""))

        def answer() -> Json:
            if method == "oauth.v2.access":
                return self._slack.grants.exchange(token, body)
            workspace = self._slack.grants.workspace_of(token, body) or self._slack.workspace
            if method != "api.test":
                granted = workspace is not self._slack.workspace
                scopes = self._slack.scopes
                check_token(workspace, method, token, scopes, body, granted=granted)
            if method == "apps.connections.open":
                return {"ok": True, "url": self._slack.sockets.new_link(self._slack.url)}
            return methods.call(workspace, method, body)

        return self._answer(request, method, body, token, answer)

    async def _on_response(self, request: web.Request) -> web.Response:
        body = await read_body(request)

        def answer() -> Json:
            for workspace in (self._slack.workspace, *self._slack.grants.workspaces.values()):
                for each in workspace.interactions:
                    if each.response == request.match_info["id"]:
                        methods.respond(workspace, each, body)
                        return {"ok": True}
            raise SlackError("no_such_url")

        return self._answer(request, RESPONSE_URL, body, "", answer)

    async def _on_upload(self, request: web.Request) -> web.Response:
        content, name = await request.read(), request.match_info["id"]

        def answer() -> Json:
            upload(self._slack.workspace, name, content)
            return {"ok": True}

        return self._answer(request, UPLOAD, {"file": name}, "", answer)

    def _answer(
        self,
        request: web.Request,
        method: str,
        body: Json,
        token: str,
        answer: Callable[[], Json],
    ) -> web.Response:
        with self._slack.workspace.changed:
            faults = self._slack.faults[method]
            fault = faults.popleft() if faults else None
            told = fault.told() if fault and not fault.done else self._slack.attempt(method, answer)
            outcome = str(told.get("error") or "ok")
            if fault and fault.drop:
                outcome = "dropped"
            self._slack.calls.append(Call(method, body, token, monotonic(), outcome))
            self._slack.workspace.changed.notify_all()
        if fault and fault.drop and request.transport:
            request.transport.abort()
        headers = {
            "x-oauth-scopes": ",".join(self._slack.scopes),
            **(fault.headers() if fault else {}),
        }
        status = fault.status if fault else 200
        if fault and fault.content_type:
            return web.Response(text="Busy", status=status, content_type=fault.content_type)
        if method in (RESPONSE_URL, UPLOAD):
            status = 404 if status == 200 and outcome != "ok" else status
            return web.Response(text=outcome, status=status, headers=headers)
        return web.json_response(told, status=status, headers=headers)
