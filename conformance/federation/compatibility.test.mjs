// Apollo's compatibility tests of subgraphs, on a products app served by Scholagraph's federation layer, with
// @apollo/gateway instead of the router binary.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";

import { ApolloGateway } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { parse } from "graphql";

import { composed } from "./reviews.mjs";

const require = createRequire(import.meta.url);
const tests = dirname(require.resolve("@apollo/federation-subgraph-compatibility-tests"));
const { runJest, TESTS } = require(join(tests, "testRunner.js"));

/** Ports where the tests expect the router and their own two subgraphs. */
const PORTS = { router: 4000, users: 4002, inventory: 4003 };
const PATIENCE = 60_000;

const free = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(port, "127.0.0.1", () => {
      const { port: found } = probe.address();
      probe.close(() => resolve(found));
    });
  });

const taken = (await Promise.all(Object.values(PORTS).map(free))).includes(undefined);

async function answering(url) {
  const asked = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ _service { sdl } }" }),
  };
  for (const end = Date.now() + PATIENCE; Date.now() < end; await new Promise((next) => setTimeout(next, 200))) {
    const answer = await fetch(url, asked).then((response) => response.json()).catch(() => undefined);
    if (answer?.data) return answer.data._service.sdl;
  }
  throw new Error(`Nothing answers at ${url}.`);
}

describe("Apollo's compatibility tests", { skip: taken && "ports 4000, 4002 and 4003 are not free" }, () => {
  const processes = [];
  let gateway, results;

  before(async () => {
    const start = (command, words, options) => {
      processes.push(spawn(command, words, { stdio: "ignore", ...options }));
    };
    const port = await free(0);
    const python = ["-m", "uvicorn", "--factory", "conformance.products:app", "--port", String(port)];
    // Settings of the other checks' server do not apply here.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SCHOLAGRAPH_")));
    start(process.env.SCHOLAGRAPH_PYTHON, python, { cwd: new URL("../..", import.meta.url).pathname, env });
    for (const name of ["users", "inventory"]) {
      start(process.execPath, [join(tests, "subgraphs", name, "index.js")], { cwd: join(tests, "subgraphs", name) });
    }
    const url = `http://127.0.0.1:${port}/`;
    const own = { name: "products", url, typeDefs: parse(await answering(url)) };
    const theirs = await Promise.all(
      ["users", "inventory"].map(async (name) => {
        const at = `http://localhost:${PORTS[name]}/`;
        await answering(at);
        const text = readFileSync(join(tests, "subgraphs", name, `${name}.graphql`), "utf8");
        return { name, url: at, typeDefs: parse(text) };
      }),
    );
    gateway = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl: composed(own, ...theirs) }) });
    await startStandaloneServer(gateway, { listen: { port: PORTS.router } });
    results = await runJest(url);
  });

  after(async () => {
    await gateway?.stop();
    for (const each of processes) each.kill();
  });

  for (const { assertion } of TESTS) {
    test(assertion, () => {
      const found = results.assertions.filter(
        ({ ancestorTitles, fullName }) => (ancestorTitles[0] ?? fullName) === assertion,
      );
      assert.ok(found.length, "it was not run");
      assert.deepEqual(found.flatMap(({ failureMessages }) => failureMessages), []);
    });
  }
});
