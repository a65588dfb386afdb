"""Credentials of a request: the first of the kinds that a door takes."""

import pytest
from graphql import GraphQLEnumType, build_schema

from resolvers.access.credentials import EVERY, KINDS, Credential, find, is_sent
from resolvers.access.viewer import READERS
from resolvers.operations.errors import Unauthenticated
from settings.environment import ROOT


def test_every_kind_has_a_reader_and_a_name_in_documents() -> None:
    assert set(READERS) == set(KINDS)
    named = build_schema((ROOT / "rest" / "directives.graphql").read_text()).type_map["Credential"]
    assert isinstance(named, GraphQLEnumType)
    assert set(named.values) == set(KINDS)


@pytest.mark.parametrize(
    ("header", "kinds", "found"),
    [
        ("Bearer abc", EVERY, Credential("BEARER", "abc")),
        ("Token token=abc", EVERY, Credential("BEARER", "abc")),
        ("Basic YTpi", EVERY, Credential("BASIC", "YTpi")),
        ("Basic YTpi", ("BASIC",), Credential("BASIC", "YTpi")),
        ("Bearer abc", (), None),
        (None, EVERY, None),
    ],
)
def test_the_first_kind_that_is_there_counts(
    header: str | None, kinds: tuple[str, ...], found: Credential | None
) -> None:
    headers = {} if header is None else {"authorization": header}
    assert find(headers, kinds) == found
    assert is_sent(headers, kinds) == (found is not None)


@pytest.mark.parametrize(("header", "kinds"), [("Basic YTpi", ("BEARER",)), ("JWT a.b.c", EVERY)])
def test_a_credential_of_another_kind_is_refused(header: str, kinds: tuple[str, ...]) -> None:
    with pytest.raises(Unauthenticated):
        find({"authorization": header}, kinds)
