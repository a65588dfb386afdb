"""Page numbers: a dialect's rules for them, and its messages for invalid ones."""

import re
from dataclasses import dataclass

from resolvers.operations.refusal import Refusal


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """Rules for the number and the size of a page.

    A lenient dialect reads leading digits and clamps. Otherwise `bad` is the message for text that is not a
    number in range, with its status. `past` is the message for a page after the last; null for an empty page.
    """

    bad: str | None = None
    bad_status: int = 400
    past: str | None = None
    past_status: int = 404
    clamps: bool = True

    def number(self, text: str | None) -> int:
        """Return the number of a page from 1; `Refusal` if the text is not a page number."""
        if text is None:
            return 1
        if self.bad is None:
            return max(leading_digits(text), 1)
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or int(text) < 1:
            raise Refusal("BAD_USER_INPUT", self.bad, status=self.bad_status)
        return int(text)

    def size(self, text: str, most: int) -> int:
        """Return the entries of a page, at most `most`; `Refusal` for an invalid size."""
        size = leading_digits(text)
        if self.bad is None or (self.clamps and size > 0):
            return min(max(size, 1), most)
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not 1 <= size <= most:
            raise Refusal("BAD_USER_INPUT", self.bad, status=self.bad_status)
        return size

    def check_past(self, number: int, pages: int) -> None:
        """Raise `Refusal` for a page after the last, if the dialect refuses such pages."""
        if self.past is not None and number > pages:
            raise Refusal("NOT_FOUND", self.past, status=self.past_status)


LENIENT = PageNumbers()
"""Leading digits count, other text is 0, and every number is clamped."""


def leading_digits(text: str) -> int:
    """Return the number at the start of a text; 0 if there is none."""
    match = re.match(r"\s*([+-]?\d{1,9})", text, re.ASCII)
    return int(match[1]) if match else 0
