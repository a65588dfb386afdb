import { Scorm12API } from "scorm-again/scorm12";

import { commits, send } from "./commit.js";

/** @import { Activity, Launch, Runtime, Success, Told } from "./types" */

/**
 * Settings of scorm-again; session time is measured by scorm-again.
 *
 * @param {Launch} launch
 * @returns {import("scorm-again").Settings}
 */
export const settings = (launch) => ({
  autocommit: true,
  autocommitSeconds: launch.settings.commitSeconds,
  dataCommitFormat: "json",
  renderCommonCommitFields: true,
  sendFullCommit: true,
  alwaysSendTotalTime: true,
  selfReportSessionTime: true,
  mastery_override: true,
  logLevel: "NONE",
});

/**
 * Runtime of an activity, by its standard. Callbacks in `told`: `changed` for a new status, `next` and `previous` for
 * navigation requests.
 *
 * @param {Activity} activity
 * @param {Launch} launch
 * @param {Told} told
 * @returns {Runtime}
 */
export function runtimeOf(activity, launch, told) {
  if (activity.kind === "asset") return asset(activity, told);
  if (activity.standard === "scorm_1_2") return scorm12(activity, launch, told);
  // AICC units use the API if they find one; others report to the URL in their launch parameters.
  if (activity.standard === "aicc") return { ...scorm12(activity, launch, told), ...experience(activity, told) };
  return experience(activity, told);
}

/**
 * xAPI packages report to the server directly, in a new session for each start.
 *
 * @param {Activity} activity
 * @param {Pick<Told, "changed">} told
 */
function experience(activity, told) {
  activity.completion = activity.completion === "completed" ? "completed" : "incomplete";
  return {
    address: async () => {
      const answer = await fetch(activity.sessionUrl, { method: "POST" });
      told.changed();
      return (await answer.json()).url;
    },
  };
}

/**
 * Plain files report nothing: they are complete once loaded.
 *
 * @param {Activity} activity
 * @param {Pick<Told, "changed">} told
 */
export function asset(activity, told) {
  return {
    started: () => {
      activity.completion = "completed";
      send(activity.commitUrl, JSON.stringify({ completionStatus: "completed", runtimeData: {} }));
      told.changed();
    },
  };
}

/**
 * @param {Activity} activity
 * @param {Launch} launch
 * @param {Told} told
 */
function scorm12(activity, launch, told) {
  /** @param {any} commit */
  const kept = (commit) => {
    activity.runtime = commit.runtimeData;
    return commit;
  };
  const api = new Scorm12API(
    { ...settings(launch), lmsCommitUrl: activity.commitUrl, autoCompleteLessonStatus: true },
    commits(kept),
  );
  const { core = {}, ...rest } = saved(activity);
  const { exit, session_time: _, ...known } = core;
  api.loadFromJSON({
    ...rest,
    core: {
      ...known,
      student_id: launch.learner.id,
      student_name: launch.learner.name,
      credit: credit(launch),
      lesson_mode: mode(launch),
      entry: entry(activity, exit),
    },
    launch_data: activity.launchData ?? "",
    student_data: {
      ...rest.student_data,
      ...(activity.masteryScore != null && { mastery_score: String(activity.masteryScore * 100) }),
      ...(activity.timeLimit != null && { max_time_allowed: clock(activity.timeLimit) }),
      ...(activity.parameters.timeLimitAction && { time_limit_action: activity.parameters.timeLimitAction }),
    },
  });
  const read = () => {
    const status = api.cmi.core.lesson_status;
    activity.completion = ["completed", "passed", "failed"].includes(status) ? "completed" : "incomplete";
    activity.success = ["passed", "failed"].includes(status) ? /** @type {Success} */ (status) : "unknown";
    told.changed();
  };
  for (const event of ["LMSCommit", "LMSFinish", "LMSSetValue.cmi.core.lesson_status"]) api.on(event, read);
  // An activity that never sets its status is complete when it ends (SCORM 1.2, 3.4.4). scorm-again 3.4.3 mistakes the
  // initial status "not attempted" for one that the activity has set.
  api.on("LMSInitialize", () => {
    if (api.cmi.core.lesson_status === "not attempted") api.statusSetByModule = false;
  });
  api.on("SequenceNext", () => setTimeout(told.next));
  api.on("SequencePrevious", () => setTimeout(told.previous));
  window.API = api;
  return {
    end: () => {
      if (api.isInitialized()) api.lmsFinish("");
      delete window.API;
    },
  };
}

/**
 * Data model stored by the activity's last commit.
 *
 * @param {Pick<Activity, "runtime">} activity
 */
export const saved = (activity) => structuredClone(activity.runtime?.cmi ?? {});

/**
 * @param {Pick<Activity, "runtime">} activity
 * @param {string | undefined} exit
 */
export function entry(activity, exit) {
  if (!activity.runtime?.cmi) return "ab-initio";
  return exit === "suspend" ? "resume" : "";
}

/**
 * Untracked launches run in browse mode, without credit.
 *
 * @param {Pick<Launch, "isTracked">} launch
 */
export const mode = (launch) => (launch.isTracked ? "normal" : "browse");
/** @param {Pick<Launch, "isTracked">} launch */
export const credit = (launch) => (launch.isTracked ? "credit" : "no-credit");

/**
 * Format seconds as a SCORM 1.2 timespan.
 *
 * @param {number} seconds
 */
export function clock(seconds) {
  /** @param {number} number */
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  return `${two(seconds / 3600).padStart(4, "0")}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
