"""Send what Slack refuses because of a picture again, without its pictures.

Slack fetches every picture that a message links to, and refuses the whole message if that fails.
Nobody knows in advance: a video may have been made private since.
"""

from typing import Any

# The error codes of such refusals; a response_url answers with 400.
REFUSES_PICTURE = frozenset({"invalid_blocks", "invalid_arguments", "invalid_attachments"})


def has_pictures(content: object) -> bool:
    """Return whether a message or a view links to a picture."""
    if isinstance(content, list):
        return any(map(has_pictures, content))
    if not isinstance(content, dict):
        return False
    return "image_url" in content or any(map(has_pictures, content.values()))


def without_pictures(content: Any) -> Any:  # noqa: ANN401, JSON of any shape
    """Copy a message or a view without the pictures that it links to."""
    if isinstance(content, list):
        return [without_pictures(each) for each in content if not _is_picture(each)]
    if not isinstance(content, dict):
        return content
    return {name: without_pictures(each) for name, each in content.items() if not _is_picture(each)}


def _is_picture(part: object) -> bool:
    return isinstance(part, dict) and "image_url" in part
