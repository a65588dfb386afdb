// Two routers in front of Scholagraph and a subgraph that extends it: queries across both, in both directions.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { createGatewayRuntime } from "@graphql-hive/gateway";

import { ask, examples, tokens } from "../service.mjs";
import { composed, fromRouter, ownSubgraph, startReviews } from "./reviews.mjs";

const forwarded = (headers) => ({
  ...fromRouter,
  ...(headers.authorization ? { authorization: headers.authorization } : {}),
});

class OurSource extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    for (const [name, value] of Object.entries(forwarded(context.headers ?? {}))) {
      request.http.headers.set(name, value);
    }
  }
}

/** Start of each router on a supergraph; returns functions to query and to stop it. */
const routers = {
  "@apollo/gateway": async (supergraphSdl) => {
    const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new OurSource({ url }) });
    const server = new ApolloServer({ gateway });
    const { url } = await startStandaloneServer(server, {
      listen: { port: 0, host: "127.0.0.1" },
      context: async ({ req }) => ({ headers: req.headers }),
    });
    return { post: (init) => fetch(url, init), close: () => server.stop() };
  },
  "Hive Gateway": async (supergraph) => {
    const gateway = createGatewayRuntime({
      supergraph,
      logging: false,
      propagateHeaders: {
        fromClientToSubgraphs: ({ request }) => forwarded({ authorization: request.headers.get("authorization") }),
      },
    });
    return {
      post: (init) => gateway.fetch("http://gateway.test/graphql", init),
      close: () => gateway[Symbol.asyncDispose](),
    };
  },
};

const ACROSS = `
  query($slug: String!) {
    course(slug: $slug) {
      title
      sections { title }
      reviewHeading
      reviews { nodes { stars author { username name } } pageInfo { hasNextPage } }
    }
  }
`;
const BACK = `
  {
    latestReviews {
      stars
      course { title status sections { title } reviews { nodes { id } } }
      author { username name enrollments { totalCount } }
    }
  }
`;
const THERE_AND_BACK = `
  query($slug: String!) {
    course(slug: $slug) { reviews { nodes { author { reviews { course { id slug title } } } } } }
  }
`;

const courses = (await ask("{ courses(first: 50) { nodes { slug title status } } }")).data.courses.nodes;
const { viewer } = (await ask("{ viewer { username name } }", { token: tokens.learner })).data;

for (const [name, start] of Object.entries(routers)) {
  describe(name, () => {
    let router, reviews;
    before(async () => {
      reviews = await startReviews(courses.map(({ slug }) => slug), [viewer.username]);
      router = await start(composed(await ownSubgraph(), reviews));
    });
    after(async () => {
      await router?.close();
      reviews?.close();
    });

    async function through(query, { variables, token } = {}) {
      const response = await router.post({
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    }

    test("reads our course with the other's reviews", async () => {
      const { data, errors } = await through(ACROSS, { variables: { slug: examples.slug }, token: tokens.learner });
      assert.equal(errors, undefined);
      const own = courses.find(({ slug }) => slug === examples.slug);
      assert.equal(data.course.title, own.title);
      assert.equal(data.course.reviewHeading, `Reviews of ${own.title}`);
      assert.ok(data.course.sections.length > 1);
      assert.equal(data.course.reviews.nodes[0].author.name, viewer.name);
      assert.equal(data.course.reviews.pageInfo.hasNextPage, false);
    });

    test("reads the other's reviews with our courses and users, by their keys", async () => {
      const { data, errors } = await through(BACK, { token: tokens.learner });
      assert.equal(errors, undefined);
      for (const [place, { course, author }] of data.latestReviews.entries()) {
        assert.deepEqual([course.title, course.status], [courses[place].title, courses[place].status]);
        assert.deepEqual(course.reviews.nodes, [{ id: `review-${place}` }]);
        assert.equal(author.name, viewer.name);
        assert.ok(author.enrollments.totalCount >= 1);
      }
    });

    test("goes there and back, and there again", async () => {
      const { data, errors } = await through(THERE_AND_BACK, {
        variables: { slug: examples.slug },
        token: tokens.learner,
      });
      assert.equal(errors, undefined);
      const [{ author }] = data.course.reviews.nodes;
      assert.deepEqual(author.reviews.map(({ course }) => course.title), courses.map(({ title }) => title));
    });

    test("passes its client on", async () => {
      const asked = "{ viewer { username } }";
      assert.deepEqual((await through(asked)).data, { viewer: null });
      assert.deepEqual((await through(asked, { token: tokens.learner })).data, {
        viewer: { username: viewer.username },
      });
      const { errors } = await through(asked, { token: "0123456789" });
      assert.ok(errors.length);
    });

    test("finds an object of ours by its global id", async () => {
      const { data } = await through("query($slug: String!) { course(slug: $slug) { id } }", {
        variables: { slug: examples.slug },
      });
      const found = await through("query($id: ID!) { nodes(ids: [$id]) { ... on Course { slug } } }", {
        variables: { id: data.course.id },
      });
      assert.deepEqual(found.data, { nodes: [{ slug: examples.slug }] });
    });

    test("changes something", async () => {
      const { data, errors } = await through(
        "mutation($input: CreateTokenInput!) { createToken(input: $input) { secret token { id label } } }",
        { variables: { input: { label: name.replaceAll("@", "") } }, token: tokens.learner },
      );
      assert.equal(errors, undefined);
      assert.ok(data.createToken.secret);
    });
  });
}
