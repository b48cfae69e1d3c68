"""A cursor over one run of tokens, and what makes a function a production of the grammar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from etl.grammar.periods.tokens import END, Token

__all__ = ["Production", "Reader", "choice", "production"]

Found = TypeVar("Found")
Found_co = TypeVar("Found_co", covariant=True)  # a node or None


class Reader:
    """The tokens of one run and the place reached in them; `text` is there for the words around a run."""

    __slots__ = ("at", "listed", "text", "tokens")

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = [*tokens, END]
        self.at = 0
        self.listed = 0  # members of a list looked at ahead of the cursor

    @property
    def token(self) -> Token:
        """The token at the cursor, `END` behind the last one."""
        return self.tokens[self.at]

    @property
    def before(self) -> Token:
        """The token left of the cursor, `END` at the start."""
        return self.tokens[self.at - 1]

    @property
    def glued(self) -> bool:
        """Whether nothing stands between the token left of the cursor and the one at it."""
        return self.tokens[self.at].glued

    def sees(self, *kinds: str) -> bool:
        """Whether the tokens from the cursor are of these kinds, one after another."""
        tokens, at = self.tokens, self.at
        for kind in kinds:
            if kind not in tokens[at].kinds:
                return False
            at += 1
        return True

    def take(self, *kinds: str) -> Token | None:
        """The token at the cursor if it is of one of these kinds; the cursor moves past it."""
        token = self.tokens[self.at]
        for kind in kinds:
            if kind in token.kinds:
                self.at += 1
                return token
        return None

    def skip(self, *kinds: str) -> bool:
        """Move past the tokens of these kinds if all of them follow one another here."""
        tokens, at = self.tokens, self.at
        for kind in kinds:
            if kind not in tokens[at].kinds:
                return False
            at += 1
        self.at = at
        return True

    def number(self, kind: str) -> int | None:
        """The number that the token at the cursor stands for as `kind`; the cursor moves past it."""
        token = self.tokens[self.at]
        if kind not in token.kinds:
            return None
        self.at += 1
        number = token.kinds[kind]
        return int(token.word) if number is None else number


class Production(Generic[Found_co]):
    """A parse function that leaves the cursor where it was when it finds nothing.

    `first` holds the kinds it can begin with, `then` the kinds its second token can be (None: any); a `choice` does
    not call it where other tokens stand.
    """

    def __init__(self, first: frozenset[str], then: frozenset[str] | None, parse: Callable[[Reader], Found_co]) -> None:
        self.first = first
        self.then = then
        self.parse = parse
        self.__doc__ = parse.__doc__

    def __call__(self, r: Reader) -> Found_co:
        """What it finds at the cursor, which it moves past."""
        mark = r.at
        found = self.parse(r)
        if found is None:
            r.at = mark
        return found

    def fits(self, token: Token, following: Token) -> bool:
        """Whether it can begin with these two tokens."""
        begins = not self.first.isdisjoint(token.kinds)
        return begins and (self.then is None or not self.then.isdisjoint(following.kinds))


class _Choice(Production[Found_co | None], Generic[Found_co]):
    """The first production of several that finds something; which of them fit two tokens is worked out once."""

    def __init__(self, productions: tuple[Production[Found_co], ...]) -> None:
        super().__init__(frozenset[str]().union(*(one.first for one in productions)), None, self.__call__)
        self._productions = productions
        self._fitting: dict[tuple[str, str], tuple[Callable[[Reader], Found_co], ...]] = {}

    def __call__(self, r: Reader) -> Found_co | None:
        """What the first that fits and finds something finds."""
        mark, tokens = r.at, r.tokens
        token = tokens[mark]
        if not token.role:
            return None
        following = tokens[mark + 1]
        fitting = self._fitting.get((token.role, following.role))
        if fitting is None:
            fitting = tuple(one.parse for one in self._productions if one.fits(token, following))
            self._fitting[token.role, following.role] = fitting
        for parse in fitting:
            found = parse(r)
            if found is not None:
                return found
            r.at = mark
        return None

    def fits(self, token: Token, following: Token) -> bool:
        """Whether one of its productions can begin with these two tokens."""
        return any(one.fits(token, following) for one in self._productions)


class _Led(Production[Found_co]):
    """A production whose words begin with those of another."""

    def __init__(self, lead: Production[Any], parse: Callable[[Reader], Found_co]) -> None:
        super().__init__(lead.first, lead.then, parse)
        self._lead = lead

    def fits(self, token: Token, following: Token) -> bool:
        """Whether the one it begins with can begin with these two tokens."""
        return self._lead.fits(token, following)


def production(
    first: str | Production[Any], then: str | None = None
) -> Callable[[Callable[[Reader], Found]], Production[Found]]:
    """Make a parse function a production that begins with a kind of `first`, then one of `then`, both parted by "|".

    `first` may be another production, with whose words it begins.
    """

    def decorate(parse: Callable[[Reader], Found]) -> Production[Found]:
        if isinstance(first, Production):
            return _Led(first, parse)
        return Production(_kinds(first), None if then is None else _kinds(then), parse)

    return decorate


def choice(*productions: Production[Found]) -> Production[Found | None]:
    """A production that finds what the first of `productions` finds, in their order."""
    return _Choice(productions)


def _kinds(listed: str) -> frozenset[str]:
    return frozenset(kind.strip() for kind in listed.split("|"))
