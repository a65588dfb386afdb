// kitsu: resources of Xikolo's API with resolved includes; writes, and reads of their results.

import assert from "node:assert/strict";
import { test } from "node:test";

import Kitsu from "kitsu";

import { examples, origin, tokens } from "../service.mjs";

const api = new Kitsu({
  baseURL: `${origin}/xikolo/api/v2`,
  headers: { Authorization: `Token token=${tokens.learner}` },
  // Types and attributes keep their names: `course-items`, `start_at`.
  camelCaseTypes: false,
  resourceCase: "none",
  pluralize: false,
});

/** A course that the learner is enrolled in. */
async function course() {
  const { data } = await api.get(`courses/${examples.slug}`, {
    params: { include: "channel,user_enrollment,sections" },
  });
  return data;
}

/** A course that the learner can enroll in. */
async function another() {
  const { data } = await api.get("courses", { params: { include: "user_enrollment", page: { size: 100 } } });
  return data.find((each) => each.enrollable && !each.user_enrollment && !each.external);
}

test("a course, its sections and its enrollment are resolved", async () => {
  const { slug, sections, user_enrollment: enrollment, links } = await course();
  assert.equal(slug, examples.slug);
  assert.match(links.self, /^\/xikolo\/api\/v2\/courses\//);
  assert.ok(sections.data.length > 1);
  for (const section of sections.data) {
    assert.equal(section.type, "course-sections");
    assert.ok(section.title);
  }
  assert.match(enrollment.data.created_at, /^\d{4}-\d\d-\d\dT/);
  assert.match(sections.links.related, /course-sections\?filter%5Bcourse%5D=/);
});

test("items of a section come with contents of every kind", async () => {
  const met = new Set();
  for (const section of (await course()).sections.data) {
    const { data } = await api.get("course-items", { params: { filter: { section: section.id }, include: "content" } });
    for (const { accessible, content } of data) {
      // Content that is not open yet shows only type and id.
      if (!accessible) continue;
      met.add(content.data.type);
      if (content.data.type === "videos") assert.equal(typeof content.data.duration, "number");
      if (content.data.type === "rich-texts") assert.equal(typeof content.data.text, "string");
      if (content.data.type === "quizzes") assert.equal(typeof content.data.time_limit, "number");
    }
  }
  for (const type of ["videos", "rich-texts", "quizzes"]) assert.ok(met.has(type), type);
});

test("a quiz has its questions", async () => {
  const { id } = await course();
  const { data } = await api.get("course-items", { params: { filter: { course: id, content_type: "quiz" } } });
  const quiz = (await api.get(`quizzes/${data[0].content.data.id}`, { params: { include: "questions" } })).data;
  assert.ok(quiz.questions.data[0].text);
  assert.ok(Array.isArray(quiz.questions.data[0].options));
});

test("pages are told", async () => {
  const { data, meta, links } = await api.get("courses", { params: { page: { size: 1, number: 2 } } });
  assert.equal(data.length, 1);
  assert.equal(meta.current_page, 2);
  assert.match(decodeURIComponent(links.prev), /page\[number\]=1/);
});

test("who joins, visits and leaves reads all of it back", async () => {
  const { id } = await another();
  const related = { course: { data: { type: "courses", id } } };
  const { data: enrollment } = await api.post("enrollments", related);
  assert.equal(enrollment.course.data.id, id);
  const { data: listed } = await api.get("enrollments");
  assert.ok(listed.some((each) => each.id === enrollment.id && each.course.data.id === id));

  const { data: items } = await api.get("course-items", { params: { filter: { course: id } } });
  const item = items.find((each) => each.accessible && !each.visited);
  const { data: visited } = await api.patch("course-items", { id: item.id, visited: true });
  assert.equal(visited.visited, true);
  assert.equal((await api.get(`course-items/${item.id}`)).data.visited, true);

  const { data: completed } = await api.patch("enrollments", { id: enrollment.id, completed: true });
  assert.equal(completed.completed, true);
  await api.delete("enrollments", enrollment.id);
  const { data: left } = await api.get("enrollments");
  assert.ok(!left.some((each) => each.id === enrollment.id));
});

test("what cannot be had is an error with its status", async () => {
  await assert.rejects(api.get("course-sections"), (error) => error.response.status === 400);
  await assert.rejects(api.get("courses/no-such-course"), (error) => error.response.status === 404);
});
