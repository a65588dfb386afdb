"""Operations that schemathesis makes up for each root field, with values of all kinds: no server error."""

from io import StringIO
from typing import Any

import schemathesis
from graphql import DirectiveDefinitionNode, DocumentNode, parse, print_ast
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from conformance.service import Service
from graph.execution.execute import PUT_OFF
from settings.environment import ROOT

EXAMPLES = 5
"""Operations per root field."""

ANY_TEXT = st.text(max_size=20).map(nodes.String)

for name in ("DateTime", "Locale", "Markdown", "URL"):
    schemathesis.graphql.scalar(name, ANY_TEXT)
schemathesis.graphql.scalar("BigInt", st.integers(-(2**70), 2**70).map(nodes.Int))
schemathesis.graphql.scalar("JSON", ANY_TEXT | st.integers().map(nodes.Int) | st.just(nodes.Null))


def text() -> str:
    """The schema without `@defer` and `@stream`, whose directives schemathesis does not read."""
    document = parse((ROOT / "schema.graphql").read_text())
    kept = [
        each
        for each in document.definitions
        if not (isinstance(each, DirectiveDefinitionNode) and each.name.value in PUT_OFF)
    ]
    return print_ast(DocumentNode(definitions=tuple(kept)))


schema = schemathesis.graphql.from_file(StringIO(text()))


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_operation_is_a_server_error(case: Any, service: Service) -> None:
    headers = {"Authorization": f"Bearer {service.tokens['staff']}"}
    answer = case.call(base_url=f"{service.origin}/graphql", headers=headers)
    assert answer.status_code < 500, answer.text
    codes = {error["extensions"]["code"] for error in answer.json().get("errors", [])}
    assert "INTERNAL_SERVER_ERROR" not in codes, answer.text
