"""What text a client may have kept."""


def is_storable(text: str, longest: int) -> bool:
    """Whether PostgreSQL takes it and it has at most `longest` characters.

    JSON can carry what no database keeps: NUL, and halves of surrogate pairs.
    """
    return len(text) <= longest and not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in text)
