import assert from "node:assert/strict";
import { test } from "node:test";

import { activity, launch } from "./course.js";

Object.assign(globalThis, { window: { addEventListener: () => {} } });
const { clock, credit, entry, mode, saved, settings } = await import("../src/player/runtime.js");

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
  assert.equal(settings(launch({})).autocommitSeconds, 10);
});
