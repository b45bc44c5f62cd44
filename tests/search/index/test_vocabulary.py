import numpy as np

from bot.search.index.vocabulary import BREAK, VocabularyBuilder, stem_documents


def test_the_same_term_has_one_number_however_it_is_written() -> None:
    builder = VocabularyBuilder()

    first, second, third = builder.add("Café registry CAFE")
    assert first == third != second
    assert BREAK not in (first, second)


def test_a_vocabulary_knows_stems_of_words_it_has_never_seen() -> None:
    builder = VocabularyBuilder()
    builder.add("deployed the registry")
    vocabulary = builder.build()

    assert vocabulary.stem_id("deploying") == vocabulary.stem_id("deployed")
    assert vocabulary.stem_id("kubernetes") is None
    assert vocabulary.terms[BREAK] == vocabulary.stems[BREAK] == ""


def test_documents_hold_the_stems_of_content_words_in_order() -> None:
    builder = VocabularyBuilder()
    texts = ["We deployed models and a model", "and the", ""]
    terms = [builder.add(text) for text in texts]
    vocabulary = builder.build()

    documents = stem_documents(terms, vocabulary)

    assert [vocabulary.stems[number] for number in documents.terms] == ["deploy", "model", "model"]
    assert documents.firsts.tolist() == [0, 3, 3]
    assert documents.lengths.tolist() == [3, 0, 0]
    assert not vocabulary.is_content[BREAK]


def test_an_empty_vocabulary_knows_nothing() -> None:
    vocabulary = VocabularyBuilder().build()

    assert vocabulary.stem_id("anything") is None
    assert np.array_equal(vocabulary.is_content, [False])
