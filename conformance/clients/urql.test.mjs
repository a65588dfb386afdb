// urql: queries, mutations and their errors, persisted queries.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { Client, fetchExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";

import { examples, origin, tokens } from "../service.mjs";

/** A client that records its requests. */
function observed(exchanges = [fetchExchange], headers = {}) {
  const requests = [];
  const noting = async (url, given) => {
    requests.push({ url: String(url), ...given });
    return fetch(url, given);
  };
  const url = `${origin}/graphql`;
  return { requests, client: new Client({ url, exchanges, fetch: noting, fetchOptions: { headers } }) };
}

const course = "query Course($slug: String!) { course(slug: $slug) { id title } }";

test("a query with variables is answered as JSON, though urql would take a stream", async () => {
  const { client, requests } = observed();
  const { data, error } = await client.query(course, { slug: examples.slug });
  assert.equal(error, undefined);
  assert.ok(data.course.title);
  assert.match(requests[0].headers.accept, /text\/event-stream/);
});

test("a mutation of a signed-in viewer", async () => {
  const { client } = observed([fetchExchange], { authorization: `Bearer ${tokens.learner}` });
  const document = 'mutation { createToken(input: { label: "urql" }) { token { id } userErrors { code } } }';
  const { data } = await client.mutation(document, {});
  assert.ok(data.createToken.token.id);
});

test("errors are read with their codes", async () => {
  const { error } = await observed().client.query("{ nothing }", {});
  assert.equal(error.graphQLErrors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
});

for (const preferGetForPersistedQueries of [false, true]) {
  test(`a query is persisted, then named by its hash (GET: ${preferGetForPersistedQueries})`, async () => {
    const document = `query Fresh { a${randomUUID().replaceAll("-", "")}: __typename }`;
    for (const expected of [2, 1]) {
      const exchanges = [persistedExchange({ preferGetForPersistedQueries }), fetchExchange];
      const { client, requests } = observed(exchanges);
      const { data, error } = await client.query(document, {});
      assert.equal(error, undefined);
      assert.deepEqual(Object.values(data), ["Query"]);
      assert.equal(requests.length, expected);
    }
  });
}
