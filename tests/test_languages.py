"""Which language a text is in."""

import pytest

from bot.languages import (
    LANGUAGE_NAMES,
    common_words,
    count_words,
    detect_language,
    language_code,
    language_name,
)

SAID = {
    "de": "Wir haben die Abrechnung im Frühjahr umgestellt, und das war einfacher als gedacht.",
    "en": "We moved the billing service in the spring, and it was easier than we had thought.",
    "es": "El panadero se levanta muy temprano, pero no tiene nunca prisa con la masa.",
    "fr": "Nous avons migré la facturation au printemps, et c'était plus facile que prévu.",
    "it": "Abbiamo spostato la fatturazione in primavera, è stato più facile di quanto si pensava.",
    "nl": "Wij hebben de facturering in het voorjaar verhuisd, en het was makkelijker dan gedacht.",
    "pl": "Przenieśliśmy rozliczenia na wiosnę i było to łatwiejsze, niż nam się wtedy wydawało.",
    "ru": "Мы перенесли расчёты весной, и это было легче, чем мы думали, когда только начинали.",
    "ja": "春に請求システムを移行しましたが、思ったより簡単でした。",
    "zh": "我们在春天把计费系统迁移了，比想象中简单。",
    "ko": "우리는 봄에 청구 시스템을 옮겼는데 생각보다 쉬웠습니다.",
}


@pytest.mark.parametrize("language", SAID)
def test_a_few_sentences_tell_their_language(language: str) -> None:
    assert detect_language([SAID[language]] * 2) == language


def test_technical_words_of_another_language_do_not_change_it() -> None:
    said = (
        f"{SAID['de']} Das Feature Store Team deployed ein Machine Learning Model mit Kubernetes."
    )

    assert detect_language([said]) == "de"


@pytest.mark.parametrize("said", ["", "A registry.", "Registry, model, version.", "123 …", "Ok ok"])
def test_too_little_tells_nothing(said: str) -> None:
    assert detect_language([said]) == ""


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    endless = (SAID[language] for language in ["en"] * 300 + ["de"] * 3000)

    assert detect_language(endless) == "en"
    assert next(endless, None) is not None


def test_most_languages_have_words_that_carry_no_subject() -> None:
    assert {"the", "of"} <= common_words("en")
    assert sum(bool(common_words(code)) for code in LANGUAGE_NAMES) >= 28
    assert common_words("xx") == frozenset()


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de", "de"),
        ("EN", "en"),
        ("pt-BR", "pt"),
        ("zh_Hans_CN", "zh"),
        ("es-419", "es"),
        ("deu", "de"),
        ("ger", "de"),
        ("German", "de"),
        ("chinese", "zh"),
        ("jp", "ja"),
        ("sw", "sw"),
        ("", ""),
        ("x", ""),
        ("deutsch land", ""),
        ("12", ""),
    ],
)
def test_tags_and_names_of_languages_have_one_code(tag: str, code: str) -> None:
    assert language_code(tag) == code


def test_a_language_has_a_name_to_show() -> None:
    assert [language_name(code) for code in ("de", "ja", "sw")] == ["German", "Japanese", "“sw”"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("one two\nthree", 3), ("Fünf Wörter über ein Café", 5), ("我们聊 Python 和数据", 6)],
)
def test_words_are_counted_where_no_spaces_separate_them(text: str, words: int) -> None:
    assert count_words(text) == words
