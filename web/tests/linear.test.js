import assert from "node:assert/strict";
import { test } from "node:test";

import "./page.js";

import { activity, launch } from "./course.js";

/** @import { Activity, Lead, Page } from "../src/player/types" */

const { linear } = await import("../src/player/linear.js");

/**
 * A course of xAPI activities, and the page that it runs in: `calls` are what was asked of the page, in order.
 *
 * @param {Partial<Activity>[]} activities
 */
function course(...activities) {
  /** @type {string[]} */
  const calls = [];
  const made = activities.map((each, at) => activity(`a${at}`, [at], { standard: "tin_can", ...each }));
  /** @type {Page} */
  const page = {
    changed: () => {},
    deliver: async (delivered) => {
      calls.push(`deliver ${delivered.identifier}`);
      lead.runtimeOf(delivered);
    },
    ended: async () => void calls.push("ended"),
    refresh: async () => void calls.push("refresh"),
    unload: async () => void calls.push("unload"),
  };
  /** @type {Lead} */
  const lead = linear(launch({ activities: made }), page);
  return { lead, calls, activities: made };
}

test("a course begins with the first activity that is open and not completed", async () => {
  const { lead, calls } = course({ isOpen: false }, { completion: "completed" }, {});
  assert.equal(await lead.start(), true);
  assert.deepEqual(calls, ["deliver a2"]);
});

test("a course of which all is completed begins with its first open activity", async () => {
  const { lead, calls } = course({ isOpen: false }, { completion: "completed" }, { completion: "completed" });
  await lead.start();
  assert.deepEqual(calls, ["deliver a1"]);
});

test("the wanted activity comes first if it is open", async () => {
  const { lead, calls, activities } = course({}, {}, { isOpen: false });
  await lead.start(activities[1]);
  await lead.start(activities[2]);
  assert.deepEqual(calls, ["deliver a1", "deliver a0"]);
});

test("a course without an open activity does not begin", async () => {
  const { lead, calls } = course({ isOpen: false });
  assert.equal(await lead.start(), false);
  assert.deepEqual(calls, []);
});

test("next and previous skip what is not open, after the activity before has gone", async () => {
  const { lead, calls } = course({}, { isOpen: false }, {});
  await lead.start();
  await lead.next();
  assert.deepEqual(calls, ["deliver a0", "unload", "refresh", "deliver a2"]);
  await lead.previous();
  assert.equal(calls.at(-1), "deliver a0");
});

test("at the end of the course nothing is next", async () => {
  const { lead, calls } = course({}, {});
  assert.equal(lead.may().previous, false);
  await lead.start();
  assert.deepEqual([lead.may().previous, lead.may().next], [false, true]);
  await lead.next();
  assert.deepEqual([lead.may().previous, lead.may().next], [true, false]);
  const before = calls.length;
  await lead.next();
  assert.equal(calls.length, before);
});

test("where none of those that follow is open, the same activity runs again", async () => {
  const { lead, calls, activities } = course({}, { isOpen: false });
  await lead.start();
  await lead.choose(activities[1]);
  assert.equal(calls.at(-1), "deliver a0");
  assert.equal(lead.may().choose(activities[1]), false);
});

test("leaving unloads the activity and ends the launch", async () => {
  const { lead, calls } = course({});
  await lead.start();
  await lead.leave();
  assert.deepEqual(calls, ["deliver a0", "unload", "ended"]);
});
