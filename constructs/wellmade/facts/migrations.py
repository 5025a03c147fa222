"""What a statement does to the code that runs while it is executed: adds, takes away, or breaks it.

Expand and contract: code of the release before runs until the new one has taken over, so that what is run
before the new code may only add; what nobody uses any more is taken away in a later release.

Source: https://martinfowler.com/bliki/ParallelChange.html
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from wellmade.facts.sql import Statement, statements_of
from wellmade.facts.unread_sql import hides_a_loss

Words = tuple[str, ...]

NAME = re.compile(r"(?P<number>\d{3,14})_[a-z0-9_]+(?P<contract>\.contract)?\.sql")
"""Such as `0003_add_email.sql`, or `0004_drop_mail.contract.sql` for what takes away."""

CODE = ("AWS::Lambda::Function", "AWS::ECS::TaskDefinition", "AWS::EC2::LaunchTemplate")
"""Resources that carry code: what is updated when there is a new one."""

ADDS, TAKES_AWAY, NEITHER = "adds", "takes away", "neither"

_TRANSACTIONS = ("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE")
_OUTSIDE = ("VACUUM", "CHECKPOINT", "CLUSTER", "DISCARD", "LISTEN", "UNLISTEN")
_NOT_IN_A_TRANSACTION = (("CREATE", "DATABASE"), ("CREATE", "TABLESPACE"), ("ALTER", "SYSTEM"))
_RELAXED = ("CONSTRAINT", "NOT")
"""What `ALTER TABLE … DROP` takes from a column without a reader or a writer missing it."""
_RULES = ("CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE")
_DELETIONS = (("DELETE", "FROM"), ("THEN", "DELETE"))
"""How rows are deleted in the midst of `WITH`, `MERGE` and `COPY`."""
_RELATIONS = ("TABLE", "VIEW", "MATERIALIZED", "FOREIGN", "TYPE", "SEQUENCE", "SCHEMA", "DOMAIN")
_BLOCKS = ("BEGIN", "THEN", "ELSE", "LOOP")
"""After which a statement begins within a body."""
_NAMED = (*_RELATIONS, "FUNCTION", "PROCEDURE", "ROUTINE", "ROLE", "USER")
"""What code calls by a name that `ALTER … RENAME` takes from it."""


def fault_of(statement: Statement) -> str | None:
    """Return why a statement can be in no migration, with what to do instead; None where it can."""
    words = statement.words
    if words[0] in _TRANSACTIONS:
        return f"{words[0]} ends the one transaction in which all is run; leave it out"
    if words[0] in _OUTSIDE or words[:2] in _NOT_IN_A_TRANSACTION or "CONCURRENTLY" in words[:4]:
        return f"{' '.join(_first(words))} runs in no transaction, and a kill would leave half of it"
    if words[0] == "\\":
        return "commands of psql are none of the database; leave them out"
    if words[0] == "COPY" and "STDIN" in words:
        return "COPY FROM STDIN has no data here; use INSERT"
    found = (_keeps_a_connection(each) or _breaks(each) for each in (words, *_within(statement)))
    return _is_hidden(statement) or next(filter(None, found), None)


def _is_hidden(statement: Statement) -> str | None:
    """Return why nobody can read here what a statement runs."""
    if statement.words[0] == "EXPLAIN":
        return "EXPLAIN ANALYZE runs what it explains; leave it out"
    if statement.words[0] == "DO" and not statement.bodies:
        return "code between quotes is not read here; write it between $$"
    return None


def kind_of(statement: Statement) -> str:
    """Return whether a statement adds, takes away, or does neither."""
    words = statement.words
    if words[0] in ("DROP", "TRUNCATE", "DELETE", "REVOKE", "REASSIGN") or _takes_from_a_table(words):
        return TAKES_AWAY
    if _may_delete(words) and any(pair in _DELETIONS for pair in pairwise(words)):
        return TAKES_AWAY
    if words[0] == "DO" and any(map(hides_a_loss, statement.bodies)):
        return TAKES_AWAY
    if any(map(_takes_from_a_table, _within(statement))):
        return TAKES_AWAY
    adds = words[0] == "CREATE" or (words[0] == "ALTER" and any(a[:1] == ("ADD",) for a in _actions(words)))
    return ADDS if adds else NEITHER


def _may_delete(words: Words) -> bool:
    """Tell whether rows can be deleted in the midst of a statement; `CREATE TABLE … AS WITH` can, too."""
    return words[0] in ("WITH", "MERGE", "COPY") or (words[0] == "CREATE" and "TABLE" in words[1:4])


def made_by(statement: Statement) -> str | None:
    """Return the name of the table that a statement makes: no code that runs uses it yet."""
    words = statement.words
    if words[:1] != ("CREATE",) or "TABLE" not in words[1:4]:
        return None
    return _name_at(words, words.index("TABLE") + 1)


def narrows(statement: Statement) -> str | None:
    """Return the table or domain that a statement adds a rule to, which the code that runs may break."""
    return next(filter(None, map(_narrowed, (statement.words, *_within(statement)))), None)


def _narrowed(words: Words) -> str | None:
    if words[:2] in (("ALTER", "TABLE"), ("ALTER", "DOMAIN")) and any(map(_adds_a_rule, _actions(words))):
        return _name_at(words, 2)
    if words[:3] == ("CREATE", "UNIQUE", "INDEX") and "ON" in words:
        return _name_at(words, words.index("ON") + 1)
    if words[:2] == ("CREATE", "POLICY") and "RESTRICTIVE" in words and "ON" in words:
        return _name_at(words, words.index("ON") + 1)
    if words[0] == "CREATE" and "RULE" in words[1:4] and "INSTEAD" in words and "TO" in words:
        return _name_at(words, words.index("TO") + 1)
    return None


def _adds_a_rule(action: Words) -> bool:
    if action[:2] in (("ENABLE", "ROW"), ("FORCE", "ROW")):
        return True
    if action[:1] == ("ALTER",):  # a column that takes no value from the code any more
        return ("GENERATED", "ALWAYS") in pairwise(action)
    return action[:1] == ("ADD",) and action[1:2] != () and action[1] in _RULES


def _name_at(words: Words, at: int) -> str:
    """Return the name of a table from a word on, without its schema, as PostgreSQL folds it."""
    while words[at : at + 1] and words[at] in ("IF", "NOT", "EXISTS", "ONLY"):
        at += 1
    while words[at + 1 : at + 2] == (".",):
        at += 2
    name = words[at] if at < len(words) else ""
    return name[1:-1] if name.startswith('"') else name.lower()


def _keeps_a_connection(words: Words) -> str | None:
    if words[0] in ("SET", "RESET") and words[1:2] != ("LOCAL",):
        return f"{words[0]} keeps the proxy's connection for one client; use SET LOCAL"
    if _sets_for_the_session(words):
        return "set_config keeps the proxy's connection for one client; give true as its third argument"
    return None


def _sets_for_the_session(words: Words) -> bool:
    """Tell whether `set_config` is called without saying that it is for the transaction alone."""
    calls = [at for at, word in enumerate(words) if word in ("SET_CONFIG", '"set_config"')]
    return any(_last_argument(words[at + 1 :]) != "TRUE" for at in calls)


def _last_argument(words: Words) -> str:
    """Return the last word between the brackets that a call begins with."""
    depth = 0
    for at, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if not depth:
            return words[at - 1]
    return ""


def _breaks(words: Words) -> str | None:
    """Return why no code that runs would survive a statement, whichever release it is of."""
    if words[0] != "ALTER" or not any(word in _NAMED for word in words[1:2]):
        return None
    for action in _actions(words):
        if "RENAME" in action and "CONSTRAINT" not in action:
            return (
                "RENAME takes a name from the code that runs before the new one knows it; add the new one "
                "beside it, and drop the old one in a later release"
            )
        if _adds_a_column(action) and _is_required(action):
            return "a column that must be given fails inserts of the code that runs; give it a DEFAULT"
    return None


def _takes_from_a_table(words: Words) -> bool:
    return words[0] == "ALTER" and any(_is_loss(action) for action in _actions(words))


def _is_loss(action: Words) -> bool:
    for at, word in enumerate(action):
        after = action[at + 1 : at + 3]
        if word == "DROP" and after[:1] and after[0] not in _RELAXED:
            return True
        if word == "SET" and (after[:2] == ("NOT", "NULL") or after[:2] == ("DATA", "TYPE")):
            return True
        if word == "SET" and after[:1] in (("SCHEMA",), ("UNLOGGED",)):
            return True
        if word == "OWNER" and after[:1] == ("TO",):
            return True
    return action[:1] == ("DETACH",) or action[:2] == ("NO", "INHERIT") or _type_of(action)


def _type_of(action: Words) -> bool:
    """Tell whether a column gets another type; one may be called so."""
    name = 2 if action[1:2] in (("COLUMN",), ("ATTRIBUTE",)) else 1
    return action[:1] == ("ALTER",) and action[name + 1 : name + 2] == ("TYPE",)


def _adds_a_column(action: Words) -> bool:
    others = ("CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE", "VALUE", "ATTRIBUTE", "TABLE")
    return action[:1] == ("ADD",) and action[1:2] != () and action[1] not in others


def _is_required(action: Words) -> bool:
    filled = ("DEFAULT", "GENERATED", "SERIAL", "BIGSERIAL", "SMALLSERIAL")
    needs = any(pair == ("NOT", "NULL") for pair in pairwise(action)) or "PRIMARY" in action
    return needs and not any(word in filled for word in action)


def _actions(words: Words) -> Iterator[tuple[str, ...]]:
    """Yield the actions of an `ALTER`, which commas part."""
    depth, begun = 0, _first_action(words)
    for at in range(begun, len(words)):
        depth += (words[at] in "([") - (words[at] in ")]")
        if words[at] == "," and not depth:
            yield tuple(words[begun:at])
            begun = at + 1
    yield tuple(words[begun:])


def _first_action(words: Words) -> int:
    """Return where the first action of an `ALTER` begins, behind the name of what it alters."""
    at = 3 if words[1:2] in (("MATERIALIZED",), ("FOREIGN",)) else 2
    while at < len(words) and words[at] in ("IF", "EXISTS", "ONLY"):
        at += 1
    at += 1
    while at + 1 < len(words) and words[at] == ".":
        at += 2
    return at + (words[at : at + 1] == ("*",))


def _within(statement: Statement) -> Iterator[Words]:
    """Yield the statements of the code that is run by DO; what it builds of texts is not read."""
    for body in statement.bodies if statement.words[0] == "DO" else ():
        for words in (each.words for each in statements_of(body)):
            begun = [0, *(at + 1 for at, word in enumerate(words) if word in _BLOCKS)]
            parts = (words[at : after - 1] for at, after in pairwise([*begun, len(words) + 1]))
            yield from filter(None, parts)


def _first(words: Words) -> Words:
    return tuple(
        word
        for word in words[:4]
        if word in ("CREATE", "DROP", "UNIQUE", "INDEX", "CONCURRENTLY") or word == words[0]
    )
