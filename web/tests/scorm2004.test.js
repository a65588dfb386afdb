import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { activity, launch } from "./course.js";
import { sent } from "./page.js";

/** @import { Activity, Launch, Lead, Page } from "../src/player/types" */

const { sequenced } = await import("../src/player/scorm2004.js");

/**
 * A course of two activities of SCORM 2004; each that is delivered is run and, as its page goes, ended.
 *
 * @param {Partial<Launch>} [values]
 */
function course(values) {
  /** @type {string[]} */
  const calls = [];
  const activities = ["a", "b"].map((name, at) => activity(name, [at], { standard: "scorm_2004_4th" }));
  /** @type {Page} */
  const page = {
    changed: () => {},
    deliver: async (delivered) => {
      calls.push(`deliver ${delivered.identifier}`);
      lead.runtimeOf(delivered);
      window.API_1484_11?.lmsInitialize("");
    },
    ended: async () => void calls.push("ended"),
    refresh: async () => {},
    unload: async () => {},
  };
  /** @type {Lead} */
  const lead = sequenced(launch({ activities, ...values }), page);
  return { lead, calls, activities };
}

beforeEach(() => void sent.splice(0));

test("a course begins with its first activity, which finds the standard's API", async () => {
  const { lead, calls, activities } = course();
  assert.equal(await lead.start(), true);
  assert.deepEqual(calls, ["deliver a"]);
  assert.equal(window.API_1484_11?.lmsGetValue("cmi.learner_name"), "Lovelace, Ada");
  assert.equal(window.API_1484_11?.lmsGetValue("cmi.entry"), "ab-initio");
  assert.equal(lead.may().next, true);
  assert.equal(lead.may().choose(/** @type {Activity} */ (activities[1])), true);
});

test("the wanted activity comes first", async () => {
  const { lead, calls, activities } = course();
  await lead.start(activities[1]);
  assert.deepEqual(calls, ["deliver b"]);
});

test("what an activity sets is committed when the next one is asked for", async () => {
  const { lead, calls, activities } = course();
  await lead.start();
  window.API_1484_11?.lmsSetValue("cmi.completion_status", "completed");
  window.API_1484_11?.lmsSetValue("cmi.success_status", "passed");
  await lead.next();
  assert.deepEqual(calls, ["deliver a", "deliver b"]);
  assert.deepEqual([activities[0]?.completion, activities[0]?.success], ["completed", "passed"]);
  const [, commit] = /** @type {[string, any]} */ (sent.find(([url]) => url === "activities/a"));
  assert.equal(commit.completionStatus, "completed");
  assert.equal(commit.runtimeData.cmi.success_status, "passed");
});

test("leaving ends the launch, and the next one resumes there", async () => {
  const { lead, calls, activities } = course();
  await lead.start(activities[1]);
  await lead.leave();
  assert.deepEqual(calls, ["deliver b", "ended"]);
  const [, { state, whole }] = /** @type {[string, any]} */ (sent.findLast(([url]) => url === "sequencing"));
  assert.equal(whole.completion, "incomplete");
  const again = course({ sequencing: state });
  await again.lead.start();
  assert.deepEqual(again.calls, ["deliver b"]);
});
