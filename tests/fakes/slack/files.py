"""Files in the local Slack: a place to upload to, the upload, and that Slack has taken it in."""

from typing import Any

from tests.fakes.slack.rules import parts_of
from tests.fakes.slack.things import SlackError, SlackFile
from tests.fakes.slack.workspace import Workspace

Body = dict[str, Any]


def new_upload(workspace: Workspace, body: Body) -> Body:
    """Promise a place to upload a file to."""
    if not body.get("filename") or int(body.get("length") or 0) <= 0:
        raise SlackError("invalid_arguments")
    file = SlackFile(workspace.new_id("F"), str(body["filename"]), int(body["length"]))
    workspace.files[file.id] = file
    return {"upload_url": f"{workspace.base}upload/{file.id}", "file_id": file.id}


def upload(workspace: Workspace, name: str, content: bytes) -> None:
    """Take what is uploaded."""
    file = workspace.files.get(name)
    if file is None or len(content) != file.length:
        raise SlackError("malformed_request")
    file.content = content


def complete_upload(workspace: Workspace, body: Body) -> Body:
    """Make a file of what was uploaded; Slack looks through it for a while afterwards."""
    done = []
    for each in body.get("files") or ():
        file = _find(workspace, each.get("id"))
        if not file.content:
            raise SlackError("file_not_found")
        file.title, file.refusals = str(each.get("title") or file.name), workspace.file_refusals
        done.append({"id": file.id, "title": file.title})
    return {"files": done}


def delete_file(workspace: Workspace, body: Body) -> Body:
    """Delete a file."""
    file = _find(workspace, body.get("file"))
    if file.deleted:
        raise SlackError("file_deleted")
    file.deleted = True
    return {}


def require_files(workspace: Workspace, message: Body) -> None:
    """Refuse a message with files that are not there, or not yet."""
    for part in parts_of(message.get("blocks") or []):
        if part.get("type") == "image" and "slack_file" in part:
            file = workspace.files.get(part["slack_file"].get("id"))
            if file is None or file.deleted or not file.title:
                raise SlackError("invalid_blocks")
            if file.refusals:
                file.refusals -= 1
                raise SlackError("invalid_blocks")


def _find(workspace: Workspace, name: object) -> SlackFile:
    file = workspace.files.get(str(name))
    if file is None:
        raise SlackError("file_not_found")
    return file
