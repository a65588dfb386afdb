// jsona: reading of Xikolo's documents, and writing of documents.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Jsona } from "jsona";

import { examples, origin, tokens } from "../service.mjs";

const jsona = new Jsona();
const TYPE = "application/vnd.api+json";

/** jsona's result for the response to a request below `/api/v2/`; `stuff` is written by jsona, too. */
async function asked(path, { method = "GET", stuff, includeNames } = {}) {
  const response = await fetch(`${origin}/api/v2/${path}`, {
    method,
    headers: {
      accept: `${TYPE}; xikolo-version=4`,
      authorization: `Legacy-Token token=${tokens.learner}`,
      ...(stuff ? { "content-type": TYPE } : {}),
    },
    body: stuff && JSON.stringify(jsona.serialize({ stuff, includeNames })),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.status === 204 ? null : jsona.deserialize(await response.json());
}

test("from a list of courses, all that is related is reached", async () => {
  const courses = await asked("courses?include=channel,user_enrollment,sections");
  const course = courses.find((each) => each.slug === examples.slug);
  assert.ok(course.sections.every((section) => section.type === "course-sections" && section.title));
  assert.equal(course.user_enrollment.course.id, course.id);
  assert.equal(course.progress.type, "course-progresses");
});

test("sections have their items, and items point back", async () => {
  const { id } = await asked(`courses/${examples.slug}`);
  const sections = await asked(`course-sections?filter[course]=${id}&include=items`);
  const items = sections.flatMap((section) => section.items);
  assert.ok(items.length > sections.length);
  for (const section of sections) {
    for (const item of section.items) assert.equal(item.section.id, section.id);
  }
});

test("items have their contents, a quiz its questions, progress its sections", async () => {
  const { id } = await asked(`courses/${examples.slug}`);
  const items = await asked(`course-items?filter[course]=${id}&include=content`);
  const texts = items.filter((item) => item.content.type === "rich-texts");
  assert.ok(texts.length > 0 && texts.every((item) => !item.accessible || typeof item.content.text === "string"));
  const video = items.find((item) => item.content.type === "videos").content;
  assert.equal(typeof video.single_stream.hd_size, "number");
  const quiz = items.find((item) => item.content.type === "quizzes").content;
  const { questions } = await asked(`quizzes/${quiz.id}?include=questions`);
  assert.ok(questions.every((question) => question.quiz.id === quiz.id && question.text));
  const progress = await asked(`course-progresses/${id}?include=section_progresses`);
  assert.equal(progress.id, id);
  assert.ok(progress.section_progresses.every((section) => section.visits.items_available >= 0));
});

test("the user has a profile", async () => {
  const user = await asked("users/me?include=profile");
  assert.equal(user.profile.id, user.id);
  assert.match(user.profile.email, /@/);
});

test("documents that jsona writes are taken", async () => {
  const courses = await asked("courses?include=user_enrollment");
  const course = courses.find((each) => each.enrollable && !each.user_enrollment && !each.external);
  const wish = { type: "enrollments", course: { type: "courses", id: course.id }, relationshipNames: ["course"] };
  const enrollment = await asked("enrollments", { method: "POST", stuff: wish });
  assert.equal(enrollment.course.id, course.id);

  const items = await asked(`course-items?filter[course]=${course.id}`);
  const item = items.find((each) => each.accessible && !each.visited);
  // Unchanged, with all its attributes: read-only ones do no harm.
  const visited = await asked(`course-items/${item.id}`, { method: "PATCH", stuff: { ...item, visited: true } });
  assert.equal(visited.visited, true);
  assert.equal(visited.title, item.title);
  assert.equal((await asked(`last-visits/${course.id}`)).item.id, item.id);

  await asked(`enrollments/${enrollment.id}`, { method: "DELETE" });
  const left = await asked("enrollments");
  assert.ok(!left.some((each) => each.id === enrollment.id));
});
