"""Repositories of git made by the tests: any file, mode and name, as no checkout allows them."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_WHO = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
SYMLINK = "120000"
SUBMODULE = "160000"
FILE = "100644"


class Upstream:
    """A bare repository to fetch from; `commit` adds to its branch, or starts it anew."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._git("init", "--quiet", "--bare", "--initial-branch=main", str(folder))
        self._git("config", "uploadpack.allowFilter", "true")

    def commit(
        self,
        files: Mapping[str | bytes, str | bytes],
        others: Mapping[str, tuple[str, str]] | None = None,
        branch: str = "main",
    ) -> str:
        """Make a commit without parents of exactly these files; `others` are (mode, content).

        The branch then names it, whatever it named before, as after a forced push.
        """
        entries = [(FILE, self._blob(content), path) for path, content in files.items()]
        for path, (mode, content) in (others or {}).items():
            number = content if mode == SUBMODULE else self._blob(content)
            entries.append((mode, number, path))
        lines = [
            f"{mode} {number}\t".encode() + (path.encode() if isinstance(path, str) else path)
            for mode, number, path in entries
        ]
        index = str(self.folder / f"index-{os.urandom(4).hex()}")
        self._git("update-index", "-z", "--index-info", given=b"\0".join(lines), index=index)
        tree = self._git("write-tree", "--missing-ok", index=index)
        return self.point(tree, branch)

    def commit_tree(self, lines: bytes, branch: str = "main") -> str:
        """Make a commit of one tree written by hand, which may hold what git itself refuses."""
        tree = self._git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=lines)
        return self.point(tree, branch)

    def point(self, tree: str, branch: str) -> str:
        """Make a commit of a tree, and let a branch name it."""
        commit = self._git("commit-tree", tree, "-m", "talks")
        self._git("update-ref", f"refs/heads/{branch}", commit)
        return commit

    def configure(self, name: str, value: str) -> None:
        """Set an option of the repository."""
        self._git("config", name, value)

    def blob(self, content: bytes) -> str:
        """Store content, and give its id."""
        return self._blob(content)

    def _blob(self, content: str | bytes) -> str:
        given = content.encode() if isinstance(content, str) else content
        return self._git("hash-object", "-w", "--stdin", given=given)

    def _git(self, *words: str, given: bytes = b"", index: str = "index") -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder.parent if words[0] == "init" else self.folder,
            input=given,
            env={"PATH": os.environ["PATH"], **_WHO, "GIT_INDEX_FILE": index},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()
