// Links and commands of GraphiQL's page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { curlCommand, initialTabs, shareLink } from "../static/graphiql.js";

/** @param {string} href */
const visit = (href) => Object.defineProperty(globalThis, "location", { value: new URL(href), configurable: true });

test("a shared link opens the operation and its variables", () => {
  visit("http://127.0.0.1:8000/graphql?query=old#docs");
  const link = shareLink("query A($a: ID!) {\n  node(id: $a) { id } # & more\n}", '{"a": "1&2"}');
  assert.equal(new URL(link).search, "");
  visit(link);
  const { initialQuery, initialVariables } = initialTabs({ url: "/graphql", examples: [] });
  assert.equal(initialQuery, "query A($a: ID!) {\n  node(id: $a) { id } # & more\n}");
  assert.equal(initialVariables, '{"a": "1&2"}');
});

test("a command quotes its body and names no token", () => {
  const command = curlCommand("http://h/graphql", "{ a(b: \"it's\") }", '{"c": 1}', true);
  assert.match(command, /--header "Authorization: Bearer \$TOKEN"/);
  assert.ok(command.endsWith(`--data '{"query":"{ a(b: \\\\"it'\\''s\\\\") }","variables":{"c":1}}'`.replaceAll("\\\\", "\\")));
  assert.ok(!curlCommand("http://h/graphql", "{ a }", "", false).includes("TOKEN"));
});
