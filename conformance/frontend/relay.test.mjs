// relay-compiler accepts the printed schema and typical documents; the server runs its output.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import compiler from "relay-compiler";

import { ask, examples, tokens } from "../service.mjs";

const here = new URL("./relay/", import.meta.url).pathname;
const schema = new URL("../../schema.graphql", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "relay-"));
after(() => rmSync(folder, { recursive: true }));

describe("relay-compiler", () => {
  let documents;
  before(async () => {
    cpSync(here, join(folder, "src"), { recursive: true });
    mkdirSync(join(folder, "__generated__"));
    cpSync(schema, join(folder, "schema.graphql"));
    const config = {
      src: "./src",
      schema: "./schema.graphql",
      language: "typescript",
      artifactDirectory: "./__generated__",
      persistConfig: { file: "./persisted.json", algorithm: "SHA256" },
      featureFlags: { enforce_fragment_alias_where_ambiguous: { kind: "disabled" } },
      customScalarTypes: { BigInt: "number", DateTime: "string", JSON: "unknown", Locale: "string", Markdown: "string", URL: "string" },
      requireCustomScalarTypes: true,
    };
    writeFileSync(join(folder, "relay.config.json"), JSON.stringify(config));
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "persisted.json"), "{}");
    await promisify(execFile)(compiler, ["relay.config.json"], { cwd: folder }).catch((error) => {
      throw new Error(error.stdout + error.stderr);
    });
    documents = Object.values(JSON.parse(readFileSync(join(folder, "persisted.json"), "utf8")));
  });

  const named = (name) => documents.find((text) => text.includes(`${name}(`));

  test("writes an artifact for each operation, those of refetches among them", () => {
    assert.equal(documents.length, 9);
    for (const name of ["documentsCataloguePageQuery", "documentsCourseRefetchQuery", "documentsItemRefetchQuery"]) {
      assert.ok(named(name), name);
    }
  });

  test("of which the server answers those that read", async () => {
    const { course } = (
      await ask("query($slug: String!) { course(slug: $slug) { id sections { allItems { id } } } }", {
        variables: { slug: examples.slug },
        token: tokens.learner,
      })
    ).data;
    const variables = {
      documentsCatalogueQuery: { search: null },
      documentsCataloguePageQuery: { count: 1, cursor: null, search: "a" },
      documentsEnrollmentsPageQuery: {
        count: 1,
        cursor: null,
        id: (await ask("{ viewer { id } }", { token: tokens.learner })).data.viewer.id,
      },
      documentsCourseQuery: { slug: examples.slug },
      documentsCourseRefetchQuery: { withNews: true, id: course.id },
      documentsItemRefetchQuery: { id: course.sections[0].allItems[0].id },
      documentsNodesQuery: { ids: [course.id] },
    };
    for (const [name, given] of Object.entries(variables)) {
      const { data, errors } = await ask(named(name), { variables: given, token: tokens.learner });
      assert.equal(errors, undefined, name);
      assert.ok(Object.values(data).every((value) => value !== null), name);
    }
  });

  test("pages follow on each other", async () => {
    const seen = [];
    for (let cursor = null; ; ) {
      const { data, errors } = await ask(named("documentsCataloguePageQuery"), {
        variables: { count: 1, cursor, search: null },
      });
      assert.equal(errors, undefined);
      seen.push(...data.courses.edges.map(({ node }) => node.id));
      if (!data.courses.pageInfo.hasNextPage) {
        assert.equal(seen.length, data.courses.totalCount);
        break;
      }
      cursor = data.courses.pageInfo.endCursor;
    }
    assert.equal(new Set(seen).size, seen.length);
  });
});
