// Activity tree of a SCORM 2004 package in scorm-again's format, built from the rules of the manifest (an element is an
// object with its attributes and with lists of its child elements).

/** @import { Activity, Cluster, Element, Launch, Parameters, Path } from "./types" */

/**
 * A node of the course, as far as its place in the tree matters.
 *
 * @typedef {Pick<Activity | Cluster, "node" | "title" | "path"> & { identifier?: string, parameters?: Parameters }} Node
 */

/** Id of the tree's root, which contains the whole package. */
export const ROOT = "course root";

const FREE = { controlMode: [{ choice: true, flow: true }] };

/**
 * The first child element of a name, empty if there is none.
 *
 * @param {Element | undefined} rules
 * @param {string} name
 * @returns {Element}
 */
const first = (rules, name) => rules?.[name]?.[0] ?? {};

/**
 * An object without the values that are undefined.
 *
 * @param {Element} object
 * @returns {Element}
 */
const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/**
 * Named attributes that an element has.
 *
 * @param {Element} from
 * @param {...string} names
 */
const pick = (from, ...names) => defined(Object.fromEntries(names.map((name) => [name, from[name]])));

/**
 * Whether `path` is a proper prefix of `other`.
 *
 * @param {Path} path
 * @param {Path} other
 */
const within = (path, other) => path.length < other.length && path.every((place, at) => place === other[at]);

/**
 * Comparator for course order; `path` is the position in the tree.
 *
 * @param {{ path: Path }} a
 * @param {{ path: Path }} b
 */
export function byPath(a, b) {
  for (let at = 0; at < Math.max(a.path.length, b.path.length); at += 1) {
    const difference = (a.path[at] ?? -1) - (b.path[at] ?? -1);
    if (difference) return difference;
  }
  return 0;
}

/**
 * Tree of a package with one root. The root has the rules of the organization, unless a cluster represents it. Packages
 * without rules allow free navigation.
 *
 * @param {Pick<Launch, "title" | "clusters" | "activities" | "rules">} launch
 * @returns {any}
 */
export function activityTree({ title, clusters, activities, rules }) {
  const named = new Set([...clusters, ...activities].map((each) => each.identifier));
  const isFree = !Object.keys(rules).length;
  const whole = Object.entries(rules).find(([identifier]) => !named.has(identifier))?.[1];
  /**
   * @param {Node} node
   * @param {Element | undefined} own
   */
  const settingsOf = (node, own) => ({ id: node.node, title: node.title, ...settings(own, node) });
  /** @type {(Activity | Cluster)[]} */
  const nodes = [...clusters, ...activities].sort(byPath);
  /**
   * @param {{ path: Path }} parent
   * @returns {object[]}
   */
  const childrenOf = (parent) =>
    nodes
      .filter((each) => within(parent.path, each.path))
      .filter((each) => !nodes.some((other) => within(parent.path, other.path) && within(other.path, each.path)))
      .map((each) => {
        const children = childrenOf(each);
        const own = isFree && children.length ? FREE : rules[each.identifier];
        return children.length ? { ...settingsOf(each, own), children } : settingsOf(each, own);
      });
  const root = { node: ROOT, title, path: [] };
  return { ...settingsOf(root, whole ?? FREE), children: childrenOf(root) };
}

/**
 * Rules of one activity (IMS Simple Sequencing 1.0 with ADL's extensions).
 *
 * @param {Element | undefined} rules
 * @param {{ parameters?: Parameters }} node
 */
function settings(rules, { parameters = {} }) {
  const limits = first(rules, "limitConditions");
  const rollup = first(rules, "rollupRules");
  const random = first(rules, "randomizationControls");
  const own = first(rules, "sequencingRules");
  return defined({
    isVisible: parameters.isVisible,
    hideLmsUi: parameters.hideUi,
    attemptLimit: limits.attemptLimit,
    attemptAbsoluteDurationLimit: limits.attemptAbsoluteDurationLimit,
    sequencingControls: {
      choice: true,
      choiceExit: true,
      flow: false,
      ...first(rules, "controlMode"),
      ...pick(first(rules, "constrainedChoiceConsiderations"), "preventActivation", "constrainChoice"),
      ...pick(rollup, "rollupObjectiveSatisfied", "rollupProgressCompletion", "objectiveMeasureWeight"),
      ...pick(random, "randomizationTiming", "selectCount", "selectionTiming", "reorderChildren"),
      ...(random.reorderChildren && { randomizeChildren: true }),
    },
    deliveryControls: first(rules, "deliveryControls"),
    sequencingRules: {
      preConditionRules: (own.preConditionRule ?? []).map(rule),
      exitConditionRules: (own.exitConditionRule ?? []).map(rule),
      postConditionRules: (own.postConditionRule ?? []).map(rule),
    },
    rollupRules: { rules: (rollup.rollupRule ?? []).map(rollupRule) },
    rollupConsiderations: rules?.rollupConsiderations?.[0],
    completionThreshold: rules?.completionThreshold?.[0] ?? threshold(parameters.completionThreshold),
    ...objectives(rules),
  });
}

/**
 * Up to the 3rd edition, an item has only the minimum measure.
 *
 * @param {Parameters["completionThreshold"]} measure
 */
const threshold = (measure) =>
  measure == null ? undefined : { completedByMeasure: true, minProgressMeasure: Number(measure) };

/** @param {Element} condition */
const not = (condition) => (condition.operator === "not" ? { operator: "not" } : {});

/** @param {Element} given */
function rule(given) {
  const conditions = first(given, "ruleConditions");
  return {
    action: first(given, "ruleAction").action,
    conditionCombination: conditions.conditionCombination ?? "all",
    conditions: (conditions.ruleCondition ?? []).map((/** @type {Element} */ each) => ({
      ...pick(each, "condition", "referencedObjective"),
      ...not(each),
      parameters: each.measureThreshold === undefined ? {} : { threshold: each.measureThreshold },
    })),
  };
}

/** @param {Element} given */
function rollupRule(given) {
  const conditions = first(given, "rollupConditions");
  return {
    action: first(given, "rollupAction").action,
    consideration: given.childActivitySet ?? "all",
    minimumCount: given.minimumCount ?? 0,
    minimumPercent: given.minimumPercent ?? 0,
    conditionCombination: conditions.conditionCombination ?? "any",
    conditions: (conditions.rollupCondition ?? []).map((/** @type {Element} */ each) => ({ condition: each.condition, ...not(each) })),
  };
}

/**
 * Objectives of the standard, merged with the 4th edition's extension, which uses the same names.
 *
 * @param {Element | undefined} rules
 */
function objectives(rules) {
  /** @type {Element[]} */
  const groups = rules?.objectives ?? [];
  const primary = groups.flatMap((each) => each.primaryObjective ?? []);
  const others = groups.flatMap((each) => each.objective ?? []);
  return {
    primaryObjective: primary.map((each) => objective(each, "primary"))[0],
    objectives: others.filter((each) => each.objectiveID !== undefined).map((each) => objective(each)),
  };
}

/**
 * @param {Element} given
 * @param {string} [unnamed]
 */
function objective(given, unnamed) {
  const minimum = given.minNormalizedMeasure?.[0]?.text;
  return defined({
    objectiveID: String(given.objectiveID ?? unnamed),
    satisfiedByMeasure: given.satisfiedByMeasure,
    minNormalizedMeasure: minimum,
    mapInfo: given.mapInfo?.map((/** @type {Element} */ each) => ({ ...each, targetObjectiveID: String(each.targetObjectiveID) })),
  });
}
