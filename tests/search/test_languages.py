"""Words are found in the language they are said in."""

import pytest

from bot.models import Hit
from bot.search.index.build import build_index
from tests.builders import episode, find

GERMAN = episode("folge", "Wir reden über Datenbanken.", "Viele Häuser sind alt.", language="de")
RUSSIAN = episode("vypusk", "Мы говорим о базах данных.", "Новый сервис.", language="ru")
FRENCH = episode("numero", "C'est l'émission d'aujourd'hui.", "Un cœur d'œuvre.", language="fr")
CHINESE = episode(
    "qi", "我们把计费系统迁移到了PostgreSQL数据库。", "机器学习也帮了忙。", language="zh"
)
JAPANESE = episode(
    "kai", "データベースの移行について話します。", "とても簡単でした。", language="ja"
)
ENGLISH = episode("episode", "We talk about databases.", "Many houses were old.", language="en")
ALL = (GERMAN, RUSSIAN, FRENCH, CHINESE, JAPANESE, ENGLISH)


def first(typed: str) -> Hit:
    return find(build_index(ALL, words=5, step=5), typed).hits[0]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Datenbank", "Wir reden über Datenbanken."),
        ("haus", "Viele Häuser sind alt."),
        ("база", "Мы говорим о базах данных."),
        ("новые сервисы", "Новый сервис."),
        ("emission", "C'est l'émission d'aujourd'hui."),
        ("l’émission", "C'est l'émission d'aujourd'hui."),
        ("coeur", "Un cœur d'œuvre."),
        ("œuvre", "Un cœur d'œuvre."),
        ("oeuvres", "Un cœur d'œuvre."),
        ("迁移", "我们把计费系统迁移到了PostgreSQL数据库。"),
        ("数据库", "我们把计费系统迁移到了PostgreSQL数据库。"),
        ("postgresql", "我们把计费系统迁移到了PostgreSQL数据库。"),
        ('"计费系统"', "我们把计费系统迁移到了PostgreSQL数据库。"),
        ("機械 移行", "データベースの移行について話します。"),
        ("データベース", "データベースの移行について話します。"),
        ("database", "We talk about databases."),
        ("house", "Many houses were old."),
    ],
)
def test_a_word_is_found_in_any_form_of_its_language(typed: str, said: str) -> None:
    hit = first(typed)

    assert said in hit.snippet.text
    assert hit.snippet.spans


def test_what_is_marked_in_a_text_without_spaces_is_the_word() -> None:
    hit = first("数据库")

    assert [hit.snippet.text[a:b] for a, b in hit.snippet.spans] == ["数据库"]


def test_grammar_is_that_of_the_language_in_which_it_is_said() -> None:
    vocabulary = build_index(ALL).vocabulary

    assert vocabulary.content_terms(["wir", "uber", "datenbanken"]) == ["datenbanken"]
    assert vocabulary.content_terms(["we", "about", "database"]) == ["database"]


def test_a_term_of_two_languages_belongs_to_the_one_that_says_it_more() -> None:
    english = episode("one", "A dies irae, it dies.", language="en")
    german = episode("two", "Dies und dies und dies.", language="de")

    assert build_index([english, english, german]).vocabulary.content_terms(["dies"]) == ["dies"]
    assert build_index([english, german, german]).vocabulary.content_terms(["dies"]) == []


def test_without_a_language_words_are_english() -> None:
    index = build_index([episode("one", "Deployed models.")])

    assert index.vocabulary.languages == ("en",)
    assert index.vocabulary.stem_id("deploying") == index.vocabulary.stem_id("deployed")
