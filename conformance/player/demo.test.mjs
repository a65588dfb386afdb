// The demo's package in a real browser: launched by its learner, completed by a click, and read back.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";

import { chromium } from "playwright-core";

import { ask, examples, origin, tokens } from "../service.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = !existsSync(EXECUTABLE) && `needs Chromium at ${EXECUTABLE}`;
const LAUNCH = `mutation($id: ID!) {
  createLaunchLink(input: { courseId: $id }) { url registration { success score } userErrors { message } }
}`;

test("the demo's learner passes the demo's package", { skip }, async () => {
  const variables = { id: examples.packageId };
  const launch = async () => (await ask(LAUNCH, { token: tokens.learner, variables })).data.createLaunchLink;
  const { url, userErrors } = await launch();
  assert.deepEqual(userErrors, []);
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    await page.goto(new URL(url, origin).href);
    const unit = page.frameLocator("iframe");
    await unit.getByRole("button", { name: "Slightly above the bud" }).click();
    await unit.getByText("Right: the new shoot").waitFor();
    for (const until = Date.now() + 10_000; Date.now() < until; await page.waitForTimeout(200))
      if ((await launch()).registration.success === "PASSED") break;
    const { registration } = await launch();
    assert.equal(registration.success, "PASSED");
    assert.equal(registration.score, 1);
  } finally {
    await browser.close();
  }
});
