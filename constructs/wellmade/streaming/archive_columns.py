"""The columns of an archive."""

from collections.abc import Mapping

from constructs import IConstruct

from wellmade.facts.glue import COLUMN_NAME_LENGTH, is_column_name, is_column_type
from wellmade.kit.lookups import is_unresolved
from wellmade.kit.refusals import refusal

HOUR = "hour"
"""The column that says in which hour a record came; it is there in every archive."""


def refuse_wrong_columns(scope: IConstruct, columns: Mapping[str, str]) -> None:
    """Raise where there is no column, or Glue and Athena do not take one.

    Raises:
        RefusedError: If it is so.
    """
    if not columns:
        fix = "name the fields to keep, such as {'user': 'string'}: files without a schema stay JSON"
        raise refusal(scope, "columns", "at least one", "none", fix)
    known: dict[str, str] = {HOUR: f"{HOUR}, which every archive has"}
    for name, kind in columns.items():
        if not is_column_name(name):
            allowed = f"named with up to {COLUMN_NAME_LENGTH} letters, digits and underscores"
            raise refusal(
                scope,
                "columns",
                allowed,
                repr(name),
                "write an underscore for what is neither",
                rule="service-text",
            )
        if name.lower() in known:
            fix = "give it another name: Athena takes capitals and small letters for the same"
            got = f"{name!r} beside {known[name.lower()]}"
            raise refusal(scope, "columns", "of different names", got, fix, rule="service-text")
        known[name.lower()] = repr(name)
        if not is_column_type(kind) and not is_unresolved(kind):
            allowed, fix = "a type of Athena", "string holds anything; others are bigint, double, timestamp"
            raise refusal(scope, f"columns[{name!r}]", allowed, repr(kind), fix, rule="service-text")
