import assert from "node:assert/strict";
import { test } from "node:test";

import { ROOT, activityTree, byPath } from "../src/player/sequencing.js";
import { activity, cluster, launch } from "./course.js";

/** @param {any} tree */
const outline = (tree) => [tree.id, ...(tree.children ?? []).map(outline)];

test("entries are ordered by their place, and a parent comes before what lies in it", () => {
  const paths = [[1], [0, 10], [0, 9], [0], [0, 9, 0]];
  const sorted = paths.map((path) => ({ path })).sort(byPath);
  assert.deepEqual(sorted.map(({ path }) => path.join(".")), ["0", "0.9", "0.9.0", "0.10", "1"]);
});

test("the tree has a root, and each entry below its nearest cluster", () => {
  const tree = activityTree(
    launch({
      clusters: [cluster("unit", [0]), cluster("lesson", [0, 1])],
      activities: [activity("last", [1]), activity("deep", [0, 1, 0]), activity("first", [0, 0])],
    }),
  );
  assert.deepEqual(outline(tree), [ROOT, ["unit", ["first"], ["lesson", ["deep"]]], ["last"]]);
  assert.equal(tree.title, "Course");
});

test("a package without rules leaves its learner free", () => {
  const tree = activityTree(launch({ clusters: [cluster("unit", [0])], activities: [activity("a", [0, 0])] }));
  for (const node of [tree, tree.children[0]]) {
    assert.equal(node.sequencingControls.flow, true);
    assert.equal(node.sequencingControls.choice, true);
  }
});

test("rules that belong to no entry are those of the root", () => {
  const rules = {
    organization: { controlMode: [{ flow: true, choice: false }] },
    a: { limitConditions: [{ attemptLimit: 2 }], deliveryControls: [{ tracked: false }] },
  };
  const tree = activityTree(launch({ activities: [activity("a", [0])], rules }));
  assert.deepEqual(tree.sequencingControls, { choice: false, choiceExit: true, flow: true });
  assert.equal(tree.children[0].attemptLimit, 2);
  assert.deepEqual(tree.children[0].deliveryControls, { tracked: false });
});

test("where each rule belongs to an entry, the root is free", () => {
  const tree = activityTree(launch({ activities: [activity("a", [0])], rules: { a: { controlMode: [{ flow: false }] } } }));
  assert.equal(tree.sequencingControls.flow, true);
  assert.equal(tree.children[0].sequencingControls.flow, false);
});

test("conditions keep their operator, threshold and objective", () => {
  const condition = { condition: "objectiveMeasureKnown", operator: "not", measureThreshold: 0.5, referencedObjective: "o" };
  const rules = {
    a: {
      sequencingRules: [
        {
          preConditionRule: [{ ruleAction: [{ action: "skip" }], ruleConditions: [{ ruleCondition: [condition] }] }],
        },
      ],
    },
  };
  const [node] = activityTree(launch({ activities: [activity("a", [0])], rules })).children;
  assert.deepEqual(node.sequencingRules.preConditionRules, [
    {
      action: "skip",
      conditionCombination: "all",
      conditions: [
        {
          condition: "objectiveMeasureKnown",
          referencedObjective: "o",
          operator: "not",
          parameters: { threshold: 0.5 },
        },
      ],
    },
  ]);
  assert.deepEqual(node.sequencingRules.exitConditionRules, []);
});

test("rollup rules have the standard's defaults", () => {
  const rules = {
    a: {
      rollupRules: [
        {
          rollupObjectiveSatisfied: false,
          rollupRule: [
            {
              rollupAction: [{ action: "completed" }],
              rollupConditions: [{ rollupCondition: [{ condition: "attempted" }] }],
            },
          ],
        },
      ],
    },
  };
  const [node] = activityTree(launch({ activities: [activity("a", [0])], rules })).children;
  assert.deepEqual(node.rollupRules.rules, [
    {
      action: "completed",
      consideration: "all",
      minimumCount: 0,
      minimumPercent: 0,
      conditionCombination: "any",
      conditions: [{ condition: "attempted" }],
    },
  ]);
  assert.equal(node.sequencingControls.rollupObjectiveSatisfied, false);
});

test("objectives are those of the standard and of the 4th edition's extension", () => {
  const rules = {
    a: {
      objectives: [
        {
          primaryObjective: [{ satisfiedByMeasure: true, minNormalizedMeasure: [{ text: 0.8 }] }],
          objective: [{ objectiveID: 7, mapInfo: [{ targetObjectiveID: 8, writeSatisfiedStatus: true }] }, {}],
        },
        { objective: [{ objectiveID: "extended" }] },
      ],
    },
  };
  const [node] = activityTree(launch({ activities: [activity("a", [0])], rules })).children;
  assert.deepEqual(node.primaryObjective, {
    objectiveID: "primary",
    satisfiedByMeasure: true,
    minNormalizedMeasure: 0.8,
  });
  assert.deepEqual(node.objectives, [
    { objectiveID: "7", mapInfo: [{ targetObjectiveID: "8", writeSatisfiedStatus: true }] },
    { objectiveID: "extended" },
  ]);
});

test("an item's own threshold counts where the manifest has no rule for it", () => {
  const activities = [
    activity("old", [0], { parameters: { completionThreshold: "0.5", isVisible: false, hideUi: ["continue"] } }),
    activity("new", [1], { parameters: { completionThreshold: "0.5" } }),
    activity("none", [2]),
  ];
  const rules = { new: { completionThreshold: [{ completedByMeasure: false }] } };
  const [old, own, none] = activityTree(launch({ activities, rules })).children;
  assert.deepEqual(old.completionThreshold, { completedByMeasure: true, minProgressMeasure: 0.5 });
  assert.equal(old.isVisible, false);
  assert.deepEqual(old.hideLmsUi, ["continue"]);
  assert.deepEqual(own.completionThreshold, { completedByMeasure: false });
  assert.equal("completionThreshold" in none, false);
});
