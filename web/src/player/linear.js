import { runtimeOf } from "./runtime.js";

/** @import { Activity, Launch, Lead, Page, Runtime } from "./types" */

/**
 * Navigation for packages whose standard has no sequencing: any activity in any order, except activities with unmet
 * prerequisites.
 *
 * @param {Launch} launch
 * @param {Page} told
 * @returns {Lead}
 */
export function linear(launch, told) {
  const { activities } = launch;
  /** @type {Activity | null} */
  let current = null;
  /** @type {Runtime | null} */
  let runtime = null;

  /** Unload the activity's page before its API, so that its last reports are stored. */
  async function end() {
    await told.unload();
    runtime?.end?.();
    runtime = null;
  }

  /**
   * End the current activity and run the first of `wanted` that is open; fallback is the current activity.
   *
   * @param {Activity[]} wanted
   */
  async function go(wanted) {
    if (!wanted.length) return;
    await end();
    await told.refresh();
    const found = wanted.find((each) => each.isOpen) ?? current;
    if (found) await told.deliver(found);
  }

  const place = () => (current ? activities.indexOf(current) : -1);
  const after = () => activities.slice(place() + 1);
  const before = () => activities.slice(0, Math.max(place(), 0)).reverse();
  const next = () => go(after());
  const previous = () => go(before());

  return {
    runtimeOf: (activity) => {
      current = activity;
      runtime = runtimeOf(activity, launch, { ...told, next, previous });
      return runtime;
    },
    start: async (wanted) => {
      const open = activities.filter((each) => each.isOpen);
      const first = wanted?.isOpen ? wanted : (open.find((each) => each.completion !== "completed") ?? open[0]);
      if (first) await told.deliver(first);
      return Boolean(first);
    },
    next,
    previous,
    choose: (activity) => go([activity]),
    leave: async () => {
      await end();
      await told.ended();
    },
    vanish: () => runtime?.end?.(),
    may: () => ({
      next: after().length > 0,
      previous: before().length > 0,
      hidden: [],
      choose: (activity) => Boolean(activity.isOpen),
    }),
  };
}
