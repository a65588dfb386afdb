// Apollo Client: subscriptions by multipart and over graphql-ws, and deferred fragments.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { Defer20220824Handler, GraphQL17Alpha9Handler } from "@apollo/client/incremental";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import { firstValueFrom } from "rxjs";
import WebSocket from "ws";

import { ask, examples, origin, tokens } from "../service.mjs";
import { VISIT, VISITED, soon } from "./visits.mjs";

const uri = `${origin}/graphql`;
const headers = { Authorization: `Bearer ${tokens.learner}` };
const visit = () => ask(VISIT, { token: tokens.learner, variables: { id: examples.itemId } });
const DEFERRED = gql`
  query Deferred($slug: String!) {
    course(slug: $slug) {
      id
      ... @defer(label: "outline") {
        title
        sections {
          id
          title
        }
      }
    }
  }
`;

function client(link, options = {}) {
  return new ApolloClient({ cache: new InMemoryCache(), link, ...options });
}

const http = () => new HttpLink({ uri, headers });

test("a subscription in parts", async () => {
  const told = client(http()).subscribe({ query: gql(VISITED) });
  const { data } = await soon(firstValueFrom(told), visit);
  assert.equal(data.itemVisited.item.id, examples.itemId);
});

test("a subscription over graphql-ws", async () => {
  const socket = createClient({ url: uri.replace("http", "ws"), webSocketImpl: WebSocket, connectionParams: headers });
  const told = client(new GraphQLWsLink(socket)).subscribe({ query: gql(VISITED) });
  const { data } = await soon(firstValueFrom(told), visit);
  assert.equal(data.itemVisited.item.id, examples.itemId);
  await socket.dispose();
});

for (const [edition, Handler] of Object.entries({ 20220824: Defer20220824Handler, "v0.2": GraphQL17Alpha9Handler }))
  test(`what is deferred comes later, by edition ${edition}`, async () => {
    const states = [];
    const told = client(http(), { incrementalHandler: new Handler() }).watchQuery({
      query: DEFERRED,
      variables: { slug: examples.slug },
    });
    await new Promise((resolve, reject) => {
      told.subscribe({
        error: reject,
        next: ({ data, dataState, error }) => {
          if (error) reject(error);
          if (data) states.push({ dataState, data });
          if (dataState === "complete") resolve();
        },
      });
    });
    assert.deepEqual(states.map((each) => each.dataState), ["streaming", "complete"]);
    assert.equal(states[0].data.course.title, undefined);
    assert.equal(states[0].data.course.id, examples.courseId);
    assert.ok(states[1].data.course.title);
    assert.ok(states[1].data.course.sections.length > 0);
  });
