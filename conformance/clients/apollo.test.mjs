// Apollo Client: queries, mutations and their errors, persisted queries by POST and GET, batches.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { test } from "node:test";

import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { BatchHttpLink } from "@apollo/client/link/batch-http";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";

import { examples, origin, tokens } from "../service.mjs";

const uri = `${origin}/graphql`;
const cache = () => new InMemoryCache();

/** An HTTP link that records its requests and the status of each. */
function observed(options = {}) {
  const requests = [];
  const noting = async (url, given) => {
    const response = await fetch(url, given);
    requests.push({ method: given.method, url: String(url), body: given.body, status: response.status, response });
    return response;
  };
  return { requests, link: new HttpLink({ uri, fetch: noting, ...options }) };
}

const asLearner = { headers: { authorization: `Bearer ${tokens.learner}` } };
const course = gql`query Course($slug: String!) { course(slug: $slug) { id title } }`;
const fresh = () => gql(`query Fresh { a${randomUUID().replaceAll("-", "")}: courses { totalCount } }`);

test("a query with variables", async () => {
  const { link } = observed();
  const { data } = await new ApolloClient({ cache: cache(), link }).query({ query: course, variables: examples });
  assert.ok(data.course.title);
});

test("a mutation of a signed-in viewer", async () => {
  const { link } = observed(asLearner);
  const client = new ApolloClient({ cache: cache(), link });
  const mutation = gql`mutation { createToken(input: { label: "apollo" }) { token { id } userErrors { code } } }`;
  const { data } = await client.mutate({ mutation });
  assert.ok(data.createToken.token.id);
});

test("errors of a request are read with their codes, whatever the status", async () => {
  const { link, requests } = observed();
  const failing = new ApolloClient({ cache: cache(), link }).query({ query: gql`{ nothing }` });
  await assert.rejects(failing, (error) => {
    assert.ok(CombinedGraphQLErrors.is(error));
    assert.equal(error.errors[0].extensions.code, "GRAPHQL_VALIDATION_FAILED");
    return true;
  });
  assert.equal(requests[0].status, 400);
  assert.match(requests[0].response.headers.get("content-type"), /graphql-response\+json/);
});

for (const useGETForHashedQueries of [false, true]) {
  test(`a query is persisted, then named by its hash (by ${useGETForHashedQueries ? "GET" : "POST"})`, async () => {
    const { link, requests } = observed();
    const sha256 = (text) => createHash("sha256").update(text).digest("hex");
    const persisted = () => new PersistedQueryLink({ sha256, useGETForHashedQueries }).concat(link);
    const query = fresh();
    for (const expected of [2, 1]) {
      requests.length = 0;
      const { data } = await new ApolloClient({ cache: cache(), link: persisted() }).query({ query });
      assert.ok(Object.values(data)[0].totalCount > 0);
      assert.equal(requests.length, expected);
    }
    const last = requests[0];
    assert.equal(last.method, useGETForHashedQueries ? "GET" : "POST");
    assert.ok(!(last.body ?? last.url).includes("totalCount"));
    if (useGETForHashedQueries) {
      const tag = last.response.headers.get("etag");
      const headers = { accept: "application/graphql-response+json,application/json;q=0.9", "if-none-match": tag };
      assert.equal((await fetch(last.url, { headers })).status, 304);
    }
  });
}

test("a batch of a signed-in viewer", async () => {
  const link = new BatchHttpLink({ uri, batchMax: 5, batchInterval: 20, ...asLearner });
  const client = new ApolloClient({ cache: cache(), link });
  const answers = await Promise.all([fresh(), fresh(), fresh()].map((query) => client.query({ query })));
  assert.equal(answers.length, 3);
});
