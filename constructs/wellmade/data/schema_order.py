"""The order of a release: the migrations of a database, then the code that needs its new schema."""

from collections.abc import Iterator
from typing import Any, cast

from aws_cdk import CfnResource
from constructs import IConstruct

from wellmade.facts.migrations import CODE
from wellmade.kit.lookups import offers, path_of, same_stack
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized
from wellmade.kit.workload import AnyWorkload, resource_of


class SchemaOrder:
    """Who uses a database, and what each of them waits for, whichever is defined first.

    Args:
        scope: The database.
    """

    def __init__(self, scope: IConstruct) -> None:
        self._scope = scope
        self._code: list[CfnResource] = []
        self._before: list[CfnResource] = []

    def add_workload(self, workload: AnyWorkload) -> None:
        """Note a workload whose new code waits for the migrations."""
        for resource in _code_of(workload):
            self._code.append(resource)
            for each in self._before:
                self._let_wait(resource, each)

    def add_migrations(self, migrations: CfnResource, function: CfnResource) -> None:
        """Let the new code of all workloads wait for migrations, but for what runs these."""
        self._before.append(migrations)
        self._code = [each for each in self._code if path_of(each) != path_of(function)]
        for resource in self._code:
            self._let_wait(resource, migrations)

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each code that an override lets run before the migrations."""
        for migrations in self._before:
            name = synthesized.logical_id(migrations)
            for code in self._code:
                resource = synthesized.resource(code)
                if resource and same_stack(code, migrations) and name not in resource.get("DependsOn", ()):
                    yield refusal(
                        path_of(code),
                        "DependsOn",
                        f"{name} among others",
                        resource.get("DependsOn"),
                        "take the override back: new code would run on the old schema",
                        rule="migration-order",
                        resource=code,
                    )

    def _let_wait(self, code: CfnResource, migrations: CfnResource) -> None:
        if same_stack(code, self._scope) and not same_stack(migrations, self._scope):
            fix = "define the migrations in the stack of the database, whose workloads wait for them"
            got = f"another one than that of {path_of(code)}"
            raise refusal(path_of(migrations), "scope", "in the stack of the database", got, fix)
        code.node.add_dependency(migrations)


def _code_of(workload: AnyWorkload) -> list[CfnResource]:
    """Return what carries a workload's new code; a function that is imported brings it elsewhere."""
    given: Any = getattr(workload, "function", workload)
    function = resource_of(given) if offers(given, "function_arn") else None
    if function is not None:
        return [function]
    root = cast(IConstruct, workload)
    return [child for child in root.node.find_all() if isinstance(child, CfnResource) and _is_code(child)]


def _is_code(resource: CfnResource) -> bool:
    return resource.cfn_resource_type in CODE
