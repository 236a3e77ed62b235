"""What may have been meant by a name that is not known, and the question that says so: one measure, one wording."""

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], count: int = 1) -> list[str]:
    """Return the known names that are nearest to one, best first: at most ``count``, none where nothing is near.

    Capitals, dashes before a name, and whether its parts are joined by ``-`` or by ``_``, make no difference.
    """
    from difflib import get_close_matches  # where something is misspelt, and nowhere else

    names = {_bare(each): each for each in known}
    return [names[each] for each in get_close_matches(_bare(name), names, count)]


def question(meant: Iterable[str]) -> str:
    """Return the question whether one of these was meant, with a space before it; nothing where there are none."""
    names = list(meant)
    return f" Did you mean {' or '.join(names)}?" if names else ""


def did_you_mean(name: str, known: Iterable[str], count: int = 1) -> str:
    """Return the question whether what is nearest to a name was meant, as `question` does."""
    return question(nearest(name, known, count))


def no_such(what: str, name: str, known: Iterable[str], plural: str = "") -> str:
    """Return the sentences that there is nothing of this name, what may have been meant, and what there is."""
    names = list(known)
    return f"there is no {what} {name!r}.{did_you_mean(name, names)} The {plural or what + 's'} are {', '.join(names)}."


def _bare(name: str) -> str:
    return name.strip().lstrip("-").casefold().replace("_", "-")
