"""The services that the running process shares with every platform.

Kept out of `handlers.platform`, because they load the database's and HTTP libraries.
"""

from dataclasses import dataclass

from bot.config import Settings
from bot.service.request_queue import RequestQueue
from bot.store.database import Database
from bot.store.feedback import Store
from bot.weekly.ports import WeeklyContext
from handlers.http import Server, Session


@dataclass(frozen=True, slots=True)
class Services:
    """What a platform is built from.

    `database` is that of the stores. `server` receives requests over HTTP. `weekly` serves the
    quote of the week; its posters are those of the platforms that were built.
    """

    settings: Settings
    intake: RequestQueue
    database: Database
    store: Store
    session: Session
    server: Server
    weekly: WeeklyContext
