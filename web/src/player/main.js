import "./player.css";

import { sent } from "./commit.js";
import { linear } from "./linear.js";
import { sequenced } from "./scorm2004.js";
import { draw } from "./view.js";

/** @import { Activity, Launch, Standing } from "./types" */

/** Interval in milliseconds. */
const REFRESHED_EVERY = 5000;

/** @param {string} id */
const placed = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {Launch} */
const launch = JSON.parse(placed("launch").textContent);
const { activities } = launch;
const lead = activities.some((each) => each.standard.startsWith("scorm_2004")) ? sequenced : linear;

/** @type {Activity | null} */
let current = null;
const changed = () => view.show(current, course.may());
const course = lead(launch, { changed, deliver, ended, refresh, unload: () => view.load("about:blank") });
/** @type {Promise<unknown>} */
let turn = Promise.resolve();
/**
 * Run actions one after the other, however fast the learner clicks.
 *
 * @template {unknown[]} Given
 * @param {(...given: Given) => unknown} act
 * @returns {(...given: Given) => unknown}
 */
const inTurn =
  (act) =>
  (...given) =>
    (turn = turn.catch(() => {}).then(() => act(...given)));
const { choose, next, previous, leave } = course;
const controls = { choose: inTurn(choose), next: inTurn(next), previous: inTurn(previous), leave: inTurn(leave) };
const view = draw(placed("player"), launch, controls);

/**
 * Apply the server's state of each activity: whether it is open, and the status of activities that report to the server
 * directly. This page is the first to have the status of SCORM activities, so theirs is not overwritten.
 *
 * @param {Standing[]} standings
 */
function apply(standings) {
  for (const { id, completion, success, isOpen } of standings) {
    const activity = activities.find((each) => each.id === id);
    if (!activity) continue;
    activity.isOpen = isOpen;
    if (activity.standard.startsWith("scorm")) continue;
    if (completion !== "unknown") activity.completion = completion;
    if (success !== "unknown") activity.success = success;
  }
}

/** Fetch the state of all activities after pending commits have arrived. */
async function refresh() {
  await sent();
  const answer = await fetch(launch.standingsUrl).catch(() => null);
  if (answer?.ok) apply(await answer.json());
  if (current) changed();
}

/**
 * Run an activity in the frame after the current one has ended.
 *
 * @param {Activity} activity
 */
async function deliver(activity) {
  await view.load("about:blank");
  await sent();
  current = activity;
  const runtime = course.runtimeOf(activity);
  changed();
  const there = view.load((await runtime.address?.()) ?? activity.href);
  if (runtime.started) there.then(runtime.started);
}

/** Leave the player for the redirect URL of the launch link, if any. */
async function ended() {
  await view.load("about:blank");
  await sent();
  current = null;
  if (launch.redirectUrl) window.location.assign(launch.redirectUrl);
  else view.close();
  if (launch.isClosedAtEnd) window.close(); // browsers allow this only in windows opened by a script
}

window.addEventListener("pagehide", () => current && course.vanish());

/** Activities that report to the server directly do not notify this page, so a visible outline must poll. */
const fallsBehind = () => current && !current.standard.startsWith("scorm") && !document.hidden;
if (activities.length > 1 && launch.settings.showsOutline) {
  setInterval(() => fallsBehind() && refresh(), REFRESHED_EVERY);
}

apply(launch.standings);
const wanted = activities.find((each) => each.item === launch.startItem);
if (!(await course.start(wanted ?? (launch.settings.beginsAnew ? activities[0] : undefined)))) view.close();
