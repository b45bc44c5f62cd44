"""Fetching from git repositories: over HTTP, from git's own server, with all that goes wrong."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from bot.errors import AirquoteError, CacheError, ConfigError, UnreachableError
from bot.library.fetch import Gathered, fetch, gather_sources
from bot.library.fetched import Fetched, gather_cached, last_fetched
from bot.library.git import Limits, Repository, blob_sizes, read_blobs
from bot.library.registry import library_id
from bot.library.scan import scan_cached_sources, scan_sources
from bot.sources import Folder, GitSource
from bot.transcripts.files import LARGEST_FILE, find_files
from tests.fakes.git_repositories import SUBMODULE, SYMLINK, Upstream
from tests.fakes.git_server import GitServer, git_server
from tests.process import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="no git is installed here")

TALKS = {"_podcast/tea.md": "0:00 green tea", "_podcast/s01/wine.txt": "0:00 red wine"}
SOON = Limits(silence=1.5, whole=10)
FETCH = """
import sys
from pathlib import Path
from bot.library.fetch import fetch
from bot.sources import GitSource
print(fetch(GitSource(sys.argv[1], "_podcast"), Path(sys.argv[2])).commit)
"""


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    (tmp_path / "served").mkdir()
    return Upstream(tmp_path / "served" / "talks.git")


@pytest.fixture
def server(upstream: Upstream) -> Iterator[GitServer]:
    with git_server(upstream.folder.parent) as facts:
        yield facts


@pytest.fixture
def source(server: GitServer) -> GitSource:
    return GitSource(f"{server.url}/talks.git", "_podcast")


def contents(fetched: Fetched) -> dict[str, str]:
    """Read all that is below what was fetched."""
    (folder,) = fetched.paths
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def commits(cache: Path) -> set[str]:
    return {path.name for path in cache.glob("sources/*/*") if len(path.name) == 40}


def home_of(cache: Path) -> Path:
    (home,) = cache.glob("sources/*")
    return home


def test_a_folder_of_the_default_branch_is_written_below_its_commit(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    commit = upstream.commit({**TALKS, "other/notes.md": "0:00 no"})

    fetched = fetch(source, cache)

    assert fetched.commit == commit
    assert contents(fetched) == {"tea.md": "0:00 green tea", "s01/wine.txt": "0:00 red wine"}
    assert fetched.paths == (home_of(cache) / commit / "_podcast",)


@pytest.mark.parametrize(("folder", "files"), [("", {"a.md", "b/c.md"}), ("b", {"c.md"})])
def test_a_repository_can_be_read_as_a_whole(
    upstream: Upstream, source: GitSource, cache: Path, folder: str, files: set[str]
) -> None:
    upstream.commit({"a.md": "0:00 a", "b/c.md": "0:00 c"})

    assert {*contents(fetch(replace(source, folder=folder), cache))} == files


def test_two_folders_of_a_repository_do_not_mix(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.commit({"a/a.md": "0:00 a", "b/c.md": "0:00 c"})

    assert {*contents(fetch(replace(source, folder="b"), cache))} == {"c.md"}
    assert {*contents(fetch(replace(source, folder=""), cache))} == {"a/a.md", "b/c.md"}


def test_a_branch_that_is_named_is_fetched(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer
) -> None:
    upstream.commit(TALKS)
    upstream.commit({"_podcast/tea.md": "0:00 draft"}, branch="next/two")
    upstream.commit({"_podcast/tea.md": "0:00 other"}, branch="a/refs/heads/next/two")
    named = replace(source, branch="next/two")

    assert contents(fetch(named, cache)) == {"tea.md": "0:00 draft"}
    server.requests.clear()
    fetch(named, cache)
    assert len(server.requests) == 2


def test_the_people_beside_a_folder_come_along(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.commit({**TALKS, "_people/ann.md": "title: Ann Lee", "people/ben.md": "title: Ben"})

    found = find_files(fetch(source, cache).paths)

    assert found.passed_over == ()
    assert [file.path for file in found.files] == ["s01/wine.txt", "tea.md"]
    assert [file.path for file in found.people] == ["_people/ann.md", "people/ben.md"]


def test_a_cover_and_pictures_of_people_come_along(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    pictures = {"_podcast/cover.png": "a", "_people/ann.jpg": "b", "_podcast/s01/cover.png": "c"}
    upstream.commit({**TALKS, **pictures})

    fetched = fetch(source, cache)
    (folder,) = fetched.paths

    assert (folder / "cover.png").read_text() == "a"
    assert (folder.parent / "_people" / "ann.jpg").read_text() == "b"
    assert not (folder / "s01" / "cover.png").exists()
    assert find_files(fetched.paths).passed_over == ()


def test_what_is_fetched_makes_the_same_library_as_what_lies_here(
    upstream: Upstream, source: GitSource, cache: Path, tmp_path: Path
) -> None:
    files = {**TALKS, "_podcast/.hidden.md": "0:00 a", "_podcast/a.png": "a", "_people/a.md": "a"}
    upstream.commit(files)
    for name, text in files.items():
        (tmp_path / "here" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / name).write_text(text, encoding="utf-8")

    fetched = find_files(fetch(source, cache).paths)

    assert fetched.files
    assert fetched.people
    assert library_id(fetched) == library_id(find_files([tmp_path / "here" / "_podcast"]))


def test_what_is_no_transcript_is_not_even_fetched(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.commit({**TALKS, "_podcast/a.png": os.urandom(400_000), "b.md": os.urandom(400_000)})

    fetched = fetch(source, cache)

    assert {*contents(fetched)} == {"tea.md", "s01/wine.txt"}
    packs = home_of(cache).glob("repository.git/objects/pack/*")
    assert sum(path.stat().st_size for path in packs) < 50_000


def test_a_server_that_sends_everything_is_understood(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.configure("uploadpack.allowFilter", "false")
    upstream.commit({**TALKS, "_podcast/a.png": os.urandom(1000)})

    assert {*contents(fetch(source, cache))} == {"tea.md", "s01/wine.txt"}


def test_an_unchanged_commit_costs_one_question(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer
) -> None:
    upstream.commit(TALKS)
    first = fetch(source, cache)
    server.requests.clear()

    again = fetch(source, cache)

    assert (again.commit, again.paths) == (first.commit, first.paths)
    assert again.when >= first.when
    # git asks what the server can do, then for the one branch.
    assert server.requests == [
        "GET /talks.git/info/refs?service=git-upload-pack",
        "POST /talks.git/git-upload-pack",
    ]


def test_a_change_is_fetched_without_what_is_here_already(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    large = os.urandom(300_000).hex()
    upstream.commit({**TALKS, "_podcast/large.md": large})
    fetch(source, cache)
    before = {*home_of(cache).glob("repository.git/objects/pack/*")}

    upstream.commit({**TALKS, "_podcast/large.md": large, "_podcast/milk.md": "0:00 milk"})
    fetched = fetch(source, cache)

    assert contents(fetched)["milk.md"] == "0:00 milk"
    new = {*home_of(cache).glob("repository.git/objects/pack/*")} - before
    assert 0 < sum(path.stat().st_size for path in new) < 50_000


def test_a_branch_that_was_pushed_by_force_is_followed_back_and_forth(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    one = upstream.commit(TALKS)
    fetch(source, cache)
    two = upstream.commit({"_podcast/tea.md": "0:00 black tea"})

    assert contents(fetch(source, cache)) == {"tea.md": "0:00 black tea"}
    upstream.point(f"{one}^{{tree}}", "main")
    assert fetch(source, cache).commit not in (two,)
    assert contents(fetch(source, cache))["tea.md"] == "0:00 green tea"
    known = last_fetched(source, cache)
    assert known
    assert contents(known)["tea.md"] == "0:00 green tea"


def test_a_copy_of_many_fetches_is_made_anew(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.commit(TALKS)
    fetch(source, cache)
    packs = home_of(cache) / "repository.git" / "objects" / "pack"
    for number in range(40):
        (packs / f"pack-{number}.pack").touch()

    fetch(source, cache)

    assert not packs.exists()
    upstream.commit({"_podcast/tea.md": "0:00 new tea"})
    assert contents(fetch(source, cache)) == {"tea.md": "0:00 new tea"}


def test_three_commits_stay(upstream: Upstream, source: GitSource, cache: Path) -> None:
    made = []
    for number in range(5):
        made.append(upstream.commit({"_podcast/tea.md": f"0:00 cup {number}"}))
        fetch(source, cache)
        os.utime(home_of(cache) / made[-1], (number, number))

    assert commits(cache) == {*made[-3:]}


def test_symlinks_and_submodules_are_left_out_and_counted(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    links = {
        "_podcast/passwd.md": (SYMLINK, "/etc/passwd"),
        "_podcast/up": (SYMLINK, "../.."),
        "_podcast/more": (SUBMODULE, "1" * 40),
    }
    modules = '[submodule "more"]\n\tpath = _podcast/more\n\turl = ../secret.git\n'
    upstream.commit({**TALKS, ".gitmodules": modules}, links)
    notices: list[str] = []

    fetched = fetch(source, cache, notices.append)

    assert {*contents(fetched)} == {"tea.md", "s01/wine.txt"}
    assert notices == [f"{source}: left out: 1 submodule, 2 symlinks."]


def test_a_folder_that_is_a_symlink_is_not_followed(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.commit({"talks/a.md": "0:00 a"}, {"_podcast": (SYMLINK, "talks")})

    with pytest.raises(ConfigError, match="no transcript in _podcast"):
        fetch(source, cache)
    assert commits(cache) == set()


@pytest.mark.parametrize(
    "name",
    [
        b"con\ntrol.md",
        b"bell\x07.md",
        "mirror\u202etxt.md".encode(),
        b"back\\slash.md",
        b"caf\xe9.md",
        b"x" * 201 + b".md",
        "\N{HIRAGANA LETTER A}".encode() * 90 + b".md",
        b"TEA.md",
    ],
)
def test_names_that_could_not_be_written_everywhere_are_left_out(
    upstream: Upstream, source: GitSource, cache: Path, name: bytes
) -> None:
    upstream.commit({b"_podcast/" + name: "0:00 odd", b"_podcast/tea.md": "0:00 tea"})
    notices: list[str] = []

    fetched = fetch(source, cache, notices.append)

    assert len(contents(fetched)) == 1
    assert notices == [f"{source}: left out: 1 file with a strange name."]


def test_a_tree_that_leads_out_of_the_folder_writes_nothing_there(
    upstream: Upstream, server: GitServer, cache: Path
) -> None:
    good, bad = upstream.blob(b"0:00 tea"), upstream.blob(b"0:00 out")
    upstream.commit_tree(
        b"100644 ../../out.md\0" + bytes.fromhex(bad) + b"100644 tea.md\0" + bytes.fromhex(good)
    )
    notices: list[str] = []

    fetched = fetch(GitSource(f"{server.url}/talks.git"), cache, notices.append)

    assert contents(fetched) == {"tea.md": "0:00 tea"}
    assert [*cache.parent.rglob("out.md")] == []
    assert "1 file with a strange name" in notices[0]


def test_a_name_is_written_in_one_form(upstream: Upstream, source: GitSource, cache: Path) -> None:
    upstream.commit({"_podcast/cafe\u0301.md": "0:00 tea"})

    assert contents(fetch(source, cache)) == {"caf\xe9.md": "0:00 tea"}


def test_files_are_plain_ones_and_what_is_in_them_is_as_it_was(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    attributes = "* text eol=crlf ident filter=evil\n"
    text = "0:00 $Id$\none\r\ntwo\n"
    upstream.commit(
        {"_podcast/.gitattributes": attributes, "_podcast/a.md": text},
        {"_podcast/run.md": ("100755", "0:00 run")},
    )

    (folder,) = fetch(source, cache).paths

    assert (folder / "a.md").read_bytes() == text.encode()
    assert not stat.S_IMODE((folder / "run.md").stat().st_mode) & 0o111


def test_nothing_that_a_user_or_a_repository_has_set_is_run(
    upstream: Upstream,
    source: GitSource,
    cache: Path,
    server: GitServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trap = tmp_path / "trap"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n", encoding="utf-8")
    script.chmod(0o755)
    (tmp_path / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {tmp_path}\n\tfsmonitor = {script}\n\taskPass = {script}\n"
        f'[credential]\n\thelper = "!{script}"\n[url "http://127.0.0.1:9/"]\n'
        f"\tinsteadOf = {source.url}\n",
        encoding="utf-8",
    )
    for name in ("post-checkout", "reference-transaction", "post-merge"):
        shutil.copy(script, tmp_path / name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_ASKPASS", str(script))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "url.http://127.0.0.1:9/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", source.url)
    monkeypatch.setenv("GIT_DIR", str(upstream.folder))
    upstream.commit(TALKS)

    fetched = fetch(source, cache)
    server.authorization = "Basic of somebody"
    with pytest.raises(ConfigError, match="right password"):
        fetch(source, cache.with_name("other"))

    assert {*contents(fetched)} == {"tea.md", "s01/wine.txt"}
    assert not trap.exists()


def test_a_file_over_the_limit_is_left_out(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.commit({**TALKS, "_podcast/long.md": b"a" * (LARGEST_FILE + 1)})
    notices: list[str] = []

    fetched = fetch(source, cache, notices.append)

    assert {*contents(fetched)} == {"tea.md", "s01/wine.txt"}
    assert notices == [f"{source}: left out: 1 file over 20 MB."]


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        (Limits(files=1), r"1 file\."),
        (Limits(content=20), "0 MB of transcripts"),
        (Limits(content=2_000_000), "2 MB of transcripts"),
        (Limits(download=1_000_000), "1 MB to download"),
    ],
)
def test_too_much_is_an_error_that_names_the_limit_and_the_source(
    upstream: Upstream, source: GitSource, cache: Path, limits: Limits, named: str
) -> None:
    upstream.commit({**TALKS, "_podcast/a.md": os.urandom(6_000_000).hex()})

    with pytest.raises(ConfigError, match=f"limit of {named}") as caught:
        fetch(source, cache, limits=limits)
    assert caught.value.subject == str(source)
    assert caught.value.remedy
    assert commits(cache) == set()
    assert not (home_of(cache) / "repository.git").exists()


@pytest.mark.parametrize("reached", ["down", "silent", "torn", "broken"])
def test_what_was_fetched_last_stands_in_for_a_server_that_fails(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer, reached: str
) -> None:
    upstream.commit(TALKS)
    first = fetch(source, cache)
    upstream.commit({"_podcast/tea.md": "0:00 new tea"})
    server.silent, server.torn = reached == "silent", reached == "torn"
    server.status = 503 if reached == "broken" else 0
    if reached == "down":
        shutil.move(upstream.folder, upstream.folder.with_suffix(".away"))
    notices: list[str] = []

    fetched = fetch(source, cache, notices.append, SOON)

    assert contents(fetched) == contents(first)
    (notice,) = notices
    assert notice.startswith(f"{source}: ")
    assert f"it is read as it was on {first.when:%Y-%m-%d at %H:%M} UTC." in notice


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (503, UnreachableError, "503"),
        (404, ConfigError, "no such repository"),
        (403, ConfigError, "right password"),
        (401, ConfigError, "right password"),
        (301, ConfigError, "another address"),
    ],
)
def test_a_server_that_never_gave_anything_is_an_error_with_a_remedy(
    source: GitSource,
    cache: Path,
    server: GitServer,
    status: int,
    kind: type[AirquoteError],
    reason: str,
) -> None:
    server.status = status
    server.location = "http://127.0.0.1:9/elsewhere.git/info/refs" if status == 301 else ""

    with pytest.raises(kind, match=reason) as caught:
        fetch(source, cache)
    assert caught.value.subject == str(source)


def test_a_server_that_is_not_there_is_out_of_reach(cache: Path) -> None:
    source = GitSource("http://127.0.0.1:9/talks.git")

    with pytest.raises(UnreachableError, match="Failed to connect") as caught:
        fetch(source, cache)
    assert caught.value.subject == str(source)


def test_a_server_that_sends_nothing_is_not_waited_for(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer
) -> None:
    upstream.commit(TALKS)
    server.silent = True

    with pytest.raises(UnreachableError, match=r"nothing came for 1\.5 seconds"):
        fetch(source, cache, limits=SOON)


@pytest.mark.parametrize("waits_for", ["the server", "another process"])
def test_fetching_can_be_stopped_from_another_thread(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer, waits_for: str
) -> None:
    upstream.commit(TALKS)
    server.silent = True
    limits, errors = Limits(), []

    def try_it() -> None:
        try:
            fetch(source, cache, limits=limits)
        except AirquoteError as error:
            errors.append(type(error))

    threads = [Thread(target=try_it) for _ in range(1 if waits_for == "the server" else 2)]
    for thread in threads:
        thread.start()
    assert server.asked.wait(30)
    limits.stop.set()
    for thread in threads:
        thread.join(30)

    assert not any(thread.is_alive() for thread in threads)
    assert UnreachableError in errors
    assert len(errors) == len(threads)


def test_a_server_that_sends_byte_after_byte_is_not_waited_for_either(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer
) -> None:
    upstream.commit({**TALKS, **{f"_podcast/{number}.md": "0:00 a" for number in range(200)}})
    server.dripping = True

    with pytest.raises(UnreachableError, match="it did not finish within 2 seconds"):
        fetch(source, cache, limits=Limits(silence=10, whole=2))


def test_a_transfer_that_breaks_off_leaves_nothing_behind(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer
) -> None:
    upstream.commit(TALKS)
    server.torn = True
    with pytest.raises(UnreachableError):
        fetch(source, cache)
    assert {path.name for path in home_of(cache).iterdir()} == {"lock"}

    server.torn = False
    assert {*contents(fetch(source, cache))} == {"tea.md", "s01/wine.txt"}


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [({"branch": "gone"}, "no branch gone"), ({"folder": "gone"}, "no transcript in gone")],
)
def test_a_branch_or_a_folder_that_is_not_there_is_named(
    upstream: Upstream, source: GitSource, cache: Path, wanted: dict[str, str], reason: str
) -> None:
    upstream.commit(TALKS)

    with pytest.raises(ConfigError, match=reason):
        fetch(replace(source, **wanted), cache)


def test_a_repository_without_a_commit_is_an_error(source: GitSource, cache: Path) -> None:
    with pytest.raises(ConfigError, match="no commit"):
        fetch(source, cache)


def test_a_password_is_sent_and_never_shown(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer
) -> None:
    upstream.commit(TALKS)
    server.authorization = f"Basic {b64encode(b'reader:hid/den').decode()}"
    known = replace(source, credentials="reader:hid%2Fden")

    assert {*contents(fetch(known, cache))} == {"tea.md", "s01/wine.txt"}
    with pytest.raises(ConfigError, match="right password") as caught:
        fetch(replace(source, credentials="reader:hidden"), cache.with_name("other"))
    assert "hid" not in f"{known} {known!r} {caught.value}"
    stored = [path.read_bytes() for path in cache.rglob("*") if path.is_file()]
    assert not any(b"hid" in content or b"Basic" in content for content in stored)


def test_without_git_it_says_what_to_install(
    source: GitSource, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ConfigError, match="git, which is not installed") as caught:
        fetch(source, cache)
    assert caught.value.remedy == "Install git."


def test_a_damaged_copy_is_made_anew(upstream: Upstream, source: GitSource, cache: Path) -> None:
    upstream.commit(TALKS)
    fetch(source, cache)
    for path in home_of(cache).glob("repository.git/objects/pack/*"):
        path.chmod(0o600)
        path.write_bytes(b"gone")
    upstream.commit({**TALKS, "_podcast/milk.md": "0:00 milk"})
    notices: list[str] = []

    assert "milk.md" in contents(fetch(source, cache, notices.append))
    assert notices == []


def test_what_a_copy_lacks_is_not_taken_for_empty(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.commit(TALKS)
    fetch(source, cache)
    repository = Repository(source, home_of(cache) / "repository.git", Limits())

    # Whether git says so, or first that it may not fetch it now, is a matter of who is faster.
    for read in (blob_sizes, lambda *given: [*read_blobs(*given)]):
        with pytest.raises(CacheError, match=r"is (missing|damaged)"):
            read(repository, ["1" * 40])


def test_what_an_ended_process_has_left_is_in_nobodys_way(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    upstream.commit(TALKS)
    fetch(source, cache)
    (home_of(cache) / "repository.git" / "shallow.lock").touch()
    (home_of(cache) / ".new-abc").mkdir()
    upstream.commit({**TALKS, "_podcast/milk.md": "0:00 milk"})

    assert "milk.md" in contents(fetch(source, cache))
    assert not (home_of(cache) / ".new-abc").exists()


def test_a_process_that_is_killed_holds_nobody_up(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer
) -> None:
    upstream.commit(TALKS)
    server.silent = True
    process = subprocess.Popen(
        [sys.executable, "-c", FETCH, source.url, str(cache)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    assert server.asked.wait(30)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    server.silent = False

    assert {*contents(fetch(source, cache))} == {"tea.md", "s01/wine.txt"}


def test_processes_that_fetch_at_once_do_not_hurt_each_other(
    upstream: Upstream, source: GitSource, cache: Path
) -> None:
    commit = upstream.commit({f"_podcast/{number}.md": f"0:00 {number}" for number in range(50)})
    started = [
        subprocess.Popen(
            [sys.executable, "-c", FETCH, source.url, str(cache)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(3)
    ]
    threads: list[Fetched] = []
    own = [Thread(target=lambda: threads.append(fetch(source, cache))) for _ in range(3)]
    for thread in own:
        thread.start()
    for thread in own:
        thread.join(60)

    assert [process.communicate(timeout=60)[0].strip() for process in started] == [commit] * 3
    assert [fetched.commit for fetched in threads] == [commit] * 3
    assert len(contents(fetch(source, cache))) == 50


def test_a_cache_that_cannot_be_written_is_an_error_with_a_remedy(
    source: GitSource, cache: Path
) -> None:
    cache.write_text("a file", encoding="utf-8")

    with pytest.raises(CacheError, match="cannot be written to") as caught:
        fetch(source, cache)
    assert "AIRQUOTE_CACHE" in caught.value.remedy


def test_sources_of_all_kinds_are_gathered_in_their_order(
    upstream: Upstream, source: GitSource, cache: Path, tmp_path: Path
) -> None:
    upstream.commit(TALKS)
    folder = Folder(tmp_path / "mine")
    sources = (folder, source)

    assert gather_cached(sources, cache) == (folder.path,)
    gathered = gather_sources(sources, cache)
    assert gathered == Gathered((folder.path, *fetch(source, cache).paths))
    assert gather_cached(sources, cache) == gathered.paths


def test_a_source_that_cannot_be_had_does_not_stop_the_others(
    source: GitSource, cache: Path, server: GitServer, tmp_path: Path
) -> None:
    server.status = 503
    notices: list[str] = []

    gathered = gather_sources((source, Folder(tmp_path)), cache, notices.append)
    assert gathered == Gathered((tmp_path,), failed=(str(source),))
    assert notices
    assert notices[0].endswith("Until then, its episodes are missing.")
    with pytest.raises(UnreachableError):
        gather_sources((source, Folder(tmp_path / "gone")), cache)


def test_a_look_says_which_sources_are_missing_and_which_may_be_old(
    upstream: Upstream, source: GitSource, cache: Path, server: GitServer, tmp_path: Path
) -> None:
    upstream.commit(TALKS)
    folder, gone = Folder(tmp_path / "served"), Folder(tmp_path / "gone")
    name = str(source)
    server.status = 503
    never = scan_sources((source, folder, gone), cache)
    server.status = 0
    well = scan_sources((source, folder), cache)
    server.status = 503
    later = scan_sources((source, folder), cache)

    assert (never.missing, never.failed) == ((str(gone.path), name), (name,))
    assert (well.missing, well.failed) == ((), ())
    assert (later.missing, later.failed) == ((), (name,))
    assert scan_cached_sources((source, folder), cache).missing == ()
    assert later.commits == well.commits
