"""No route needs more statements for more rows."""

from typing import Any

import pytest

from rest.operation import Operation
from tests.rest.xikolo.attribute_table import operations
from tests.rest.xikolo.conftest import Xikolo
from tests.rest.xikolo.row_counts import Request, taken
from tests.rest.xikolo.row_counts_by_operation import ROW_GROWTH_BY_OPERATION
from tests.world import World

ROWS = (1, 10, 100)


async def asked(xikolo: Xikolo, request: Request, status: int) -> int:
    """Return the number of statements of a successful request."""
    path, token = f"/api/v2/{request.path}", request.token
    sent = {"json": request.data} if request.data else {"data": request.form} if request.form else {}
    response = await xikolo(request.method, path, token, **sent)
    assert response.status_code == status, response.text
    if request.primary is not None:
        found: Any = response.json()
        several = found["data"] if isinstance(found["data"], list) else [found["data"]]
        assert len(several) == request.primary
        assert request.included in (None, len(found.get("included", ())))
    return len(xikolo.statements)


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.name)
async def test_every_route_takes_as_many_statements_for_any_number_of_rows(
    operation: Operation, xikolo: Xikolo, world: World
) -> None:
    growth = ROW_GROWTH_BY_OPERATION[operation.name]
    requests = [await growth.make(world, rows) for rows in ROWS]
    assert {request.method for request in requests} == {operation.method}
    counts = [await asked(xikolo, request, operation.status) for request in requests]
    assert len(set(counts)) == 1, counts
    assert counts[0] <= growth.at_most, xikolo.statements


async def test_an_include_that_is_not_asked_for_takes_no_statement(xikolo: Xikolo, world: World) -> None:
    course = await world.course()
    quiz = await world.quiz(await world.section(course))
    token = await taken(world, course)
    await xikolo.get(f"quizzes/{quiz.id}", token)
    assert not any("questions" in statement for statement in xikolo.statements)
    await xikolo.get(f"course-sections?filter[course]={course.id}", token)
    assert not any("FROM items" in statement for statement in xikolo.statements)
    await xikolo.get(f"users/{quiz.id}", token)
    await xikolo.get("users/me", token)
    assert len(xikolo.statements) == 1
