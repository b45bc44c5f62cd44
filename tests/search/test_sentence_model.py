"""Models as they are found, fetched and run; the networks are made here, of a few bytes."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copyfile
from threading import Thread

import huggingface_hub.constants
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from bot.environment import load_settings
from bot.errors import ConfigError
from bot.library.library import Library, with_semantic_index
from bot.search import sentence_model
from bot.search.sentence_model import find_model

# A word's vector says which of three concepts it belongs to.
WORDS = {"[UNK]": 3, "car": 0, "automobile": 0, "doctor": 1, "physician": 1, "bread": 2, "dough": 2}


def make_network(takes: str = "input_ids") -> bytes:
    """Make a network that looks each token up in a table."""
    table = numpy_helper.from_array(np.eye(4, dtype=np.float32)[[*WORDS.values()]], "table")
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", takes], ["states"])],
        "words",
        [helper.make_tensor_value_info(takes, TensorProto.INT64, ["batch", "tokens"])],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["batch", "tokens", 4])],
        [table],
    )
    made = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=onnx.IR_VERSION_2023_5_5
    )
    return made.SerializeToString()


def make_tokenizer() -> bytes:
    known = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(WordLevel(known, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.pre_tokenizer = Whitespace()
    return tokenizer.to_str().encode()


def make_model(folder: Path, takes: str = "input_ids") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(make_network(takes))
    (folder / "tokenizer.json").write_bytes(make_tokenizer())
    return folder


def add_package(site: Path, name: str) -> Path:
    """Write an installed package that carries a model in a folder of its own."""
    folder = make_model(site / name.replace("-", "_") / "files")
    facts = site / f"{name.replace('-', '_')}-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    names = (path.relative_to(site).as_posix() for path in folder.iterdir())
    (facts / "RECORD").write_text("".join(f"{path},,\n" for path in names))
    return folder


@pytest.mark.parametrize("count", [1, 30])
def test_texts_become_unit_vectors_by_what_they_mean(tmp_path: Path, count: int) -> None:
    model = find_model(str(make_model(tmp_path)), tmp_path)

    vectors = model.embed(["automobile", "car car", "doctor bread"] * count)

    half = np.sqrt(0.5)
    expected = [[1, 0, 0, 0], [1, 0, 0, 0], [0, half, half, 0]] * count
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_a_text_without_words_is_like_nothing(tmp_path: Path) -> None:
    model = find_model(str(make_model(tmp_path)), tmp_path)

    assert not np.isnan(model.embed([""])).any()


def test_what_exceeds_a_model_is_cut_off(tmp_path: Path) -> None:
    model = find_model(str(make_model(tmp_path)), tmp_path)

    vectors = model.embed(["car " * 256 + "doctor " * 1000])

    np.testing.assert_allclose(vectors, [[1, 0, 0, 0]], atol=1e-6)


@pytest.mark.parametrize("name", ["tiny-model", "people/Tiny_Model", "some-tiny-model"])
def test_a_package_that_carries_the_model_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = add_package(tmp_path, "some-tiny-model")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert find_model(name, tmp_path).id == find_model(str(folder), tmp_path).id


def test_a_model_is_another_when_its_files_change(tmp_path: Path) -> None:
    folder = make_model(tmp_path)
    before = find_model(str(folder), tmp_path).id
    (folder / "tokenizer.json").write_bytes(make_tokenizer() + b"\n")

    assert find_model(str(folder), tmp_path).id != before


def test_a_model_that_is_not_to_be_had_is_a_notice(library: Library, tmp_path: Path) -> None:
    notices: list[str] = []

    assert with_semantic_index(library, "no-such", tmp_path, on_notice=notices.append) is library
    assert len(notices) == 1
    assert "AIRQUOTE_SEMANTIC_MODEL: there is no folder no-such" in notices[0]
    assert "all-MiniLM-L6-v2" in notices[0]


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="contains no model"):
        find_model(str(tmp_path), tmp_path)


def test_a_folder_with_two_networks_is_refused(tmp_path: Path) -> None:
    folder = make_model(tmp_path)
    copyfile(folder / "model.onnx", folder / "other.onnx")

    with pytest.raises(ConfigError, match=r"model\.onnx, other\.onnx"):
        find_model(str(folder), tmp_path)


@pytest.mark.parametrize("takes", ["pixels", ""])
def test_a_file_that_is_no_sentence_model_is_a_notice(
    library: Library, tmp_path: Path, takes: str
) -> None:
    folder = make_model(tmp_path / "model", takes or "input_ids")
    if not takes:
        (folder / "model.onnx").write_bytes(b"no network")
    notices: list[str] = []

    again = with_semantic_index(library, str(folder), tmp_path, on_notice=notices.append)

    assert again is library
    assert len(notices) == 1
    assert "is not a sentence model" in notices[0]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """A server that models are fetched from; the files it has can be changed."""
    files = {"onnx/words.onnx": make_network(), "tokenizer.json": make_tokenizer()}
    model = sentence_model._Published(
        "people/words",
        "0" * 40,
        "onnx/words.onnx",
        {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )
    monkeypatch.setattr(sentence_model, "_PUBLISHED", {"words": model})

    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.wfile.write(self.answer())

        def answer(self) -> bytes:
            content = files.get(self.path.partition(f"/resolve/{'0' * 40}/")[2])
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.send_header("ETag", f'"{hashlib.sha256(content or b"").hexdigest()}"')
            self.send_header("X-Repo-Commit", "0" * 40)
            self.end_headers()
            return content or b""

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        address = f"{endpoint}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", address)
        yield files
        server.shutdown()


def test_a_model_is_fetched_by_name_once(hub: dict[str, bytes], tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    fetched = find_model("words", tmp_path, lambda *steps: told.append(steps))
    sizes = {len(content) for content in hub.values()}
    hub.clear()
    again = find_model("people/Words", tmp_path)

    assert fetched.id == again.id
    assert {done for done, of in told if done == of} == sizes
    np.testing.assert_allclose(again.embed(["physician"]), [[0, 1, 0, 0]], atol=1e-6)


def test_a_file_that_is_not_what_was_published_is_fetched_again(
    hub: dict[str, bytes], tmp_path: Path
) -> None:
    intact = hub["onnx/words.onnx"]
    hub["onnx/words.onnx"] = intact[::-1]
    with pytest.raises(ConfigError, match="damaged on its way"):
        find_model("words", tmp_path)
    hub["onnx/words.onnx"] = intact

    assert find_model("words", tmp_path).embed(["car"]).shape == (1, 4)


def test_without_a_network_the_model_is_a_notice(
    hub: dict[str, bytes], library: Library, tmp_path: Path
) -> None:
    hub.clear()
    notices: list[str] = []

    assert with_semantic_index(library, "words", tmp_path, on_notice=notices.append) is library
    assert ["cannot be fetched" in notice for notice in notices] == [True]


def test_without_a_server_it_is_tried_once_and_nothing_is_logged(
    hub: dict[str, bytes],
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    nobody = "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", nobody)
    notices: list[str] = []

    assert with_semantic_index(library, "words", tmp_path, on_notice=notices.append) is library
    assert ["Connection refused" in notice for notice in notices] == [True]
    assert "Retry" not in capfd.readouterr().err


def test_a_library_searches_with_a_model_of_a_folder(library: Library, tmp_path: Path) -> None:
    told: list[str] = []
    folder = make_model(tmp_path / "model")

    meant = with_semantic_index(library, str(folder), tmp_path, lambda what, *_: told.append(what))

    assert set(told) == {"Reading for meaning"}
    assert meant.semantic
    assert len(meant.semantic.similarity("a car")) == len(library.index.passages.firsts)


def test_without_the_extra_a_model_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentence_model, "_LIBRARIES", ("no_such_library",))

    with pytest.raises(ConfigError, match=r"airquote\[semantic\]"):
        find_model("all-MiniLM-L6-v2", tmp_path)


def test_with_the_extra_the_usual_model_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRQUOTE_SEMANTIC_MODEL", raising=False)

    assert load_settings().model_name == "all-MiniLM-L6-v2"


def test_the_real_model_knows_what_is_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    try:
        model = find_model("all-MiniLM-L6-v2", tmp_path)
    except ConfigError as error:
        pytest.skip(str(error))
    many = [f"The doctor saw patient {number}." for number in range(20)]

    vectors = model.embed(["How do I ask my boss for a raise?", "Negotiate a higher salary."])
    alike = vectors @ vectors.T
    far = vectors @ model.embed(many).T

    np.testing.assert_allclose(np.diag(alike), 1, atol=0.001)
    assert alike[0, 1] > 0.4 > far.max()
