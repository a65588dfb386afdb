// The subgraph composes with every composer of supergraphs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { composeServices as composeByApollo } from "@apollo/composition";
import { composeServices as composeByTheGuild } from "@theguild/federation-composition";
import { federateSubgraphs } from "@wundergraph/composition";
import { parse } from "graphql";

import { ask, routerSecret } from "../service.mjs";

const headers = { "router-authorization": routerSecret };
const service = await ask("{ _service { sdl } }", { path: "/subgraph", headers });
const ours = { name: "learning", url: "http://learning.test", typeDefs: parse(service.data._service.sdl) };

test("by @apollo/composition", () => {
  const { errors, supergraphSdl } = composeByApollo([ours]);
  assert.deepEqual(errors ?? [], []);
  assert.match(supergraphSdl, /type Course/);
});

test("by @theguild/federation-composition", () => {
  const { errors, supergraphSdl } = composeByTheGuild([ours]);
  assert.deepEqual(errors ?? [], []);
  assert.match(supergraphSdl, /type Course/);
});

test("by @wundergraph/composition", () => {
  const { name, url, typeDefs } = ours;
  const composed = federateSubgraphs({ subgraphs: [{ name, url, definitions: typeDefs }], version: "1" });
  assert.deepEqual(composed.errors ?? [], []);
  assert.ok(composed.success);
});
