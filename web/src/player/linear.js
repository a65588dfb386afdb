import { runtimeOf } from "./runtime.js";

/** Leads a learner through a package whose standard has no sequencing: freely, one activity after the other. */
export function linear(launch, told) {
  const { activities } = launch;
  let current = null;
  let runtime = null;

  /** The activity's own page goes first, and what it still tells on the way is kept. */
  async function end() {
    await told.unload();
    runtime?.end?.();
    runtime = null;
  }

  async function choose(activity) {
    await end();
    await told.deliver(activity);
  }

  const beside = (by) => activities[activities.indexOf(current) + by];
  const step = (by) => beside(by) && choose(beside(by));

  return {
    runtimeOf: (activity) => {
      current = activity;
      runtime = runtimeOf(activity, launch, { ...told, next: () => step(1), previous: () => step(-1) });
      return runtime;
    },
    start: async (wanted) => {
      const first = wanted ?? activities.find((each) => each.completion !== "completed") ?? activities[0];
      if (first) await choose(first);
      return Boolean(first);
    },
    next: () => step(1),
    previous: () => step(-1),
    choose,
    leave: async () => {
      await end();
      await told.ended();
    },
    vanish: () => runtime?.end?.(),
    may: () => ({ next: Boolean(beside(1)), previous: Boolean(beside(-1)), hidden: [], choose: () => true }),
  };
}
