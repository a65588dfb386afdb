"""Moments that a client may have kept."""

from datetime import UTC, datetime

from resolvers.errors import Refused, UserErrorCode


def in_utc(moment: datetime, *field: str) -> datetime:
    """`moment` in UTC, for which it is taken where it names no zone.

    Refused, naming the input field `field`, where a zone's offset leads beyond the years 1 to 9999.
    """
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        message = "A moment lies within the years 1 to 9999."
        raise Refused(UserErrorCode.INVALID_INPUT, message, *field) from error
