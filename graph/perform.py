"""Carries out the commands of mutations."""

from collections.abc import Callable, Mapping
from typing import Any

from resolvers.context import Context
from resolvers.errors import Refused
from resolvers.scope import allow
from resolvers.throttle import guard_of


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
            async with context.database.transaction(context.statements) as session:
                done = {"user_errors": [], **await command(session, context.viewer, **given)}
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
