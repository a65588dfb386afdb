import { Scorm2004API } from "scorm-again/scorm2004";

import { commits, send } from "./commit.js";
import { asset, credit, entry, mode, saved, settings } from "./runtime.js";
import { ROOT, activityTree } from "./sequencing.js";

/** @import { Activity, Cluster, Completion, Launch, Lead, Page, Success } from "./types" */

/**
 * Navigation for SCORM 2004 packages; scorm-again evaluates the sequencing rules. One API object serves the whole
 * launch, because it holds the tracking data of sequencing. Callbacks in `told`: `deliver` an activity, `changed`,
 * `ended`.
 *
 * @param {Launch} launch
 * @param {Page} told
 * @returns {Lead}
 */
export function sequenced(launch, told) {
  const { activities, clusters, learner } = launch;
  const of = new Map(activities.map((each) => [each.node, each]));
  /** @type {Activity | null} */
  let current = null;
  /** @type {Activity | null} */
  let delivered = null;
  let isOver = false;
  /** @type {{ continue: boolean, previous: boolean, choice: Record<string, string>, hideLmsUi: string[] }} */
  let allowed = { continue: false, previous: false, choice: {}, hideLmsUi: [] };
  let saving = Promise.resolve();

  /** @type {import("scorm-again").Settings["sequencing"]} */
  const sequencing = {
    activityTree: activityTree(launch),
    autoRollupOnCMIChange: true,
    logLevel: "error",
    eventListeners: {
      onActivityDelivery: ({ id }) => (delivered = of.get(id) ?? null),
      onSequencingSessionEnd: () => (isOver = true),
      onNavigationValidityUpdate: (update) => (allowed = update),
    },
  };
  /** @type {Scorm2004API} */
  const api = new Scorm2004API({ ...settings(launch), sequencing }, commits(kept));

  /**
   * Replace the status of the course, which scorm-again sends, by that of the activity. If the activity has not set a
   * status, the one that sequencing has tracked applies (IMS SS, UP.4).
   *
   * @param {any} commit
   */
  function kept(commit) {
    const { completion_status: own, success_status: successStatus, score } = commit.runtimeData.cmi;
    const tracked = current && api.getActivityTrackingData(current.node);
    const completionStatus = own === "unknown" ? tracked?.completionStatus : own;
    if (current) current.runtime = commit.runtimeData;
    return { ...commit, completionStatus, successStatus, score };
  }

  /**
   * Take what is known of an activity or a cluster.
   *
   * @param {Activity | Cluster} node
   * @param {string} completion
   * @param {string} success
   */
  function take(node, completion, success) {
    if (completion !== "unknown") node.completion = /** @type {Completion} */ (completion);
    if (success !== "unknown") node.success = /** @type {Success} */ (success);
  }

  /** Update all activities from the tracking data of sequencing, and the current one from its own status. */
  function read() {
    for (const each of [...activities, ...clusters]) {
      const tracked = api.getActivityTrackingData(each.node);
      if (tracked) take(each, tracked.completionStatus, tracked.successStatus);
    }
    if (current && api.isInitialized()) take(current, api.cmi.completion_status, api.cmi.success_status);
    told.changed();
  }

  function body() {
    const whole = api.getActivityTrackingData(ROOT);
    return JSON.stringify({
      state: api.serializeSequencingState(),
      whole: { completion: whole?.completionStatus, success: whole?.successStatus, score: whole?.score },
    });
  }

  /** Save the sequencing state, in order, so that an older state never overwrites a newer one. */
  function save() {
    const state = body();
    saving = saving.then(() => send(launch.sequencingUrl, state));
  }

  /** Carry out the decision that sequencing made when the activity ended. */
  async function settle() {
    read();
    save();
    const next = delivered;
    delivered = null;
    if (next) return told.deliver(next);
    if (!isOver) return undefined;
    isOver = false;
    await saving;
    return told.ended();
  }

  /**
   * Make a navigation request, through the running activity if any; true if it had an effect.
   *
   * @param {string} request
   * @param {string} [target]
   */
  async function ask(request, target) {
    const isRunning = api.isInitialized();
    if (isRunning) api.adl.nav.request = target ? `{target=${target}}${request}` : request;
    await told.unload();
    if (api.isInitialized()) api.lmsFinish("");
    else if (!isRunning) api.processNavigationRequest(request, target);
    const isAnswered = Boolean(delivered) || isOver;
    await settle();
    return isAnswered;
  }

  /** @type {Promise<unknown>} */
  let work = Promise.resolve();
  /**
   * @template T
   * @param {() => Promise<T>} act
   */
  const inTurn = (act) => {
    const done = work.catch(() => {}).then(act);
    work = done;
    return done;
  };
  /**
   * @param {string} request
   * @param {string} [target]
   */
  const asking = (request, target) => inTurn(() => ask(request, target));
  for (const event of ["Commit", "SetValue.cmi.completion_status", "SetValue.cmi.success_status"]) api.on(event, read);
  // An activity that ends by itself has made its navigation request by then.
  api.on("Terminate", () => setTimeout(() => inTurn(settle)));

  /** @param {Activity} activity */
  function prepare(activity) {
    current = activity;
    api.reset({ lmsCommitUrl: activity.commitUrl }, { preserveListeners: true, resetTotalTime: true });
    const { exit, session_time: _, ...known } = saved(activity);
    const threshold = activity.parameters.completionThreshold;
    api.loadFromJSON({
      ...known,
      learner_id: learner.id,
      learner_name: learner.name,
      credit: credit(launch),
      mode: mode(launch),
      entry: entry(activity, exit),
      launch_data: activity.launchData ?? "",
      ...(activity.masteryScore != null && { scaled_passing_score: String(activity.masteryScore) }),
      ...(activity.timeLimit != null && { max_time_allowed: `PT${activity.timeLimit}S` }),
      ...(threshold != null && { completion_threshold: String(threshold) }),
    });
  }

  return {
    runtimeOf: (activity) => {
      prepare(activity);
      if (activity.kind === "asset") return asset(activity, { changed: read });
      window.API_1484_11 = api;
      return {};
    },
    /** Start at the requested activity, where the course was suspended, or at the beginning. */
    start: async (wanted) => {
      if (launch.sequencing) api.deserializeSequencingState(launch.sequencing);
      // A page that closed unexpectedly has not suspended its activity.
      if (api.getSequencingState().currentActivity?.isActive) api.processNavigationRequest("suspendAll");
      isOver = false;
      if (wanted && (await asking("jump", wanted.node))) return true;
      if (await asking("resumeAll")) return true;
      if (await asking("start")) return true;
      for (const { node } of activities) {
        if (await asking("choice", node)) return true;
      }
      return false;
    },
    next: () => asking("continue"),
    previous: () => asking("previous"),
    choose: (activity) => asking("choice", activity.node),
    leave: () => asking("suspendAll"),
    /** Suspend while the page closes; nothing here may be asynchronous. */
    vanish: () => {
      if (api.isInitialized()) {
        api.adl.nav.request = "suspendAll";
        api.lmsFinish("");
      }
      send(launch.sequencingUrl, body());
    },
    may: () => ({
      next: allowed.continue,
      previous: allowed.previous,
      hidden: allowed.hideLmsUi,
      choose: (activity) => allowed.choice[activity.node] === "true",
    }),
  };
}
