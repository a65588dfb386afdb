// The printed schema follows Relay's rules, checked by graphql-eslint.

import assert from "node:assert/strict";
import { test } from "node:test";

import graphqlPlugin from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const SCHEMA = new URL("../../schema.graphql", import.meta.url).pathname;

test("relay rules", async () => {
  const eslint = new ESLint({
    overrideConfigFile: true,
    cwd: new URL("../..", import.meta.url).pathname,
    overrideConfig: [
      {
        files: ["**/*.graphql"],
        languageOptions: { parser: graphqlPlugin.parser, parserOptions: { graphQLConfig: { schema: SCHEMA } } },
        plugins: { "@graphql-eslint": graphqlPlugin },
        rules: {
          "@graphql-eslint/relay-arguments": "error",
          "@graphql-eslint/relay-connection-types": "error",
          // Lists that are bounded by nature, such as the sections of a course, are plain lists.
          "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
          "@graphql-eslint/relay-page-info": "error",
        },
      },
    ],
  });
  const found = await eslint.lintFiles([SCHEMA]);
  assert.equal(found.length, 1);
  assert.deepEqual(
    found[0].messages.map(({ line, message }) => `${line}: ${message}`),
    [],
  );
});
