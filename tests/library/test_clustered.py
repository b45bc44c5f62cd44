"""A library whose words are in a cluster answers as one that has them itself.

The only file with tests of a cluster: each process that runs tests would start one of its own.
"""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.config import SAMPLE_EPISODES
from bot.engine_address import parse_engine
from bot.library.clustered import ClusteredPodcast, cluster_at
from bot.library.library import Library, open_from_engine, with_engine, with_quotes
from bot.library.registry import registry_of
from bot.models import Chapter, Cue, Episode
from bot.reporting import ignore
from bot.search.cluster.versions import Versions
from bot.search.engine import SearchResults
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.strong_matches import find_strong_matches
from bot.sources import Folder
from tests.builders import bakery, episode, find
from tests.clusters import Cluster
from tests.fakes.slack.member import SlackMember
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.tokens import settings_for_one
from tests.gate import guarded
from tests.handlers.run.test_health import read_until
from tests.process import airquote, free_port, running
from tests.two_podcasts import write_podcasts, write_talk

SAID = (
    *("model registry", "feature store", "monitoring models in production", "how do I start"),
    *('"feature store"', '"model registry" -feature', "models -data", "data -model -feature"),
    *("guest:maria models", "season:1 data", "speaker:maria data", "episode:feature store"),
    *("after:2021 models", "sort:newest data", "sort:oldest model", "modle registri"),
    *(
        "featurestore",
        "ways to keep an eye on predictions",
        "xylophone",
        "the",
        "it is",
        '"of the"',
    ),
)
COUNTED = ("model", "feature store", "data, model, kubernetes", "xylophone", "the")
LEXICON = Lexicon((LexiconEntry("registry", same=("catalogue",), heard=("red juice tree",)),))
WAITING = 30.0


@pytest.fixture(scope="module")
def whole(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The sample podcast with its quotes, all in this process."""
    return with_quotes(library, tmp_path_factory.mktemp("quotes"))


@pytest.fixture(scope="module")
def clustered(
    whole: Library, opensearch: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Library:
    """The same podcast in the cluster."""
    registry = registry_of([Folder(SAMPLE_EPISODES)], tmp_path_factory.mktemp("clustered"))
    return with_engine(whole, opensearch.address, "", registry)


def pushed(
    index: Index, opensearch: Cluster, folder: Path, podcast: str, options: str = ""
) -> Index:
    """Write an index to the cluster, and open it there."""
    where = ClusteredPodcast(parse_engine(f"{opensearch.address}{options}"), podcast, folder)
    where.push("one", index, (), ignore, ignore)
    where.promote("one", ())
    return where.open("one")[0]


def test_the_two_versions_before_the_current_one_stay_in_the_cluster(
    opensearch: Cluster, tmp_path: Path
) -> None:
    engine = f"{opensearch.address}/versions"
    registry = registry_of([Folder(SAMPLE_EPISODES)], tmp_path)
    library = Library("", build_index((episode("tea", "Tea is ready."),)), ())
    for index_id in ("one", "two", "three", "four", "five"):
        registry.promote(index_id, "a test")
        with_engine(replace(library, id=index_id), engine, "", registry)

    there = Versions(cluster_at(parse_engine(engine)), "").ids()
    assert there == {"three", "four", "five"}


@pytest.mark.parametrize("typed", SAID)
def test_a_search_finds_and_shows_the_same(whole: Library, clustered: Library, typed: str) -> None:
    for page in range(3):
        request = Request(Verb.SEARCH, typed, page)

        assert answer(clustered, request) == answer(whole, request)


@pytest.mark.parametrize("typed", COUNTED)
def test_mentions_are_counted_exactly(whole: Library, clustered: Library, typed: str) -> None:
    request = Request(Verb.MENTIONS, typed)

    assert answer(clustered, request) == answer(whole, request)


@pytest.mark.parametrize(
    "request_",
    [
        Request(Verb.TALK, "what did they say about feature stores?"),
        Request(Verb.TALK, "thanks, that is nice"),
        Request(Verb.FIND, "We keep all our features in a store, and models in a registry."),
        Request(Verb.EPISODE, "feature stores"),
        Request(Verb.EPISODES, "season:1"),
        Request(Verb.ABOUT),
        Request(Verb.QUOTE, "data", seed=3),
        Request(Verb.QUOTE, seed=5),
    ],
    ids=lambda request: request.verb.value,
)
def test_every_request_has_the_same_answer(
    whole: Library, clustered: Library, request_: Request
) -> None:
    assert answer(clustered, request_) == answer(whole, request_)


@pytest.mark.parametrize("verb", [Verb.CONTEXT, Verb.HIT, Verb.LIKE])
def test_what_was_shown_leads_on_as_before(whole: Library, clustered: Library, verb: Verb) -> None:
    (hit,) = find(whole.index, "feature store", limit=1).hits
    shown = Request(verb, "feature store", episode=hit.episode.slug, start=hit.start, end=hit.end)
    reply = answer(clustered, shown)

    assert reply.cards
    assert reply == answer(whole, shown)


def test_strong_matches_are_the_same(whole: Library, clustered: Library) -> None:
    for typed in ("feature store", "model registry", "data", "model monitoring production"):
        here, there = (find_strong_matches(each.index, typed) for each in (whole, clustered))

        assert there.passages == here.passages


def test_a_machine_without_an_index_opens_the_podcast_from_the_cluster(
    whole: Library, clustered: Library, opensearch: Cluster, tmp_path: Path
) -> None:
    opened = open_from_engine(opensearch.address, "", tmp_path)

    assert opened
    assert opened.id == clustered.id
    request = Request(Verb.SEARCH, "feature store")
    assert answer(opened, request) == answer(whole, request)
    found = with_quotes(opened, tmp_path)
    assert found.quotes == whole.quotes
    assert open_from_engine(opensearch.address, "another", tmp_path) is None
    assert open_from_engine(opensearch.address, "", tmp_path, before=opened.id) is None
    led = open_from_engine(opensearch.address, "", tmp_path, ("spotify",))
    assert led
    assert {each.players for each in led.index.at_hand.episodes} == {("spotify",)}


def talks() -> list[Episode]:
    """Make episodes so long that their frequent words are kept by groups of episodes."""
    many = []
    for number in range(40):
        lines = [
            f"The registry of part {part} is the one that the {word} of the day is for."
            for part in range(30)
            for word in ("model", "feature")
        ]
        lines[number] = f"A catalogue of the talk {number} with a cat."
        heard = Cue("the red juice tree of captions", 700.0, 710.0)
        many.append(
            episode(
                f"talk-{number}",
                *lines,
                heard,
                speaker="Maria" if number % 2 else "Ann",
                season=number // 10,
                guests=("Maria Vechtomova",) if number % 2 else (),
                chapters=(Chapter("Registries", 0.0), Chapter("Features", 300.0)),
            )
        )
    return [*many, *bakery()]


TYPED = (
    *("the registry", "model of the day", '"of the talk" cat', "talk 17 cat", "catalogue", "maria"),
    *("registry -feature", "speaker:maria cat", "season:2 model", '"the one that the"', "the of"),
    *("speaker:maria -part model", "rgistry", "cat -catalogue"),
)


@pytest.fixture(scope="module")
def long() -> Index:
    return build_index(talks(), LEXICON)


@pytest.fixture(scope="module")
def long_there(long: Index, opensearch: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Index:
    return pushed(long, opensearch, tmp_path_factory.mktemp("long"), "long")


@pytest.mark.parametrize("typed", TYPED)
def test_frequent_words_are_fetched_where_they_matter(
    long: Index, long_there: Index, typed: str
) -> None:
    here, there = find(long, typed), find(long_there, typed)

    # The cluster rounds, so that other passages may be among equals.
    assert _scores(there) == pytest.approx(_scores(here), rel=0.01)
    assert bool(there.hits) == bool(here.hits)


def _scores(results: SearchResults) -> list[float]:
    return [hit.score for hit in results.hits]


def test_all_places_of_a_frequent_word_come_when_they_are_asked_for(
    long: Index, opensearch: Cluster, tmp_path: Path
) -> None:
    long_there = pushed(long, opensearch, tmp_path, "long")
    stem = long.vocabulary.stem_id("the")
    assert stem is not None

    long_there.engine.need_places([stem], np.array([17], dtype=np.int32))
    some = long_there.stem_places.of(stem)

    assert (np.diff(some) >= 0).all()
    assert set(long.places_of(stem)[long.places_of(stem) < 100]).isdisjoint(some[1:])
    assert long_there.places_of(stem).tolist() == long.places_of(stem).tolist()


def test_a_view_that_holds_too_much_makes_room_for_another(
    long: Index, opensearch: Cluster, tmp_path: Path
) -> None:
    address = replace(parse_engine(opensearch.address), memory=0)
    where = ClusteredPodcast(address, "small", tmp_path)
    where.push("one", long, (), ignore, ignore)
    there, _ = where.open("one")
    before = there.at_hand
    assert there.at_hand is before
    find(before, "cat")
    after = there.at_hand

    assert after is not before
    assert _scores(find(before, "cat")) == _scores(find(after, "cat"))


def test_several_threads_read_one_view(long: Index, opensearch: Cluster, tmp_path: Path) -> None:
    there = pushed(long, opensearch, tmp_path, "shared")
    alone = [_scores(find(pushed(long, opensearch, tmp_path, "shared"), each)) for each in TYPED]

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda typed: _scores(find(there, typed)), TYPED * 4))

    assert together == alone * 4


def test_a_version_is_current_until_another_is(
    long: Index, opensearch: Cluster, tmp_path: Path
) -> None:
    where = ClusteredPodcast(parse_engine(opensearch.address), "versions", tmp_path)
    small = build_index(bakery())
    for version in ("one", "two", "three", "four"):
        where.push(version, small, (), ignore, ignore)
    where.promote("one", ())
    assert where.versions.current() == "one"
    assert where.versions.ids() == {"one"}

    where.push("two", small, (), ignore, ignore)
    old, _ = where.open("one")
    where.promote("two", ())
    assert where.versions.current() == "two"
    assert find(old, "flour").hits  # whoever still answers from it can go on

    where.promote("one", ())
    assert where.versions.current() == "one"

    where.push("three", small, (), ignore, ignore)
    where.promote("three", ("one",))
    assert where.versions.ids() == {"one", "three"}


def test_podcasts_in_one_cluster_know_nothing_of_each_other(
    opensearch: Cluster, tmp_path: Path
) -> None:
    bread, other = build_index(bakery()), build_index([episode("alone", "Only flour and more.")])
    there = [
        pushed(each, opensearch, tmp_path / str(n), f"p{n}")
        for n, each in enumerate((bread, other))
    ]

    assert [hit.score for hit in find(there[1], "flour").hits] == [
        hit.score for hit in find(other, "flour").hits
    ]
    assert find(there[0], "flour").hits == find(bread, "flour").hits


def test_the_terminal_builds_into_the_cluster_and_searches_there(
    opensearch: Cluster, home: Path
) -> None:
    built = airquote(home, "index", "build", AIRQUOTE_ENGINE=f"{opensearch.address}/terminal")
    there = airquote(
        home, "search", "feature store", "--json", AIRQUOTE_ENGINE=f"{opensearch.address}/terminal"
    )
    here = airquote(home, "search", "feature store", "--json")

    assert built.returncode == 0, built.stderr
    assert "is now current" in built.stdout
    found = json.loads(there.stdout)["hits"]
    assert found
    assert found == json.loads(here.stdout)["hits"]


def test_a_search_without_an_index_here_changes_nothing_in_the_cluster(
    opensearch: Cluster, home: Path
) -> None:
    engine = f"{opensearch.address}/elsewhere"
    airquote(home, "index", "build", AIRQUOTE_ENGINE=engine).check_returncode()
    versions = Versions(cluster_at(parse_engine(engine)), "")
    before = versions.ids()
    write_talk(home / "own", "cup", "A cup a day", "Mina Oolong", "cups saucers")
    own = {"AIRQUOTE_CACHE": str(home / "other"), "AIRQUOTE_EPISODES": str(home / "own")}
    found = airquote(home, "search", "feature store", "--json", AIRQUOTE_ENGINE=engine, **own)

    assert json.loads(found.stdout)["hits"]
    assert versions.ids() == before


def test_a_machine_that_builds_nothing_answers_from_the_cluster_and_follows_it(
    opensearch: Cluster, home: Path, slack: SlackServer
) -> None:
    engine, port = f"{opensearch.address}/follows?replicas=0", free_port()
    path = write_podcasts(home)
    own = {"AIRQUOTE_PODCASTS": str(path), "AIRQUOTE_ENGINE": engine}
    builder = {**own, "AIRQUOTE_CACHE": str(home / "builder")}
    airquote(home, "index", "build", **builder).check_returncode()
    answering = {
        **own,
        "AIRQUOTE_CACHE": str(home / "answering"),
        "PORT": str(port),
        **settings_for_one(slack.api_url),
    }
    with running(home, "--only", "web", **answering) as process:
        process.wait_for('"started"')
        ann = slack.workspace.add_person("Ann")
        member = SlackMember(slack, ann, slack.workspace.add_channel("podcasts"))
        assert "Leaves in the mist" in member.say("harvest").text
        write_talk(home / "tea", "cup", "A cup a day", "Mina Oolong", "cups saucers")
        built = airquote(home, "index", "build", "--podcast", "tea", **builder)
        (new,) = {word for word in built.stdout.split() if len(word) == 16}
        named = f"answers from the index {new}."
        read_until(port, "/readyz", lambda _, text: named in text, 60)
        assert "A cup a day" in member.say("saucers").text


def test_a_cluster_behind_tls_and_a_password_answers_who_has_both(
    opensearch: Cluster, home: Path
) -> None:
    authority, behind = home / "authority.pem", opensearch.nodes[0].port

    def search(engine: str = "") -> str:
        done = airquote(home, "search", "feature store", "--json", AIRQUOTE_ENGINE=engine)
        return done.stdout if done.returncode == 0 else done.stderr

    with guarded(behind, "ann", "p@ss word", authority) as port:
        address = f"127.0.0.1:{port}/guarded"
        found = search(f"opensearchs://ann:p%40ss%20word@{address}?ca={authority}")
        stranger = search(f"opensearchs://ann:guess@{address}?ca={authority}")
        unknown = search(f"opensearchs://ann:p%40ss%20word@{address}")
    plain = search(f"opensearchs://127.0.0.1:{behind}")

    assert json.loads(found)["hits"] == json.loads(search())["hits"]
    assert "does not let Airquote in. Check the user and the password." in stranger
    assert "has no certificate that can be checked. Name its authority as ca=file." in unknown
    assert "does not use TLS. Write opensearch:// in its address." in plain
    assert "guess" not in stranger


def test_a_cluster_that_is_away_is_named_without_its_password(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        address = f"opensearch://ann:secret@127.0.0.1:{taken.getsockname()[1]}"
        done = airquote(home, "search", "feature store", AIRQUOTE_ENGINE=address)

    assert done.returncode != 0
    assert "AIRQUOTE_ENGINE: 127.0.0.1" in done.stderr
    assert "cannot be reached" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


# Last, as it ends a node.
def test_while_a_node_ends_every_question_is_answered(
    whole: Library, clustered: Library, opensearch: Cluster, tmp_path: Path
) -> None:
    alone = pushed(
        whole.index, opensearch, tmp_path, "alone", "/alone?replicas=0&shards=4&timeout=2"
    )
    requests = [Request(Verb.SEARCH, typed) for typed in SAID] * 5
    expected = [answer(whole, request) for request in requests]

    with ThreadPoolExecutor(4) as threads:
        answered = [threads.submit(answer, clustered, request) for request in requests]
        answered[10].result(WAITING)
        opensearch.nodes[1].kill()
        replies = [each.result(4 * WAITING) for each in answered]

    assert replies == expected
    # Without copies, half of the podcast went with the node: what is left says so.
    half = answer(replace(whole, index=alone), Request(Verb.SEARCH, "data model feature"))
    assert "One part of the archive did not answer." in half.notes
