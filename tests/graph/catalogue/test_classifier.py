"""Classifiers and clusters in the graph."""

import pytest

from models.catalogue.classifier import Classifier, Cluster, CourseClassifier
from models.postgres.base import new_id
from resolvers.access.viewer import Viewer
from tests.conftest import Ask
from tests.world import World

COURSE = """
query($id: ID!) {
  course(id: $id) {
    classifiers {
      id code title
      cluster { id code title isVisible classifiers { code } }
    }
  }
}
"""


async def test_every_field_is_read_back_both_ways(ask: Ask, world: World) -> None:
    cluster = await world.cluster(code=f"topic-{new_id()}", title={"en": "Topic", "de": "Thema"})
    course = await world.course()
    carried = await world.classifier(
        cluster, course, code="bio", title={"en": "Biology", "de": "Biologie"}, position=2
    )
    await world.classifier(cluster, code="art", position=1)
    answer = await ask(COURSE, id=course.id)
    assert answer.data["course"]["classifiers"] == [
        {
            "id": carried.id,
            "code": "bio",
            "title": "Biology",
            "cluster": {
                "id": cluster.id,
                "code": cluster.code,
                "title": "Topic",
                "isVisible": True,
                "classifiers": [{"code": "art"}, {"code": "bio"}],
            },
        }
    ]
    assert len(answer.statements) == 4

    data = await ask.data(COURSE, Viewer(languages=("de",)), id=course.id)
    (found,) = data["course"]["classifiers"]
    assert (found["title"], found["cluster"]["title"]) == ("Biologie", "Thema")


async def test_a_classifier_without_words_has_no_title(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.classifier(await world.cluster(title={}), course, title={})
    (found,) = (await ask.data(COURSE, id=course.id))["course"]["classifiers"]
    assert (found["title"], found["cluster"]["title"]) == (None, None)


async def test_classifiers_of_a_hidden_cluster_are_for_staff(ask: Ask, world: World) -> None:
    course = await world.course()
    await world.classifier(await world.cluster(is_visible=False), course, code="secret")
    assert (await ask.data(COURSE, await world.teacher(course), id=course.id))["course"]["classifiers"] == []
    (found,) = (await ask.data(COURSE, await world.staff(), id=course.id))["course"]["classifiers"]
    assert (found["code"], found["cluster"]["isVisible"]) == ("secret", False)


LIST = """
query($first: Int!) {
  clusters(first: $first) { nodes { title classifiers { code cluster { title } } } totalCount }
}
"""


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_the_list_of_clusters_goes_by_position_in_four_statements(
    ask: Ask, world: World, rows: int
) -> None:
    before_all = -(10**6) - rows
    clusters = [
        Cluster(
            id=new_id(), code=new_id(), title={"en": f"Cluster {place}"}, position=before_all * 1000 + place
        )
        for place in range(rows, 0, -1)
    ]
    classifiers = [
        Classifier(id=new_id(), cluster_id=cluster.id, code=code, title={}, position=place)
        for cluster in clusters
        for place, code in enumerate("ba")
    ]
    await world.add(*clusters, *classifiers)
    answer = await ask(LIST, first=rows)
    assert answer.data["clusters"]["nodes"] == [
        {
            "title": f"Cluster {place}",
            "classifiers": [{"code": code, "cluster": {"title": f"Cluster {place}"}} for code in "ba"],
        }
        for place in range(1, rows + 1)
    ]
    assert answer.data["clusters"]["totalCount"] >= rows
    assert len(answer.statements) == 4  # list, count, classifiers, their clusters


@pytest.mark.parametrize("rows", [1, 10, 100])
async def test_classifiers_of_a_course_take_a_statement_per_level(ask: Ask, world: World, rows: int) -> None:
    cluster, course = await world.cluster(), await world.course()
    made = [
        Classifier(id=new_id(), cluster_id=cluster.id, code=f"{place:03}", title={}, position=place)
        for place in range(rows)
    ]
    carried = [CourseClassifier(course_id=course.id, classifier_id=each.id) for each in made]
    await world.add(*made, *carried)
    answer = await ask(COURSE, id=course.id)
    assert [each["code"] for each in answer.data["course"]["classifiers"]] == [each.code for each in made]
    assert len(answer.statements) == 4
