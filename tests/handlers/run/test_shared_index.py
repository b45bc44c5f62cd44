"""Machines with caches of their own that share one index in a bucket."""

import shutil
from pathlib import Path

from bot.config import SAMPLE_EPISODES
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.tokens import settings_for_one
from tests.handlers.run.test_health import read_until
from tests.process import airquote, free_port, running
from tests.s3 import BUCKET, running_s3

NEWS = "0:00 the umbrella of the lighthouse keeper\n0:10 and nothing else\n"


def test_what_is_built_on_one_machine_is_answered_on_another_that_has_no_transcripts(
    home: Path, slack: SlackServer
) -> None:
    talks, port = home / "talks", free_port()
    shutil.copytree(SAMPLE_EPISODES, talks)
    with running_s3() as keys:
        shared = {"AIRQUOTE_EPISODES": str(talks), "AIRQUOTE_SHARED_INDEX": f"s3://{BUCKET}/a"}
        builder = {**keys, **shared, "AIRQUOTE_CACHE": str(home / "builder")}
        airquote(home, "index", "build", **builder).check_returncode()
        answering = {
            **keys,
            **shared,
            "AIRQUOTE_CACHE": str(home / "answering"),
            "PORT": str(port),
            **settings_for_one(slack.api_url),
        }
        with running(home, "--only", "web", **answering) as process:
            process.wait_for('"started"')
            (talks / "lighthouse.txt").write_text(NEWS, encoding="utf-8")
            built = airquote(home, "index", "build", **builder)
            (new,) = {word for word in built.stdout.split() if len(word) == 16}
            named = f"answers from the index {new}."
            read_until(port, "/readyz", lambda _, text: named in text, 60)
            back = airquote(home, "index", "rollback", **builder)
            assert back.returncode == 0, back.stderr
            read_until(port, "/readyz", lambda _, text: new not in text, 60)

    assert keys["AWS_SECRET_ACCESS_KEY"] not in process.output
