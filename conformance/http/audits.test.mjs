// All audits of GraphQL over HTTP in npm's graphql-http, on both endpoints.

import assert from "node:assert/strict";
import { test } from "node:test";

import { serverAudits } from "graphql-http";

import { origin, routerSecret } from "../service.mjs";

const asRouter = (url, options = {}) =>
  fetch(url, { ...options, headers: { ...options.headers, "router-authorization": routerSecret } });

for (const [path, fetchFn] of [["/graphql", fetch], ["/subgraph", asRouter]]) {
  const audits = serverAudits({ url: origin + path, fetchFn });

  test(`${path}: there are 61 audits`, () => assert.equal(audits.length, 61));

  for (const audit of audits) {
    test(`${path}: ${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn();
      assert.equal(result.status, "ok", `${result.status}: ${result.reason}`);
    });
  }
}
