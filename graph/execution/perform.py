"""Execution of the commands of mutations."""

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
    """Return a command's changes as columns of its payload; runs once per `place` (a response key).

    If the fallback repeats an operation, it finds here the result of each command that ran, or its exception.
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
    """Return a problem as a user error, with its path in GraphQL names."""
    path = [each if isinstance(each, int) else to_camel_case(each) for each in problem.path]
    return {"field": list(map(str, path)), "code": problem.code, "message": problem.message}


async def _changes(context: Context, command: Command[Any, Any], given: Any, place: str) -> Mapping[str, Any]:
    allow(context.viewer, command.verb, is_open=command.is_open)
    found: tuple[Any, ...] = () if command.before is None else (await command.before(context, given),)
    claim = _claim(context, command, place)
    if command.takes_file:
        found = (await received(context, given),)
    async with context.database.transaction(context.statements) as session:
        if claim is not None:
            known = await begin(session, claim, command.name, written(given))
            if known is not None:
                return known
        changed = await command.run(session, context.viewer, given, *found)
        changes = {each.name: getattr(changed, each.name) for each in fields(changed)}
        if claim is not None:
            await finish(session, claim, changes)
        return changes


def _claim(context: Context, command: Command[Any, Any], place: str) -> Claim | None:
    """Return the idempotency key of a command, if it has one and can be repeated.

    The key is the current viewer's own; anonymous viewers cannot be told apart, and have none.
    """
    claim = context.claims.get(place)
    if claim is None:
        return None
    owner = context.viewer.owner
    if owner is not None and not command.holds_secret:
        claim.viewer = owner
        return claim
    del context.claims[place]
    if claim.is_said:
        raise BadUserInput(
            "Idempotency keys are not supported here: the result contains a secret, which is not stored."
            if command.holds_secret
            else "Sign in first: idempotency keys need a viewer."
        )
    return None
