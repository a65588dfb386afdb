// The pages of the platforms in a real browser, with only the server reachable.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { tokens } from "../service.mjs";
import { isBuilt, opened, pictures } from "./page.mjs";

const skip = await isBuilt("/xikolo/reference");

let visit;

before(async () => {
  if (!skip) visit = await opened();
});

after(() => visit?.browser.close());

test("the platform's page lists its routes, each with a way to its description", { skip }, async () => {
  const { page } = visit;
  await page.goto("/xikolo");
  await page.getByRole("heading", { name: "Xikolo (openHPI)" }).waitFor();
  await page.screenshot({ path: join(pictures, "coverage.png") });
  await page.getByRole("link", { name: "xikolo_course_items", exact: true }).click();
  const open = page.locator(".opblock.is-open");
  await open.waitFor();
  assert.match(await open.locator(".opblock-summary-path").innerText(), /course-items$/);
  await page.screenshot({ path: join(pictures, "reference-of-one.png") });
});

test("a route is tried out from its description", { skip }, async () => {
  const { page } = visit;
  await page.goto("/xikolo/reference#/users/xikolo_current_user");
  await page.reload();
  await page.getByRole("button", { name: "Authorize" }).first().click();
  await page.locator(".modal-ux input").first().fill(tokens.learner);
  await page.locator(".modal-ux button.authorize").first().click();
  await page.locator(".modal-ux button.btn-done").first().click();
  const route = page.locator("#operations-users-xikolo_current_user");
  await route.getByRole("button", { name: "Try it out" }).click();
  await route.getByRole("button", { name: "Execute" }).click();
  await route.locator(".live-responses-table .response-col_status", { hasText: "200" }).first().waitFor();
  await route.locator(".live-responses-table").getByText("users", { exact: false }).first().waitFor();
  await page.screenshot({ path: join(pictures, "reference-tried.png") });
});

test("nothing is asked of anybody else, and nothing is refused by the page's policy", { skip }, () => {
  assert.deepEqual(visit.foreign, []);
  assert.deepEqual(visit.refused, []);
});
