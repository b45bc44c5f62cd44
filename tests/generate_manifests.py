"""Write the manifests for Slack, and the links that create an app from them.

`python -m tests.generate_manifests` makes them all from handlers/slack/manifest.json.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from handlers.slack.manifests import (
    SAMPLE_ADDRESS,
    AppManifest,
    build_manifest,
    creation_link,
    write_manifest,
)

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "handlers" / "slack"
PAGE = ROOT / "docs" / "setup-slack.md"
_LINK = re.compile(r"^\[(create[\w-]*)\]: \S+$", re.MULTILINE)


def manifests() -> Mapping[str, AppManifest]:
    """Build all manifests, by the name of the link to each on the page."""
    return {
        "create": build_manifest(),
        "create-full": build_manifest(full=True),
        "create-http": build_manifest(SAMPLE_ADDRESS),
        "create-distributed": build_manifest(SAMPLE_ADDRESS, distributed=True),
    }


def path_of(name: str) -> Path:
    """Return the file of a manifest."""
    return FOLDER / f"{name.replace('create', 'manifest')}.json"


def with_links(page: str) -> str:
    """Write the links of a page again."""
    made = manifests()
    return _LINK.sub(lambda found: f"[{found[1]}]: {creation_link(made[found[1]])}", page)


if __name__ == "__main__":
    for each, manifest in manifests().items():
        path_of(each).write_text(write_manifest(manifest), encoding="utf-8")
    PAGE.write_text(with_links(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
