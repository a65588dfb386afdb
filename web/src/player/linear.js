import { runtimeOf } from "./runtime.js";

/** @import { Activity, Launch, Lead, Page, Runtime } from "./types" */

/**
 * Leads a learner through a package whose standard has no sequencing: freely, one activity after the other, but to none
 * whose prerequisites are not met yet.
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

  /** The activity's own page goes first, and what it still tells on the way is kept. */
  async function end() {
    await told.unload();
    runtime?.end?.();
    runtime = null;
  }

  /**
   * Run the first of several that may start now that the one before is over; if none may, that one again.
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
