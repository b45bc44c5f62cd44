import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from bot.arrays import SmallFloats, SmallInts
from bot.environment import load_settings
from bot.library.library import Library, add_semantic_index, open_library, with_semantic_index
from bot.models import Chapter, Episode, Hit
from bot.search.embeddings import EmbeddingModel, embed_texts
from bot.search.engine import search
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index
from bot.search.index.vectors import to_bytes
from bot.search.more_like_this import passage_text
from bot.search.query import parse_query
from bot.search.semantic import SemanticIndex, build_semantic_index, texts_to_embed
from tests import asking
from tests.builders import episode, index_of, marked, slugs

ROOT = Path(__file__).parents[2]
CONCEPTS = (
    {"car", "automobile", "vehicle", "driving", "jalopmobile"},
    {"doctor", "physician", "surgeon", "clinic"},
    {"money", "salary", "wages", "pay"},
    {"bread", "dough", "oven", "flour"},
)


@dataclass
class Meanings:
    """A model that knows the words of a few concepts, and counts what it was given."""

    embedded: list[str] = field(default_factory=list)
    patience: int = 10**9

    def embed(self, texts: Sequence[str]) -> SmallFloats:
        self.patience -= 1
        if self.patience < 0:
            raise KeyboardInterrupt
        self.embedded += texts
        return np.array([vector_of(text) for text in texts], dtype=np.float32)


def vector_of(text: str) -> SmallFloats:
    words = terms_of(text)
    counts = [sum(word in concept for word in words) for concept in CONCEPTS]
    vector = np.array([*counts, 0.1], dtype=np.float32)
    unit: SmallFloats = vector / np.linalg.norm(vector)
    return unit


def ignore(*_: object) -> None:
    pass


def semantic_of(index: Index) -> SemanticIndex:
    model = EmbeddingModel("fake", Meanings().embed)
    layout = texts_to_embed(index)
    return build_semantic_index(model, layout, to_bytes(model.embed(layout.texts)))


def find(index: Index, typed: str, semantic: SemanticIndex | None) -> tuple[Hit, ...]:
    return search(index, parse_query(typed), 10, semantic=semantic).hits


def talks() -> list[Episode]:
    return [
        episode("road", "My automobile broke down twice on the way to work."),
        episode("ward", "Every surgeon I know works at night.", speaker="Bo", season=2),
        episode("office", "Ask for better wages when you change your work.", season=1),
    ]


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(*talks())


@pytest.fixture(scope="module")
def semantic(index: Index) -> SemanticIndex:
    return semantic_of(index)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("jalopmobile at night", "road"), ("physician of spring", "ward")],
)
def test_what_is_said_in_other_words_is_found(
    index: Index, semantic: SemanticIndex, typed: str, meant: str
) -> None:
    assert meant not in slugs(find(index, typed, None))
    assert meant in slugs(find(index, typed, semantic))


@pytest.mark.parametrize(
    "typed", ["automobile", "surgeon works", "better wages", "flour and water", "ann wages"]
)
def test_where_the_words_are_said_meaning_changes_nothing(
    index: Index, semantic: SemanticIndex, typed: str
) -> None:
    assert find(index, typed, None)
    assert find(index, typed, semantic) == find(index, typed, None)


@pytest.mark.parametrize(
    "typed",
    ['"driving a vehicle"', '"my automobile" physician salary', "to be or not", "xyzzy qwertz"],
)
def test_a_phrase_and_unknown_words_find_nothing_that_is_only_alike(
    index: Index, semantic: SemanticIndex, typed: str
) -> None:
    assert find(index, typed, semantic) == find(index, typed, None)


def test_filters_and_exclusions_hold_for_what_is_only_alike(
    index: Index, semantic: SemanticIndex
) -> None:
    typed = "physician of spring"

    assert slugs(find(index, f"{typed} season:2", semantic)) == ["ward"]
    assert "ward" not in slugs(find(index, f"{typed} season:1", semantic))
    assert "ward" not in slugs(find(index, f"{typed} -surgeon", semantic))


def test_what_is_only_alike_is_shown_from_the_start_of_its_passage(
    index: Index, semantic: SemanticIndex
) -> None:
    hit = next(h for h in find(index, "physician of spring", semantic) if h.episode.slug == "ward")

    assert marked(hit) == []
    assert hit.snippet.text == "Every surgeon I know works at night."
    assert (hit.start, hit.speaker) == (0.0, "Bo")


def test_a_model_may_know_words_that_the_podcast_never_says() -> None:
    index = index_of(*talks(), episode("clinical", "Clinical trials take years."))

    # "clinic" would be corrected to "clinical", which is no doctor.
    assert slugs(find(index, "clinic of spring", semantic_of(index)))[0] == "ward"


def test_a_passage_is_alike_by_its_windows_and_by_its_chapter() -> None:
    lines = ["automobile " * 69 + "here."] * 2 + ["physician " * 69 + "there."] * 2
    chapters = (Chapter("First", 0), Chapter("Wages", 30))
    index = index_of(episode("long", *lines, chapters=chapters), words=140, step=70)
    semantic = semantic_of(index)

    alike = semantic.similarity("car")
    paid = semantic.similarity("salary")

    first, last = alike[0], alike[np.flatnonzero(index.passage_chapters == 1)[0]]
    assert first == pytest.approx(1, abs=0.02)
    assert 0.4 < alike[1] < 0.6  # half of it speaks of cars
    assert last < 0.1
    assert paid[index.passage_chapters == 1].min() > 0.15 > paid[index.passage_chapters == 0].max()


def test_a_passage_lies_in_the_windows_that_hold_its_words() -> None:
    lines = [" ".join(f"w{n}x{m}" for m in range(10 + n * 37 % 50)) + "." for n in range(60)]
    chapters = (Chapter("First", 50), Chapter("Second", 200))
    index = index_of(episode("long", *lines, chapters=chapters), words=120, step=30)

    layout = texts_to_embed(index)

    for passage, windows in enumerate(layout.windows.tolist()):
        words = set(terms_of(passage_text(index, passage)))
        for piece in set(windows):
            share = layout.shares[passage][layout.windows[passage] == piece].sum()
            both = words & set(terms_of(layout.texts[piece]))
            assert share == pytest.approx(len(both) / len(words), abs=0.02)
    titles = {layout.texts[n] if n >= 0 else "" for n in layout.titles.tolist()}
    assert titles == {"", "First", "Second"}


def test_passages_of_a_text_that_is_said_often_share_a_vector() -> None:
    same = [episode(f"copy-{n}", "My automobile broke down.") for n in range(5)]
    index = index_of(*same)
    layout = texts_to_embed(index)

    assert len(layout.texts) == len(set(layout.texts))
    assert len(set(layout.windows[:5, 0].tolist())) == 1


def test_each_text_is_embedded_once(tmp_path: Path) -> None:
    first, second, third = Meanings(), Meanings(), Meanings()

    def embed(texts: Sequence[str], meanings: Meanings) -> SmallInts:
        return embed_texts(texts, EmbeddingModel("m", meanings.embed), tmp_path, ignore, ignore)

    built = embed(["a car", "a doctor"], first)
    again = embed(["a car", "a doctor"], second)
    more = embed(["a doctor", "a salary", "a car"], third)

    assert first.embedded == ["a car", "a doctor"]
    assert second.embedded == []
    assert third.embedded == ["a salary"]
    np.testing.assert_array_equal(built, again)
    np.testing.assert_array_equal(more[[2, 0]], built)
    lengths = np.linalg.norm(more.astype(np.float64), axis=1, keepdims=True)
    meant = [vector_of(text) for text in ("doctor", "pay", "car")]
    np.testing.assert_allclose(more / lengths, meant, atol=0.01)


def test_another_model_embeds_anew(tmp_path: Path) -> None:
    other = Meanings()
    embed_texts(["a car"], EmbeddingModel("one", Meanings().embed), tmp_path, ignore, ignore)
    embed_texts(["a car"], EmbeddingModel("two", other.embed), tmp_path, ignore, ignore)

    assert other.embedded == ["a car"]


def test_what_was_embedded_before_an_interruption_is_not_lost(tmp_path: Path) -> None:
    texts = [f"car {number}" for number in range(5000)]
    impatient, patient = Meanings(patience=66), Meanings()
    with pytest.raises(KeyboardInterrupt):
        embed_texts(texts, EmbeddingModel("m", impatient.embed), tmp_path, ignore, ignore)

    told: list[tuple[int, int]] = []
    model = EmbeddingModel("m", patient.embed)
    embed_texts(texts, model, tmp_path, lambda done, of: told.append((done, of)), ignore)

    assert patient.embedded == texts[4096:]
    assert told[-1] == (904, 904)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [spoil, lambda path: path.write_bytes(b"")])
def test_a_damaged_file_is_a_notice_and_computed_again(tmp_path: Path, damage: object) -> None:
    meanings = Meanings()
    model = EmbeddingModel("m", meanings.embed)
    embed_texts(["a car"], model, tmp_path, ignore, ignore)
    (path,) = tmp_path.glob("*.vectors")
    assert callable(damage)
    damage(path)

    notices: list[str] = []
    embed_texts(["a car"], model, tmp_path, ignore, notices.append)

    assert len(notices) == 1
    assert "damaged" in notices[0]
    assert meanings.embedded == ["a car", "a car"]


def test_a_folder_that_cannot_be_written_is_a_notice(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    notices: list[str] = []

    vectors = embed_texts(
        ["a car"], EmbeddingModel("m", Meanings().embed), tmp_path / "cache", ignore, notices.append
    )

    assert len(vectors) == 1
    assert ["cannot be saved" in notice for notice in notices] == [True]


def test_the_cache_keeps_few_files(tmp_path: Path) -> None:
    for number in range(7):
        model = EmbeddingModel(f"m{number}", Meanings().embed)
        embed_texts(["a car"], model, tmp_path, ignore, ignore)

    assert len(list(tmp_path.glob("*.vectors"))) == 4


def test_a_library_searches_by_meaning_once_it_is_added(library: Library, tmp_path: Path) -> None:
    told: list[str] = []
    meanings = Meanings()
    meant = add_semantic_index(
        library, EmbeddingModel("m", meanings.embed), tmp_path, lambda what, *_: told.append(what)
    )
    meanings.embedded.clear()

    asking.search(meant, "physicians never bake bread for a salary on sundays")

    assert set(told) == {"Reading for meaning"}
    assert meanings.embedded != []
    assert meant.index is library.index


def test_a_library_without_episodes_has_no_meaning(tmp_path: Path) -> None:
    empty = open_library([tmp_path], tmp_path / "cache")

    assert (
        add_semantic_index(empty, EmbeddingModel("m", Meanings().embed), tmp_path).semantic is None
    )


def test_an_index_whose_meaning_is_unknown_loads_nothing_heavy() -> None:
    code = (
        "import sys; from pathlib import Path; from tempfile import mkdtemp\n"
        "from bot.answers.dispatch import answer; from bot.config import SAMPLE_EPISODES\n"
        "from bot.answers.requests import Request, Verb\n"
        "from bot.library.library import open_library\n"
        "library = open_library([SAMPLE_EPISODES], Path(mkdtemp()))\n"
        "assert answer(library, Request(Verb.SEARCH, 'model registry')).cards\n"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert not {"onnxruntime", "tokenizers", "huggingface_hub"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("value", "name"), [("off", ""), ("OFF", ""), ("models/mine", "models/mine")]
)
def test_a_setting_names_the_model_or_switches_it_off(
    monkeypatch: pytest.MonkeyPatch, value: str, name: str
) -> None:
    monkeypatch.setenv("AIRQUOTE_SEMANTIC_MODEL", value)

    assert load_settings().model_name == name


def test_no_name_is_no_model(library: Library, tmp_path: Path) -> None:
    assert with_semantic_index(library, "", tmp_path) is library
