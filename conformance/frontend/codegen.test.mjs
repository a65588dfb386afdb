// graphql-codegen's client preset generates types from the printed schema; a strict front end compiles with them.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { generate } from "@graphql-codegen/cli";
import ts from "typescript";

const here = new URL("./codegen/", import.meta.url).pathname;
const schema = new URL("../../schema.graphql", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "codegen-"));
after(() => rmSync(folder, { recursive: true }));

const scalars = {
  BigInt: "number",
  DateTime: "string",
  Html: "string",
  JSON: "unknown",
  Locale: "string",
  Markdown: "string",
  URL: "string",
};

test("client preset, strict scalars, tsc --strict", async () => {
  cpSync(here, folder, { recursive: true });
  symlinkSync(new URL("../node_modules", import.meta.url).pathname, join(folder, "node_modules"));
  await generate(
    {
      schema,
      documents: join(folder, "app.ts"),
      silent: true,
      generates: {
        [`${folder}/gql/`]: {
          preset: "client",
          config: { strictScalars: true, scalars, useTypeImports: true },
        },
      },
    },
    true,
  );
  const program = ts.createProgram([join(folder, "app.ts")], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  });
  const found = ts.getPreEmitDiagnostics(program);
  const names = { getCanonicalFileName: String, getCurrentDirectory: () => folder, getNewLine: () => "\n" };
  assert.equal(ts.formatDiagnostics(found, names), "");
});
