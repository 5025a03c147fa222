"""What a statement runs without saying it: text that it builds, procedures, functions and triggers.

Source: https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN
"""

from collections.abc import Collection, Iterable
from itertools import pairwise

from wellmade.facts.sql import Statement, UnreadableSqlError, statements_of

_LOSSES = ("DROP", "TRUNCATE", "DELETE", "RENAME")
_RIGHTS = (("GRANT", "EXECUTE"), ("REVOKE", "EXECUTE"))
_ROUTINES = ("FUNCTION", "PROCEDURE")


def hides_a_loss(body: str) -> bool:
    """Tell whether code says anywhere what takes away; what it builds of texts is not read."""
    return any(word in _LOSSES for each in statements_of(body) for word in each.words)


def runs_text(body: str) -> bool:
    """Tell whether code runs text that it builds, which nobody can read."""
    return any(
        after == "EXECUTE" and (before, after) not in _RIGHTS
        for each in statements_of(body)
        for before, after in pairwise(("", *each.words))
    )


def unsafe_routines(statements: Iterable[Statement]) -> set[str]:
    """Return the functions and procedures made here whose code takes away, or is not read."""
    return {name for each in statements if (name := _routine_made_by(each)) and not _is_read(each)}


def unread(statement: Statement, unsafe: Collection[str]) -> str | None:
    """Return what a statement runs that may take away and cannot be judged; None where all is read."""
    if statement.words[0] == "DO" and any(map(runs_text, statement.bodies)):
        return "EXECUTE runs text that is not read; write the statement itself"
    if statement.words[0] in ("CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE"):
        return None
    code = statement.bodies if statement.words[0] == "DO" else ()
    called = [*_called(statement.words), *(name for body in code for name in _called_in(body))]
    for name in called:
        if name in unsafe:
            return f"{name} takes away, or runs what is not read; write its statements themselves"
    return None


def told(statement: Statement, made: Collection[str | None]) -> str | None:
    """Return what no rule judges of a statement that may change what running code does."""
    words = statement.words
    if words[0] == "CREATE" and "TRIGGER" in words[1:5] and "ON" in words:
        table = _name_at(words, words.index("ON") + 1)
        return None if table in made else f"a trigger on {table}, which the code that runs fires"
    if words[0] == "CALL":
        return f"the procedure {_name_at(words, 1)}, whose code is read only where a file makes it"
    name = _routine_made_by(statement)
    if name and words[1:3] == ("OR", "REPLACE"):
        return f"the code of {name}, which the code that runs may call"
    return None


def _routine_made_by(statement: Statement) -> str | None:
    words = statement.words
    kinds = [at for at, word in enumerate(words[:4]) if word in _ROUTINES]
    return _name_at(words, kinds[0] + 1) if words[0] == "CREATE" and kinds else None


def _is_read(statement: Statement) -> bool:
    """Tell whether a routine's code is there to read, and takes nothing away."""
    if not statement.bodies and "ATOMIC" not in statement.words and "RETURN" not in statement.words:
        return False
    if any(word in _LOSSES for word in statement.words):
        return False
    try:
        return not any(hides_a_loss(body) or runs_text(body) for body in statement.bodies)
    except UnreadableSqlError:  # another language than SQL
        return False


def _called_in(body: str) -> list[str]:
    return [name for each in statements_of(body) for name in _called(each.words)]


def _called(words: tuple[str, ...]) -> list[str]:
    return [_folded(name) for name, after in pairwise(words) if after == "("]


def _name_at(words: tuple[str, ...], at: int) -> str:
    while words[at + 1 : at + 2] == (".",):
        at += 2
    return _folded(words[at]) if at < len(words) else ""


def _folded(name: str) -> str:
    """Write a name as PostgreSQL folds it."""
    return name[1:-1] if name.startswith('"') else name.lower()
