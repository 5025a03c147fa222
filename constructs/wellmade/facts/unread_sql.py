"""What a statement runs without saying it: text that it builds, procedures, functions and triggers.

Source: https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN
"""

from collections.abc import Collection, Iterable
from itertools import pairwise

from wellmade.facts.sql import Statement, UnreadableSqlError, statements_of

_LOSSES = ("DROP", "TRUNCATE", "DELETE", "RENAME")
_NO_LOSSES = {
    *((before, "DELETE") for before in ("AFTER", "BEFORE", "OF", "ON", "OR")),
    *(("DROP", after) for after in ("CONSTRAINT", "NOT")),
}
"""Rules of foreign keys and triggers, and what makes a column take more than before."""
_RIGHTS = (("GRANT", "EXECUTE"), ("REVOKE", "EXECUTE"), (",", "EXECUTE"))
_ROUTINES = ("FUNCTION", "PROCEDURE")
_NAMES = ("EXISTS", "INTO", "REFERENCES", "TABLE")
"""What stands before a table, whose columns are in brackets behind it as arguments are."""
_ALWAYS_UNSAFE = ("dblink_exec", "dblink_send_query", "lo_unlink")
"""Functions of PostgreSQL that take away, or run text in a session of their own."""


def hides_a_loss(body: str) -> bool:
    """Tell whether code says anywhere what takes away; what it builds of texts is not read."""
    return any(_says_a_loss(each.words) for each in statements_of(body))


def runs_text(body: str) -> bool:
    """Tell whether code runs text that it builds, which nobody can read."""
    return any(
        after == "EXECUTE" and (before, after) not in _RIGHTS
        for each in statements_of(body)
        if not _fired(each.words)  # `EXECUTE FUNCTION` says what a trigger runs
        for before, after in pairwise(("", *each.words))
    )


def unsafe_routines(statements: Iterable[Statement]) -> set[str]:
    """Return the functions and procedures made here whose code takes away, or is not read."""
    made = [(name, each) for each in statements if (name := _routine_made_by(each))]
    unsafe = {name for name, each in made if not _is_read(each)}
    while more := {name for name, each in made if name not in unsafe and _calls_one_of(each, unsafe)}:
        unsafe |= more
    return unsafe


def unread(statement: Statement, unsafe: Collection[str]) -> str | None:
    """Return what a statement runs that may take away and cannot be judged; None where all is read."""
    if statement.words[0] == "DO" and any(map(runs_text, statement.bodies)):
        return "EXECUTE runs text that is not read; write the statement itself"
    if not _runs_at_once(statement.words):
        return None
    code = statement.bodies if statement.words[0] == "DO" else ()
    called = [*_called(statement.words), *(name for body in code for name in _called_in(body))]
    for name in called:
        if name in unsafe or name in _ALWAYS_UNSAFE:
            return f"{name} takes away, or runs what is not read; write its statements themselves"
    return None


def _runs_at_once(words: tuple[str, ...]) -> bool:
    """Tell whether a statement runs the functions that it names: of a query, of the default of a column."""
    if words[0] == "CREATE":
        # What is generated is of functions that change nothing, as PostgreSQL demands.
        query = any(
            after == "AS" and before not in ("ALWAYS", "DEFAULT") for before, after in pairwise(words)
        )
        return query and not {"TABLE", "MATERIALIZED"}.isdisjoint(words[1:4])
    if words[0] == "ALTER":
        return words[1:2] == ("TABLE",) and "ADD" in words and "DEFAULT" in words
    return words[0] not in ("DROP", "COMMENT", "GRANT", "REVOKE")


def _calls_one_of(statement: Statement, unsafe: Collection[str]) -> bool:
    behind = statement.words[statement.words.index("(") :] if "(" in statement.words else ()
    called = [*_called(behind), *(name for body in statement.bodies for name in _called_in(body))]
    return any(name in unsafe or name in _ALWAYS_UNSAFE for name in called)


def told(statement: Statement, made: Collection[str | None]) -> str | None:
    """Return what no rule judges of a statement that may change what running code does."""
    words = statement.words
    code = statement.bodies if words[0] == "DO" else ()
    for each in (words, *(inner.words for body in code for inner in statements_of(body))):
        if (table := _fired(each)) and table not in made:
            return f"a trigger on {table}, which the code that runs fires"
    if words[0] == "CALL":
        return f"the procedure {_name_at(words, 1)}, whose code is read only where a file makes it"
    name = _routine_made_by(statement)
    if name and words[1:3] == ("OR", "REPLACE"):
        return f"the code of {name}, which the code that runs may call"
    return None


def _fired(words: tuple[str, ...]) -> str:
    """Return the table on which a trigger is made; empty where none is, or where more is run than that."""
    if "TRIGGER" not in words or words.count("EXECUTE") != 1:
        return ""
    at = words.index("TRIGGER")
    is_made = "CREATE" in words[max(at - 4, 0) : at]
    runs = words[words.index("EXECUTE") + 1 :][:1] in (("FUNCTION",), ("PROCEDURE",))
    return _name_at(words, words.index("ON", at) + 1) if is_made and runs and "ON" in words[at:] else ""


def _routine_made_by(statement: Statement) -> str | None:
    words = statement.words
    kinds = [at for at, word in enumerate(words[:4]) if word in _ROUTINES]
    return _name_at(words, kinds[0] + 1) if words[0] == "CREATE" and kinds else None


def _is_read(statement: Statement) -> bool:
    """Tell whether a routine's code is there to read, and takes nothing away."""
    if not statement.bodies and "ATOMIC" not in statement.words and "RETURN" not in statement.words:
        return False
    if _says_a_loss(statement.words):
        return False
    try:
        return not any(hides_a_loss(body) or runs_text(body) for body in statement.bodies)
    except UnreadableSqlError:  # another language than SQL
        return False


def _says_a_loss(words: tuple[str, ...]) -> bool:
    three = zip(("", *words), words, (*words[1:], ""), strict=False)
    return any(
        word in _LOSSES and not {(before, word), (word, after)} & _NO_LOSSES for before, word, after in three
    )


def _called_in(body: str) -> list[str]:
    return [name for each in statements_of(body) for name in _called(each.words)]


def _called(words: tuple[str, ...]) -> list[str]:
    """Return what stands before brackets, but for tables with their columns."""
    return [
        _folded(name)
        for at, (name, after) in enumerate(pairwise(words))
        if after == "("
        and words[_begin(words, at) - 1 : _begin(words, at)] not in [(each,) for each in _NAMES]
    ]


def _begin(words: tuple[str, ...], at: int) -> int:
    """Return where a name begins that ends here, with its schema."""
    while at > 1 and words[at - 1] == ".":
        at -= 2
    return at


def _name_at(words: tuple[str, ...], at: int) -> str:
    while words[at + 1 : at + 2] == (".",):
        at += 2
    return _folded(words[at]) if at < len(words) else ""


def _folded(name: str) -> str:
    """Write a name as PostgreSQL folds it."""
    return name[1:-1] if name.startswith('"') else name.lower()
