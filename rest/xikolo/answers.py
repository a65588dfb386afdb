"""Answers to a quiz: a list in the graph, a hash by question in Xikolo (its quiz/submissions.rb)."""

from typing import Any

from rest.xikolo.kind import Json, Scalar


class Answers(Scalar):
    """`{question: {type, data}}`; what `data` is depends on the type: ids, one id, or words.

    000 calls each question's value an array of such objects: it is taken too.
    """

    def read(self, sent: Any) -> Any:
        if not isinstance(sent, dict):
            raise ValueError("is no hash")  # noqa: TRY004 (of the client's value, not of ours)
        return [_read(question, given) for question, given in sent.items()]


def _read(question: str, given: Any) -> Json:
    parts = given if isinstance(given, list) else [given]
    if not all(isinstance(part, dict) for part in parts):
        raise ValueError("holds what is no answer")
    kinds = {part.get("type") for part in parts}
    data = [value for part in parts for value in _several(part.get("data"))]
    if kinds <= {"select_one", "select_multiple"}:
        return {"questionId": question, "optionIds": data}
    if kinds <= {"free_text", "essay"} and len(data) <= 1:
        return {"questionId": question, "text": data[0] if data else ""}
    raise ValueError("holds an answer of no known type")


def _several(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [] if data is None else [data]


def shown(value: Any, _: str = "") -> Json:
    """Answers with `question`, `type`, `options` (ids) and `text` as a hash by question, where told."""
    made = {}
    for each in value or ():
        if each["question"] is None:
            continue
        kind, options = each["type"], each["options"]
        match kind:
            case "SELECT_MULTIPLE":
                data: Any = options
            case "SELECT_ONE":
                data = options[0] if options else None
            case _:
                kind, data = "ESSAY" if kind == "ESSAY" else "FREE_TEXT", each["text"]
        made[each["question"]] = {"type": kind.lower(), "data": data}
    return made


ANSWER: Json = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["select_multiple", "select_one", "free_text", "essay"]},
        "data": {"anyOf": [{"type": ["string", "null"]}, {"type": "array", "items": {"type": "string"}}]},
    },
    "required": ["type", "data"],
}

ANSWERS = Answers(shown, {"type": "object", "additionalProperties": ANSWER})
