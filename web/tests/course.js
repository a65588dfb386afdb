// Launches with values for all that a test does not name.

/** @import { Activity, Cluster, Launch } from "../src/player/types" */

/**
 * @param {string} identifier
 * @param {number[]} path
 * @param {Partial<Activity>} [values]
 * @returns {Activity}
 */
export const activity = (identifier, path, values) => ({
  id: `id of ${identifier}`,
  identifier,
  node: identifier,
  item: `item of ${identifier}`,
  title: `Title of ${identifier}`,
  path,
  standard: "scorm_1_2",
  kind: "sco",
  href: `content/${identifier}.html`,
  commitUrl: `activities/${identifier}`,
  sessionUrl: `sessions/${identifier}`,
  launchData: null,
  masteryScore: null,
  timeLimit: null,
  parameters: {},
  runtime: null,
  isOpen: true,
  completion: "unknown",
  success: "unknown",
  ...values,
});

/**
 * @param {string} identifier
 * @param {number[]} path
 * @returns {Cluster}
 */
export const cluster = (identifier, path) => ({
  identifier,
  node: identifier,
  title: `Title of ${identifier}`,
  path,
});

/**
 * @param {Partial<Launch>} values
 * @returns {Launch}
 */
export const launch = (values) => ({
  title: "Course",
  learner: { id: "ada", name: "Lovelace, Ada" },
  isTracked: true,
  language: "en",
  redirectUrl: null,
  isClosedAtEnd: false,
  startItem: null,
  clusters: [],
  activities: [],
  rules: {},
  sequencing: null,
  sequencingUrl: "sequencing",
  standings: [],
  standingsUrl: "standings",
  settings: {
    showsTitle: true,
    showsControls: true,
    showsExit: true,
    showsOutline: true,
    beginsAnew: false,
    width: 0,
    height: 0,
    commitSeconds: 1,
  },
  ...values,
});
