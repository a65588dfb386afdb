// Federated traces, read by Apollo's own library.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Trace } from "@apollo/usage-reporting-protobuf";

import { ask, examples } from "../service.mjs";
import { fromRouter } from "./reviews.mjs";

const QUERY = `
  query($slug: String!, $wrong: ID!) {
    course(slug: $slug) { name: title sections { title } }
    node(id: $wrong) { id }
  }
`;

test("a trace tells of fields, lists and errors", async () => {
  const began = Date.now();
  const { extensions } = await ask(QUERY, {
    path: "/subgraph",
    variables: { slug: examples.slug, wrong: "no id" },
    headers: { ...fromRouter, "apollo-federation-include-trace": "ftv1" },
  });
  const trace = Trace.decode(Buffer.from(extensions.ftv1, "base64"));
  assert.ok(Math.abs(Number(trace.startTime.seconds) * 1000 - began) < 60_000);
  assert.ok(Number(trace.durationNs) > 0);
  const [course, node] = trace.root.child;
  assert.deepEqual([course.responseName, course.type, course.parentType], ["course", "Course", "Query"]);
  const [name, sections] = course.child;
  assert.deepEqual([name.responseName, name.originalFieldName, name.type], ["name", "title", "String!"]);
  assert.ok(Number(name.endTime) >= Number(name.startTime));
  assert.deepEqual(sections.child.map(({ index }) => index), [...sections.child.keys()]);
  assert.equal(sections.child[0].child[0].parentType, "Section");
  assert.deepEqual(node.error.map(({ message }) => message), ["'id' is not an id."]);
  assert.deepEqual(node.error[0].location.map(({ line, column }) => [line, column]), [[4, 5]]);
});
