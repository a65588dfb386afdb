import { Scorm12API } from "scorm-again/scorm12";
import { Scorm2004API } from "scorm-again/scorm2004";

/** Time is measured here, and an activity that never tells its status is complete when it ends (SCORM 1.2). */
const settings = (activity) => ({
  autocommit: true,
  autocommitSeconds: 10,
  lmsCommitUrl: activity.commitUrl,
  dataCommitFormat: "json",
  renderCommonCommitFields: true,
  sendFullCommit: true,
  alwaysSendTotalTime: true,
  selfReportSessionTime: true,
  autoCompleteLessonStatus: true,
  mastery_override: true,
  logLevel: "NONE",
  requestHandler: (commit) => {
    activity.runtime = commit.runtimeData;
    return commit;
  },
});

/**
 * What an activity finds while it runs, by its standard. `told` is called for what it does: `changed` for its
 * status, `next`, `previous`, `choose` and `exit` for where it wants to go.
 */
export function runtimeOf(activity, learner, told) {
  if (activity.kind === "asset") return asset(activity, told);
  if (activity.standard.startsWith("scorm_2004")) return scorm2004(activity, learner, told);
  if (activity.standard === "scorm_1_2" || activity.standard === "aicc") return scorm12(activity, learner, told);
  return experience(activity, told);
}

/** A package of xAPI tells the server itself, in a session of its own each time that it is opened. */
function experience(activity, told) {
  activity.completion = activity.completion === "completed" ? "completed" : "incomplete";
  return {
    address: async () => {
      const answer = await fetch(activity.sessionUrl, { method: "POST" });
      told.changed();
      return (await answer.json()).url;
    },
    end: () => {},
  };
}

/** A file tells nothing: it is complete once it is there. */
function asset(activity, told) {
  return {
    started: () => {
      activity.completion = "completed";
      const body = JSON.stringify({ completionStatus: "completed", runtimeData: {} });
      fetch(activity.commitUrl, { method: "POST", body, keepalive: true });
      told.changed();
    },
    end: () => {},
  };
}

function scorm12(activity, learner, told) {
  const api = new Scorm12API(settings(activity));
  const { core = {}, ...rest } = saved(activity);
  const { exit, session_time: _, ...kept } = core;
  api.loadFromJSON({
    ...rest,
    core: {
      ...kept,
      student_id: learner.id,
      student_name: learner.name,
      credit: "credit",
      lesson_mode: "normal",
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
    activity.success = ["passed", "failed"].includes(status) ? status : "unknown";
    told.changed();
  };
  for (const event of ["LMSCommit", "LMSFinish", "LMSSetValue.cmi.core.lesson_status"]) api.on(event, read);
  window.API = api;
  return {
    end: () => {
      if (api.isInitialized()) api.lmsFinish("");
      delete window.API;
    },
  };
}

function scorm2004(activity, learner, told) {
  const api = new Scorm2004API(settings(activity));
  const { exit, session_time: _, ...kept } = saved(activity);
  const threshold = activity.parameters.completionThreshold;
  api.loadFromJSON({
    ...kept,
    learner_id: learner.id,
    learner_name: learner.name,
    credit: "credit",
    mode: "normal",
    entry: entry(activity, exit),
    launch_data: activity.launchData ?? "",
    ...(activity.masteryScore != null && { scaled_passing_score: String(activity.masteryScore) }),
    ...(activity.timeLimit != null && { max_time_allowed: `PT${activity.timeLimit}S` }),
    ...(threshold != null && { completion_threshold: String(threshold) }),
  });
  const read = () => {
    activity.completion = api.cmi.completion_status;
    activity.success = api.cmi.success_status;
    told.changed();
  };
  for (const event of ["Commit", "Terminate", "SetValue.cmi.completion_status", "SetValue.cmi.success_status"]) {
    api.on(event, read);
  }
  // What the activity asks for comes while it still ends.
  const later = (what) => (given) => setTimeout(() => what(given));
  api.on("SequenceNext", later(told.next));
  api.on("SequencePrevious", later(told.previous));
  api.on("SequenceChoice", later((target) => told.choose(String(target).replace(/^{target=(.*)}.*$/, "$1"))));
  for (const event of ["SequenceExit", "SequenceExitAll", "SequenceAbandon", "SequenceAbandonAll"]) {
    api.on(event, later(told.exit));
  }
  window.API_1484_11 = api;
  return {
    end: () => {
      if (api.isInitialized()) api.lmsFinish("");
      delete window.API_1484_11;
    },
  };
}

/** The data model as the activity left it. */
const saved = (activity) => structuredClone(activity.runtime?.cmi ?? {});

function entry(activity, exit) {
  if (!activity.runtime?.cmi) return "ab-initio";
  return exit === "suspend" ? "resume" : "";
}

/** Seconds as SCORM 1.2 writes them. */
function clock(seconds) {
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  return `${two(seconds / 3600).padStart(4, "0")}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
