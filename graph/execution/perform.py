"""Carries out the commands of mutations."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from resolvers.access.scope import allow
from resolvers.commands.command import Command, written
from resolvers.commands.idempotent_write import Claim, begin, finish
from resolvers.commands.intake import received
from resolvers.commands.problem import Problem, Refused
from resolvers.operations.context import Context
from resolvers.operations.errors import BadUserInput


async def perform(context: Context, command: Command[Any, Any], given: Any, place: str) -> Mapping[str, Any]:
    """What a command changed, as columns of its payload; done once per `place` (a response key).

    An operation that is given up by one executor and taken over by the other finds here what is done
    already, or how it failed.
    """
    if (done := context.performed.get(place)) is None:
        try:
            done = {"user_errors": [], **await _changes(context, command, given, place)}
        except Refused as refused:
            command.check(refused)
            done = {"user_errors": [user_error(problem) for problem in refused.problems]}
        except Exception as error:  # noqa: BLE001 (kept to be raised in its place)
            done = error
        context.performed[place] = done
        context.forget()
    if isinstance(done, Exception):
        raise done
    context.viewer = done.get("viewer", context.viewer)
    return done


def user_error(problem: Problem) -> dict[str, Any]:
    """A problem as the graph shows it: its path in GraphQL's names."""
    path = [each if isinstance(each, int) else to_camel_case(each) for each in problem.path]
    return {"field": list(map(str, path)), "code": problem.code, "message": problem.message}


async def _changes(context: Context, command: Command[Any, Any], given: Any, place: str) -> Mapping[str, Any]:
    allow(context.viewer, command.verb, is_open=command.is_open)
    if command.guard is not None:
        await command.guard(context, given)
    claim = _claim(context, command, place)
    files = (await received(context, given),) if command.takes_file else ()
    async with context.database.transaction(context.statements) as session:
        if claim is not None:
            known = await begin(session, claim, command.name, written(given))
            if known is not None:
                return known
        changed = await command.run(session, context.viewer, given, *files)
        changes = {each.name: getattr(changed, each.name) for each in fields(changed)}
        if claim is not None:
            await finish(session, claim, changes)
        return changes


def _claim(context: Context, command: Command[Any, Any], place: str) -> Claim | None:
    """The key under which a command is carried out, if it has one and can be repeated."""
    claim = context.claims.get(place)
    if claim is None:
        return None
    is_nobody = context.viewer.id is None and context.viewer.application_id is None
    if not command.holds_secret and not is_nobody:
        return claim
    del context.claims[place]
    if claim.is_said:
        raise BadUserInput("This has no idempotency key: its answer holds a secret, which is not kept.")
    return None
