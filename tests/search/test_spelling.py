import pytest

from bot.search.budget import Budget
from bot.search.index.index import Index
from bot.search.spelling import check_spelling, correct_terms, nearest
from tests.builders import episode, find, index_of, marked, slugs

INDEX = index_of(
    episode(
        "talk",
        "Kubernetes runs our feature store and Kubernetes runs our registry.",
        "The feature store needs Kubernetes, and the registry needs a feature store.",
        "A registry of 2023 models beats 2023 wikis since 2023.",
        "Test the model, trust the model, ship the model; form follows model.",
        "Once upon a rarity.",
        guests=("Maria Vechtomova",),
    )
)


@pytest.mark.parametrize(
    ("term", "meant"),
    [
        ("kuberntes", ("kubernetes",)),
        ("kuberneets", ("kubernetes",)),
        ("cubernetes", ("kubernetes",)),
        ("kbernets", ("kubernetes",)),
        ("regsitry", ("registry",)),
        ("featurestore", ("feature", "store")),
        ("modle", ("model",)),
        ("modl", ("model",)),
    ],
)
def test_a_term_the_corpus_does_not_know_is_corrected(term: str, meant: tuple[str, ...]) -> None:
    assert correct_terms(INDEX, [term], Budget.of(INDEX)) == {term: meant}


@pytest.mark.parametrize(
    "term",
    [
        "kubernetes",
        "rarity",
        "registries",
        "vechtomova",
        "2032",
        "20233",
        "2023x",
        "mdl",
        "tst",
        "xylophone",
        "kbrntss",
        "storefeature",
        "onceupon",
    ],
)
def test_a_term_that_is_known_short_a_number_or_near_nothing_stays(term: str) -> None:
    assert correct_terms(INDEX, [term], Budget.of(INDEX)) == {}


def test_a_rare_word_is_no_correction() -> None:
    assert correct_terms(INDEX, ["rarety"], Budget.of(INDEX)) == {}


def test_what_was_corrected_is_looked_for_and_said() -> None:
    results = find(INDEX, "featurestore kuberntes")

    assert results.corrections == {
        "featurestore": ("feature", "store"),
        "kuberntes": ("kubernetes",),
    }
    assert slugs(results.hits) == ["talk"]
    assert {"feature", "store", "Kubernetes"} <= set(marked(results.hits[0]))


def test_nothing_is_corrected_within_quotes() -> None:
    results = find(INDEX, '"featurestore"')

    assert (results.hits, results.corrections) == ((), {})


def test_nothing_is_corrected_that_is_found() -> None:
    assert find(INDEX, "the registry needs stores").corrections == {}


def test_the_nearest_choices_come_best_first() -> None:
    choices = ["Maria Vechtomova", "Mariano Semelman", "Raphaël Hoogvliets"]

    assert nearest("vechtomowa", choices)[0] == "Maria Vechtomova"
    assert nearest("MARIA", choices, count=1) == ["Maria Vechtomova"]
    assert nearest("rafael", choices) == ["Raphaël Hoogvliets"]
    assert nearest("xxxxxxxxx", choices) == []
    assert nearest("tomass", choices) == []
    assert nearest("maria", []) == []


@pytest.mark.corpus
def test_no_common_word_of_the_real_corpus_is_corrected(real_index: Index) -> None:
    assert correct_terms(real_index, list(real_index.frequent_terms), Budget.of(real_index)) == {}


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kuberntes", "kubernetes"),
        ("aiflow", "airflow"),
        ("deploment", "deployment"),
        ("pyhton", "python"),
        ("featurestore", "feature store"),
        ("dataengineer", "data engineer"),
    ],
)
def test_usual_mistakes_are_corrected_in_the_real_corpus(
    real_index: Index, typed: str, meant: str
) -> None:
    corrections = correct_terms(real_index, [typed], Budget.of(real_index))

    assert corrections == {typed: tuple(meant.split())}


def test_words_that_the_podcast_writes_as_one_are_joined() -> None:
    index = index_of(*(episode(f"lake-{n}", "We moved to Databricks.") for n in range(12)))

    results = find(index, "move to data bricks")

    assert len(results.hits) == 10
    assert results.corrections == {"data": ("databricks",), "bricks": ()}


def test_words_that_are_said_side_by_side_are_not_joined() -> None:
    index = index_of(
        *(episode(f"base-{n}", "A database and a data base.") for n in range(12)),
    )

    assert find(index, "data base").corrections == {}


def test_a_mistake_less_outweighs_a_word_that_is_said_much_more_often() -> None:
    index = index_of(episode("talk", "The exporter. " * 3, "It is exported. " * 90))

    assert correct_terms(index, ["exportre"], Budget.of(index)) == {"exportre": ("exporter",)}


@pytest.mark.parametrize(("times", "meant"), [(1, {}), (2, {"kafak": ("kafka",)})])
def test_what_is_said_twice_is_spelled_right(times: int, meant: dict[str, tuple[str, ...]]) -> None:
    index = index_of(episode("talk", "Kafka. " * times))

    assert correct_terms(index, ["kafak"], Budget.of(index)) == meant


FORMS = index_of(
    episode(
        "bread",
        "The oven hangs open, and I leaned on it. Hands up! " * 3,
        "My hands are learning, and learning makes hands. " * 40,
        "The explanation is long. Explaining helps, explaining to her, explaining to him.",
        "Gold, gold, gold. The case is closed; a scroll, a case, a scroll, a case.",
        "A tiny n-gram, and a self-made loaf.",
    )
)


@pytest.mark.parametrize("typed", ["hanging", "leaning", "leans", "closing"])
def test_a_form_of_a_known_word_is_never_corrected(typed: str) -> None:
    spelling = check_spelling(FORMS, [typed], Budget.of(FORMS))

    assert (spelling.corrections, spelling.offered) == ({}, {})


def test_a_word_that_only_shares_a_stem_with_a_known_one_may_be_misspelt() -> None:
    assert find(FORMS, "explaning").corrections == {"explaning": ("explaining",)}


@pytest.mark.parametrize(
    ("typed", "meant"), [("geld", "gold"), ("casa", "case"), ("stroll", "scroll")]
)
def test_what_may_be_another_word_is_only_offered(typed: str, meant: str) -> None:
    results = find(FORMS, typed)

    assert (results.corrections, results.offered) == ({}, {typed: (meant,)})
    assert results.hits == ()


@pytest.mark.parametrize(
    ("query", "corrected"),
    [
        ("hands explaning", True),
        ("marmalade explaning", True),
        ("marmalade orchard explaning", False),
        ("the orchard is explaning", True),
    ],
)
def test_nothing_is_corrected_where_most_words_are_unknown(query: str, corrected: bool) -> None:
    results = find(FORMS, query)

    assert bool(results.corrections) is corrected
    assert ("explaning" in results.offered) is not corrected


@pytest.mark.parametrize(
    ("typed", "meant"), [("ngram", ()), ("selfmade", ("self", "made")), ("longexplaining", ())]
)
def test_a_word_is_found_with_a_hyphen_that_is_said_once(
    typed: str, meant: tuple[str, ...]
) -> None:
    assert find(FORMS, typed).corrections.get(typed, ()) == meant


def test_corrections_work_in_a_podcast_of_a_few_episodes() -> None:
    index = index_of(
        episode("move", "We moved the bills to Redis.", "Redis made us happy."),
        episode("bake", "Flour, water and salt."),
        episode("sail", "Wind from the north."),
    )

    results = find(index, "rediss")

    assert results.offered == {"rediss": ("redis",)}
    assert slugs(find(index, "reids").hits) == ["move"]


@pytest.fixture(scope="module")
def bilingual() -> Index:
    bees = (
        "Wir sind heute bei den Bienen, und die Bienen sind wach.",
        "Was sind das für Bienen, und wo sind sie im Winter?",
        "Sie sind nicht allein, und sie sind auch nicht müde.",
    )
    talk = episode(
        "talk",
        "There is nothing like honey, and nothing about it is been wasted.",
        "We have been here, and nothing has been said about the hive.",
        language="en",
    )
    more = episode("more", "The hive is full of honey.", language="en")
    return index_of(episode("bienen", *bees, language="de"), talk, more)


@pytest.mark.parametrize(
    "typed",
    ["find bees", "is there anything about bees", "anything on bees", "does somebody mention bees"],
)
def test_an_everyday_word_is_not_corrected_nor_is_any_word_to_one(
    bilingual: Index, typed: str
) -> None:
    results = find(bilingual, typed)

    assert (results.corrections, results.offered) == ({}, {})


def test_a_stop_word_of_another_language_is_no_correction(bilingual: Index) -> None:
    assert bilingual.vocabulary.languages == ("en", "de")
    assert correct_terms(bilingual, ["nich", "sidn"], Budget.of(bilingual)) == {}


@pytest.mark.parametrize(("typed", "meant"), [("abuot", "about"), ("abot", "about")])
def test_a_stop_word_that_is_surely_misspelt_is_corrected(
    bilingual: Index, typed: str, meant: str
) -> None:
    assert correct_terms(bilingual, [typed], Budget.of(bilingual)) == {typed: (meant,)}
