// GraphiQL in a real browser, by clicking and typing, with only the server reachable.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ask, examples, tokens } from "../service.mjs";
import { VISIT, soon } from "../clients/visits.mjs";
import { isBuilt, opened, pictures } from "./page.mjs";

const RESULT = ".graphiql-response";
const EDITOR = ".graphiql-query-editor";

const skip = await isBuilt("/graphql");

let visit;
let page;

before(async () => {
  if (skip) return;
  visit = await opened();
  page = visit.page;
  await page.goto("/graphql");
  await page.getByRole("button", { name: /Execute query/ }).waitFor();
  await page.locator(`${EDITOR} .view-lines`).waitFor();
});

after(async () => {
  await page?.screenshot({ path: join(pictures, "last.png") });
  await visit?.browser.close();
});

async function write(text) {
  await page.locator(`${EDITOR} .view-lines`).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("Delete");
  await page.keyboard.type(text, { delay: 20 });
}

const run = () => page.getByRole("button", { name: /Execute query/ }).click();
const told = (text) => page.locator(RESULT).getByText(text).first().waitFor();

/** Open an example that contains `word`. */
async function example(title, word) {
  await page.getByRole("button", { name: "Open an example in a new tab" }).click();
  await page.getByRole("menuitem", { name: title, exact: true }).click();
  await page.locator(EDITOR).getByText(word).first().waitFor();
}

test("the first example shows content to the viewer who is offered", { skip }, async () => {
  assert.equal(await page.locator("#viewer").inputValue(), tokens.learner);
  await page.locator(EDITOR).getByText("CourseOutline").first().waitFor();
  await run();
  await told('"RichText"');
});

test("a query that is typed is completed, run and answered", { skip }, async () => {
  await page.locator("#viewer").selectOption(tokens.learner);
  await page.getByRole("button", { name: "New tab", exact: true }).click();
  await write("{ view");
  const offer = page.locator(".suggest-widget .monaco-list-row", { hasText: /^viewer(?!Dates)/ }).first();
  await offer.waitFor();
  await page.screenshot({ path: join(pictures, "completing.png") });
  await offer.click();
  await page.keyboard.type(" { username ");
  await page.keyboard.press("Escape"); // closes the completions
  await page.keyboard.press("Escape"); // closes their description
  await page.mouse.click(640, 780);
  await run();
  await told('"ada"');
  await page.screenshot({ path: join(pictures, "answered.png") });
});

test("a subscription shows its events as they come", { skip }, async () => {
  await example("Watch progress", "progressChanged");
  await run();
  await soon(told('"progressChanged"'), () =>
    ask(VISIT, { token: tokens.learner, variables: { id: examples.itemId } }),
  );
  await page.screenshot({ path: join(pictures, "subscribed.png") });
  await page.getByRole("button", { name: /Stop query/ }).click();
});

test("the explorer writes a query", { skip }, async () => {
  await page.getByRole("button", { name: "New tab", exact: true }).click();
  await page.getByRole("button", { name: "Show GraphiQL Explorer" }).click();
  await page.locator(".graphiql-plugin").getByText("viewer", { exact: true }).first().click();
  await page.locator(EDITOR).getByText("viewer").first().waitFor();
  await page.screenshot({ path: join(pictures, "explored.png") });
});

test("the token and headers are kept nowhere for good", { skip }, async () => {
  const stored = (storage) => page.evaluate((name) => JSON.stringify(globalThis[name]), storage);
  await page.getByRole("button", { name: "Headers" }).click();
  await page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines").last().click();
  await page.keyboard.type('{"Authorization": "Bearer typed"');
  await page.waitForTimeout(1000);
  assert.doesNotMatch(await stored("localStorage"), new RegExp(`${tokens.learner}|Bearer typed`));
  assert.match(await stored("sessionStorage"), new RegExp(tokens.learner));
  await page.evaluate((token) => {
    localStorage.setItem("scholagraph:token", token);
    localStorage.setItem("graphiql:headers", `{"Authorization": "Bearer ${token}"}`);
    localStorage.setItem("graphiql:queries", JSON.stringify({ queries: [{ headers: `authorization ${token}` }] }));
  }, tokens.teacher);
  await page.reload();
  await page.locator(`${EDITOR} .view-lines`).waitFor();
  assert.equal(await page.locator("#token").inputValue(), tokens.learner);
  assert.doesNotMatch(await stored("localStorage"), new RegExp(`${tokens.teacher}|${tokens.learner}|Bearer typed`));
});

test("nothing is asked of anybody else, and nothing is refused by the page's policy", { skip }, () => {
  assert.deepEqual(visit.foreign, []);
  assert.deepEqual(visit.refused, []);
});
