"""The table of closed word classes → sets of words, for the grammar's rules about the words around a number."""

from __future__ import annotations

from etl.lexicon import cache, read_table, words

__all__ = ["irregular_plurals", "word_class"]


@cache
def word_class(kind: str) -> frozenset[str]:
    """The words of a class of `word_classes.txt`, in lower case; empty for an unknown class.

    >>> "september" in word_class("month")
    True
    """
    return frozenset(
        word for row in read_table("word_classes.txt") if row["kind"] == kind for word in words(row["words"])
    )


@cache
def irregular_plurals() -> dict[str, str]:
    """Plural → singular of the nouns that do not simply add an s.

    >>> irregular_plurals()["people"]
    'person'
    """
    pairs = (pair.split("=") for pair in word_class("irregular"))
    return {plural: singular for plural, singular in pairs}  # noqa: C416  a pair is a list to the type checker
