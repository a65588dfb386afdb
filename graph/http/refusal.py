"""Errors before or around an execution become refusals."""

import logging

import psycopg
from psycopg_pool import PoolTimeout

from graph.limits.attendance import ClientLeft
from models.postgres.value import InvalidValue
from resolvers.operations.errors import CodedError, Unavailable, unavailable
from resolvers.operations.refusal import Refusal

log = logging.getLogger(__name__)


def refusal_of(error: Exception) -> Refusal:
    """Refusal for an error before or around an execution; an unexpected error is logged."""
    match error:
        case Refusal():
            return error
        case ClientLeft():
            return Refusal("SERVICE_UNAVAILABLE", "Nobody waits for this any more.")
        case CodedError():
            retry = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else {}
            return Refusal(error.code, str(error), retry)
        case InvalidValue():
            return Refusal("BAD_USER_INPUT", str(error))
        case PoolTimeout() | psycopg.OperationalError():
            return refusal_of(unavailable(error))
    log.error("Unexpected error around a request", exc_info=error)
    return Refusal("INTERNAL_SERVER_ERROR", "Something went wrong on our side.")
