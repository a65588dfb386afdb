import assert from "node:assert/strict";
import { test } from "node:test";

import { activity, launch } from "./course.js";
import { sent } from "./page.js";

const { clock, credit, entry, mode, runtimeOf, saved, settings } = await import("../src/player/runtime.js");

test("seconds are written as SCORM 1.2 has them", () => {
  assert.equal(clock(0), "0000:00:00");
  assert.equal(clock(3661), "0001:01:01");
  assert.equal(clock(360000), "0100:00:00");
});

test("an activity is entered anew, resumed, or neither", () => {
  const begun = activity("a", [0], { runtime: { cmi: { suspend_data: "x" } } });
  assert.equal(entry(activity("a", [0]), "suspend"), "ab-initio");
  assert.equal(entry(begun, "suspend"), "resume");
  assert.equal(entry(begun, ""), "");
});

test("what is saved is a copy", () => {
  const begun = activity("a", [0], { runtime: { cmi: { core: { exit: "suspend" } } } });
  saved(begun).core.exit = "";
  assert.deepEqual(saved(begun), { core: { exit: "suspend" } });
  assert.deepEqual(saved(activity("a", [0])), {});
});

test("a launch that is not tracked browses for no credit", () => {
  assert.deepEqual([mode(launch({})), credit(launch({}))], ["normal", "credit"]);
  assert.deepEqual([mode(launch({ isTracked: false })), credit(launch({ isTracked: false }))], ["browse", "no-credit"]);
});

test("commits come as often as the course's settings have it", () => {
  assert.equal(settings(launch({})).autocommitSeconds, launch({}).settings.commitSeconds);
});

/** @param {Partial<import("../src/player/types").Activity>} [values] */
function scorm12(values) {
  const made = activity("a", [0], values);
  let changes = 0;
  const told = { changed: () => (changes += 1), next: () => {}, previous: () => {} };
  return { made, runtime: runtimeOf(made, launch({ activities: [made] }), told), changes: () => changes };
}

test("an activity of SCORM 1.2 commits what it sets, and its status is shown", () => {
  const { made, runtime, changes } = scorm12({ masteryScore: 0.5, timeLimit: 60 });
  const api = /** @type {NonNullable<typeof window.API>} */ (window.API);
  api.lmsInitialize("");
  assert.equal(api.lmsGetValue("cmi.student_data.mastery_score"), "50");
  assert.equal(api.lmsGetValue("cmi.student_data.max_time_allowed"), "00:01:00");
  api.lmsSetValue("cmi.core.lesson_status", "passed");
  assert.deepEqual([made.completion, made.success], ["completed", "passed"]);
  assert.ok(changes());
  runtime.end?.();
  assert.equal(window.API, undefined);
  const [, commit] = /** @type {[string, any]} */ (sent.at(-1));
  assert.equal(commit.runtimeData.cmi.core.lesson_status, "passed");
});

test("a file is complete once it is there", () => {
  const { made, runtime } = scorm12({ kind: "asset" });
  runtime.started?.();
  assert.equal(made.completion, "completed");
  assert.deepEqual(sent.at(-1), ["activities/a", { completionStatus: "completed", runtimeData: {} }]);
});
