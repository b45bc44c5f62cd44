"""What a process does of all that is to be done, as `airquote run --only` says."""

from enum import StrEnum


class Role(StrEnum):
    """A part of the work, which one process or several can do."""

    WEB = "web"  # answer in chats and over HTTP
    WORKER = "worker"  # post what is due, and delete what is old
    REFRESH = "refresh"  # look for new episodes, and publish new indexes


ALL_ROLES = frozenset(Role)
Roles = frozenset[Role]
