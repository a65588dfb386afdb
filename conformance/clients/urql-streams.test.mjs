// @urql/core: subscriptions by fetch and over graphql-ws.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

import { ask, examples, origin, tokens } from "../service.mjs";
import { VISIT, VISITED, soon } from "./visits.mjs";

const url = `${origin}/graphql`;
const headers = { Authorization: `Bearer ${tokens.learner}` };
const visit = () => ask(VISIT, { token: tokens.learner, variables: { id: examples.itemId } });

function client(exchanges, options = {}) {
  return new Client({ url, exchanges, fetchOptions: { headers }, ...options });
}

/** Return the first result of a subscription. */
function first(source) {
  return new Promise((resolve) => {
    const { unsubscribe } = source.subscribe((result) => {
      queueMicrotask(() => unsubscribe());
      resolve(result);
    });
  });
}

test("a subscription by fetch", async () => {
  const source = client([fetchExchange], { fetchSubscriptions: true }).subscription(VISITED, {});
  const { data, error } = await soon(first(source), visit);
  assert.equal(error, undefined);
  assert.equal(data.itemVisited.item.id, examples.itemId);
});

test("a subscription over graphql-ws", async () => {
  const socket = createClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams: headers,
  });
  const forwardSubscription = ({ query, variables }) => ({
    subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
  });
  const source = client([subscriptionExchange({ forwardSubscription })]).subscription(VISITED, {});
  const { data, error } = await soon(first(source), visit);
  assert.equal(error, undefined);
  assert.equal(data.itemVisited.item.id, examples.itemId);
  await socket.dispose();
});
