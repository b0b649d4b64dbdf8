"""The errors that people may see, each one a plain sentence.

An error is built from a fixed English sentence (the gettext msgid) and its parameters, so that it can be told in
another language later. Parameters are shown to people and written to logs: never pass a key, a token or a name.

A refusal of the procedure is not an error: `Refused` is a value.
"""

from collections.abc import Callable, Mapping


class _Shown(dict[str, object]):
    """Parameters of a sentence; one that was forgotten stays visible as `{name}` instead of hiding the first error."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def _untranslated(msgid: str) -> str:
    return msgid


class Duecourse(Exception):
    """Base of every error of this package.

    `BadInput("No case has the reference {ref}.", hint="Look at the receipt.", ref=ref)`: `sentence` and `hint` keep the
    msgids, `params` the parameters, `message` is the sentence filled in, `str(error)` adds the hint.
    """

    def __init__(self, sentence: str, /, *, hint: str | None = None, **params: object) -> None:
        """Keep the msgid `sentence`, the msgid `hint` and the parameters that fill both."""
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.params: Mapping[str, object] = params

    @property
    def message(self) -> str:
        """The sentence in English with its parameters, without the hint."""
        return self.sentence.format_map(_Shown(self.params))

    def told(self, translate: Callable[[str], str]) -> str:
        """Return sentence and hint in another language; `translate` is a gettext function over msgids."""
        parts = [self.sentence] if self.hint is None else [self.sentence, self.hint]
        return " ".join(translate(part).format_map(_Shown(self.params)) for part in parts)

    def __str__(self) -> str:
        """Return sentence and hint in English."""
        return self.told(_untranslated)


class Stale(Duecourse):
    """Someone else changed it first; load it again and look."""


class Broken(Duecourse):
    """Our own mistake: something that the code promises cannot happen."""


class BadInput(Duecourse):
    """What was typed, sent or set cannot be used; the sentence says what to change."""


class StoreProblem(Duecourse):
    """The database or the files cannot be used as they are."""


class KeyProblem(Duecourse):
    """The master key is missing, malformed or too open to be trusted."""


class WrongKey(KeyProblem):
    """The key is well formed and does not fit, or what it should open was changed."""
