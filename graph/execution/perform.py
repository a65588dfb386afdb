"""Carries out the commands of mutations."""

from collections.abc import Callable, Mapping
from typing import Any

from resolvers.access.scope import allow
from resolvers.access.throttle import guard_of
from resolvers.commands.idempotent_write import Claim, begin, finish, is_secret
from resolvers.commands.intake import received
from resolvers.operations.context import Context
from resolvers.operations.errors import BadUserInput, Refused


async def perform(
    context: Context, command: Callable[..., Any], given: Mapping[str, Any], place: str
) -> Mapping[str, Any]:
    """What a command changed, as columns of its payload; done once per `place` (a response key).

    An operation that is given up by one executor and taken over by the other finds here what is done
    already, or how it failed.
    """
    if (done := context.performed.get(place)) is None:
        try:
            allow(context.viewer, command)
            if (guard := guard_of(command)) is not None:
                await guard(context, **given)
            claim = _claim(context, command, place)
            inputs = await received(context, command, given)
            async with context.database.transaction(context.statements) as session:
                changes = None if claim is None else await begin(session, claim, command, given)
                if changes is None:
                    changes = await command(session, context.viewer, **inputs)
                    if claim is not None:
                        await finish(session, claim, changes)
                done = {"user_errors": [], **changes}
        except Refused as refused:
            error = {"field": refused.field, "code": refused.code, "message": refused.message}
            done = {"user_errors": [error]}
        except Exception as error:  # noqa: BLE001 (kept to be raised in its place)
            done = error
        context.performed[place] = done
        context.forget()
    if isinstance(done, Exception):
        raise done
    context.viewer = done.get("viewer", context.viewer)
    return done


def _claim(context: Context, command: Callable[..., Any], place: str) -> Claim | None:
    """The key under which a command is carried out, if it has one and can be repeated."""
    claim = context.claims.get(place)
    if claim is None:
        return None
    is_nobody = context.viewer.id is None and context.viewer.application_id is None
    if not is_secret(command) and not is_nobody:
        return claim
    del context.claims[place]
    if claim.is_said:
        raise BadUserInput("This has no idempotency key: its answer holds a secret, which is not kept.")
    return None
