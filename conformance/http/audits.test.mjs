// All audits of GraphQL over HTTP in npm's graphql-http, on both endpoints.

import assert from "node:assert/strict";
import { test } from "node:test";

import { serverAudits } from "graphql-http";

import { ask, origin, routerSecret } from "../service.mjs";

/** Audits that send an introspection query, which a server in production refuses. */
const INTROSPECTING = ["2EA1", "28B9", "D6D5", "6A70"];

const introspects = !(await ask("{ __schema { queryType { name } } }")).errors;

const asRouter = (url, options = {}) =>
  fetch(url, { ...options, headers: { ...options.headers, "router-authorization": routerSecret } });

for (const [path, fetchFn] of [["/graphql", fetch], ["/subgraph", asRouter]]) {
  const audits = serverAudits({ url: origin + path, fetchFn });

  test(`${path}: there are 61 audits`, () => assert.equal(audits.length, 61));

  for (const audit of audits) {
    const skip = !introspects && INTROSPECTING.includes(audit.id) && "needs introspection, which is off in production";
    test(`${path}: ${audit.id} ${audit.name}`, { skip }, async () => {
      const result = await audit.fn();
      assert.equal(result.status, "ok", `${result.status}: ${result.reason}`);
    });
  }
}
