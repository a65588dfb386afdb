// npm graphql-ws against the server's WebSocket: queries, mutations, subscriptions that resume, limits.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { ask, examples, origin, tokens } from "../service.mjs";
import { VISIT, VISITED, soon } from "./visits.mjs";

const url = `${origin.replace("http", "ws")}/graphql`;

function connected(token, options = {}) {
  return createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token ? { Authorization: `Bearer ${token}` } : {},
    ...options,
  });
}

test("queries and mutations have one result", async () => {
  const client = connected(tokens.learner);
  const results = [];
  for await (const result of client.iterate({ query: "{ viewer { username } }" })) results.push(result);
  assert.equal(results.length, 1);
  assert.ok(results[0].data.viewer.username);
  for await (const { data } of client.iterate({ query: VISIT, variables: { id: examples.itemId } }))
    assert.deepEqual(data.visitItem.userErrors, []);
  await client.dispose();
});

test("a subscription resumes after its cursor, over another socket", async () => {
  const first = connected(tokens.learner);
  const told = first.iterate({ query: VISITED });
  const { value } = await soon(told.next(), () => ask(VISIT, { token: tokens.learner, variables: { id: examples.itemId } }));
  assert.equal(value.data.itemVisited.item.id, examples.itemId);
  await told.return();
  await first.dispose();
  await ask(VISIT, { token: tokens.learner, variables: { id: examples.itemId } });
  const second = connected(tokens.learner);
  const resumed = second.iterate({ query: VISITED, variables: { after: value.data.itemVisited.cursor } });
  const missed = await resumed.next();
  assert.equal(missed.value.data.itemVisited.item.id, examples.itemId);
  assert.notEqual(missed.value.data.itemVisited.cursor, value.data.itemVisited.cursor);
  await second.dispose();
});

test("errors before execution end the operation alone", async () => {
  const client = connected(tokens.learner);
  await assert.rejects(client.iterate({ query: "subscription { nothing }" }).next(), (errors) => {
    assert.equal(errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
    return true;
  });
  const { value } = await client.iterate({ query: "{ __typename }" }).next();
  assert.deepEqual(value, { data: { __typename: "Query" } });
  await client.dispose();
});

test("who does not sign in is sent away with 4401", async () => {
  for (const token of [undefined, "none"]) {
    const client = connected(token);
    await assert.rejects(client.iterate({ query: "{ __typename }" }).next(), (closed) => closed.code === 4401);
  }
});
