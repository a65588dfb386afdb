// npm graphql-sse in both of its modes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient } from "graphql-sse";

import { ask, examples, origin, tokens } from "../service.mjs";
import { VISIT, VISITED, soon } from "./visits.mjs";

const visit = () => ask(VISIT, { token: tokens.learner, variables: { id: examples.itemId } });

for (const singleConnection of [false, true]) {
  const mode = singleConnection ? "over a single connection" : "over a connection of its own";
  const connected = (token = tokens.learner) =>
    createClient({
      url: `${origin}/graphql`,
      singleConnection,
      retryAttempts: 0,
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });

  test(`a query ${mode}`, async () => {
    const client = connected();
    const results = [];
    for await (const result of client.iterate({ query: "{ viewer { username } }" })) results.push(result);
    assert.equal(results.length, 1);
    assert.ok(results[0].data.viewer.username);
    client.dispose();
  });

  test(`a subscription ${mode}`, async () => {
    const client = connected();
    const told = client.iterate({ query: VISITED });
    for (let count = 0; count < 2; count += 1) {
      const { value } = await soon(told.next(), visit);
      assert.equal(value.data.itemVisited.item.id, examples.itemId);
    }
    await told.return();
    client.dispose();
  });

  test(`several at once ${mode}`, async () => {
    const client = connected();
    const many = [1, 2, 3].map(() => client.iterate({ query: VISITED }));
    const all = await soon(Promise.all(many.map((told) => told.next())), visit);
    for (const { value } of all) assert.equal(value.data.itemVisited.item.id, examples.itemId);
    await Promise.all(many.map((told) => told.return()));
    client.dispose();
  });

  test(`errors ${mode}`, async () => {
    const client = connected();
    const { value } = await client.iterate({ query: "{ nothing }" }).next();
    assert.equal(value.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
    client.dispose();
  });

  test(`nobody known ${mode}`, async () => {
    const client = connected(null);
    await assert.rejects(client.iterate({ query: VISITED }).next(), (error) => error.response?.status === 401);
    client.dispose();
  });
}
