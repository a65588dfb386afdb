// A second subgraph, which extends Course and User, and the supergraph of both.

import { createServer } from "node:http";

import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse } from "graphql";

import { ask, origin, routerSecret } from "../service.mjs";

export const fromRouter = { "router-authorization": routerSecret };

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@requires", "@external"])

  type Query {
    latestReviews: [Review!]!
    node(id: ID!): Node @shareable
  }

  interface Node { id: ID! }

  type Review @key(fields: "id") {
    id: ID!
    stars: Int!
    course: Course!
    author: User!
  }

  type Course implements Node @key(fields: "id") @key(fields: "slug") {
    id: ID!
    slug: String!
    title: String! @external
    reviews(first: Int = 10): ReviewConnection!
    reviewHeading: String! @requires(fields: "title")
  }

  type User @key(fields: "username") {
    username: String!
    reviews: [Review!]!
  }

  type ReviewConnection { nodes: [Review!]!, pageInfo: PageInfo! }

  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
`);

/** Serve reviews of the courses in `slugs`, each by one of `usernames`; `close` stops the server. */
export async function startReviews(slugs, usernames) {
  const { courses } = (await ask("{ courses(first: 50) { nodes { id slug } } }")).data;
  const course = (given) => courses.nodes.find(({ id, slug }) => id === given.id || slug === given.slug);
  const reviews = slugs.map((slug, place) => ({
    id: `review-${place}`,
    stars: 5 - place,
    course: { __typename: "Course", ...course({ slug }) },
    author: { __typename: "User", username: usernames[place % usernames.length] },
  }));
  const schema = buildSubgraphSchema({
    typeDefs,
    resolvers: {
      Query: { latestReviews: () => reviews, node: () => null },
      Course: {
        __resolveReference: (given) => ({ ...given, ...course(given) }),
        reviews: ({ slug }) => ({
          nodes: reviews.filter((each) => each.course.slug === slug),
          pageInfo: { hasNextPage: false, hasPreviousPage: false },
        }),
        reviewHeading: ({ title }) => `Reviews of ${title}`,
      },
      User: { reviews: ({ username }) => reviews.filter((each) => each.author.username === username) },
    },
  });
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString());
    const result = await graphql({ schema, source: query, variableValues: variables, operationName });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(result));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name: "reviews",
    url: `http://127.0.0.1:${server.address().port}/`,
    typeDefs,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Scholagraph's subgraph, for a composer. */
export async function ownSubgraph() {
  const { data } = await ask("{ _service { sdl } }", { path: "/subgraph", headers: fromRouter });
  return { name: "learning", url: `${origin}/subgraph`, typeDefs: parse(data._service.sdl) };
}

/** Return the supergraph's SDL. */
export function composed(...subgraphs) {
  const { errors, supergraphSdl } = composeServices(subgraphs);
  if (errors?.length) throw new AggregateError(errors, errors.map(String).join("\n"));
  return supergraphSdl;
}
