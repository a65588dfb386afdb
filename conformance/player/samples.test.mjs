// Third-party packages in a real browser, completed by clicks, launched twice, and read back. The packages are
// not part of the repository: they are in $SAMPLES, or in shared/data next to it.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

import { chromium } from "playwright-core";

import { application } from "./course.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const SAMPLES = process.env.SAMPLES ?? join(import.meta.dirname, "../../../shared/data");
const pictures = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), "player-"));
const TINCANJS = join(import.meta.dirname, "../node_modules/tincanjs/build/tincan-min.js");
const absent = !existsSync(EXECUTABLE) && `needs Chromium at ${EXECUTABLE}`;
const needing = (sample) =>
  ({ skip: absent || (!existsSync(join(SAMPLES, sample)) && `needs ${sample} in ${SAMPLES}`) });

let browser;
let context;

before(async () => {
  if (absent) return;
  browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(20_000);
});

after(() => browser?.close());

/** Open a launch link; dialogs of the page are confirmed. */
async function launched(link) {
  const page = await context.newPage();
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(link);
  return page;
}

/** Wait for the frame whose URL contains `name`. */
async function frame(page, name) {
  for (const until = Date.now() + 20_000; Date.now() < until; await page.waitForTimeout(50)) {
    const found = page.frames().find((each) => each.url().includes(name));
    if (found) {
      await found.waitForLoadState();
      return found;
    }
  }
  throw new Error(`no frame shows ${name}: ${page.frames().map((each) => each.url())}`);
}

/** Continue to an activity by its title, and wait until it is loaded. */
async function next(page, title) {
  await page.getByRole("button", { name: "Next" }).click();
  await page.locator("nav button[aria-current=step]", { hasText: title }).waitFor();
  for (const until = Date.now() + 20_000; Date.now() < until; await page.waitForTimeout(20)) {
    if (page.frames()[1].url() !== "about:blank") return page.frames()[1].waitForLoadState();
  }
  throw new Error(`${title} is not there`);
}

/** Answer each question of the golf packages, which mark correct options, and submit the answers. */
async function answer(quiz) {
  for (const right of await quiz.locator(".correctAnswer").all()) {
    const text = right.locator("input[type=text]");
    if (await text.count()) await text.fill((await right.textContent()).match(/\((.*)\)/)[1]);
    else await right.locator("input").check();
  }
  await quiz.getByRole("button", { name: "Submit Answers" }).click();
  await quiz.getByText("Score: 100").waitFor();
}

/** Exit by the player's own button, unless the package has exited by its own. */
async function left(page) {
  await page.waitForTimeout(500);
  const over = page.getByText("You can close this page now.");
  if (!(await over.isVisible())) await page.locator("header .exit").click();
  await over.waitFor();
  await page.close();
}

/** Read a course by GraphQL once REST shows the same: a unit sends its last xAPI statement while its page closes. */
async function settled(app, id) {
  for (let tries = 20; ; tries -= 1) {
    const [told, verbs] = [await app.registration(id), await app.verbs(id)];
    if (tries === 0 || isDeepStrictEqual(verbs.sort(), told.verbs.sort())) {
      assert.deepEqual(verbs, told.verbs);
      return told;
    }
    await setTimeout(250);
  }
}

const picture = (page, name) => page.screenshot({ path: join(pictures, `${name}.png`) });
const count = (verbs, verb) => verbs.filter((each) => each === verb).length;

test("SCORM 1.2, one activity after the other", needing("scorm/RuntimeMinimumCalls_SCORM12.zip"), async () => {
  const app = await application("golf 1.2");
  await app.course("golf-12", join(SAMPLES, "scorm/RuntimeMinimumCalls_SCORM12.zip"));
  let page = await launched(await app.preview("golf-12"));
  await frame(page, "Playing.html");
  for (const title of ["Par?", "Keeping Score"]) await next(page, title);
  await frame(page, "Scoring.html");
  await picture(page, "scorm-12-begun");
  await left(page);
  page = await launched(await app.preview("golf-12"));
  await frame(page, "OtherScoring.html"); // the first that is not complete yet
  const titles = await page.locator("nav button").evaluateAll((all) => all.map((each) => each.lastChild.data));
  for (const title of titles.slice(4)) {
    await next(page, title);
    if (title.includes("Quiz")) await answer(page.frames()[1]);
  }
  await picture(page, "scorm-12-done");
  await left(page);
  const told = await settled(app, "golf-12");
  assert.deepEqual(
    [told.count, told.completion, told.success, told.score, told.activities.length],
    [1, "COMPLETED", "UNKNOWN", null, 18], // reports only its start and end
  );
  assert.equal(count(told.verbs, "completed"), 18);
});

for (const [standard, sample, location] of [
  ["SCORM 1.2", "scorm/singlescobasic.zip", (cmi) => cmi.core.lesson_location],
  ["SCORM 2004", "scorm/RuntimeBasicCalls_SCORM20043rdEdition.zip", (cmi) => cmi.location],
]) {
  test(`${standard}, pages in one activity, resumed`, needing(sample), async () => {
    const name = standard.replace(" ", "-");
    const app = await application(name);
    await app.course(name, join(SAMPLES, sample));
    let page = await launched(await app.preview(name));
    let sco = await frame(page, "launchpage.html");
    for (const each of ["Par.html", "Scoring.html"]) {
      await sco.getByRole("button", { name: "Next ->" }).click();
      await frame(page, each);
    }
    await sco.getByRole("button", { name: "Exit" }).click(); // and save
    await left(page);
    const begun = await app.registration(name);
    assert.deepEqual([begun.completion, location(begun.activities[0].runtime.cmi)], ["INCOMPLETE", "2"]);
    page = await launched(await app.preview(name));
    sco = await frame(page, "launchpage.html");
    await frame(page, "/Scoring.html");
    await picture(page, `${name}-resumed`);
    const next = sco.getByRole("button", { name: "Next ->" });
    while (await next.isEnabled()) await next.click();
    await answer(await frame(page, "assessmenttemplate.html"));
    await picture(page, `${name}-done`);
    await sco.getByRole("button", { name: "Exit" }).click();
    await left(page);
    const told = await app.registration(name);
    assert.deepEqual([told.count, told.completion, told.success, told.score], [1, "COMPLETED", "PASSED", 1]);
    assert.deepEqual((await app.verbs(name)).sort(), ["completed", "initialized", "passed"]);
  });
}

test("Tin Can, resumed", needing("xapi/GolfExample_TCAPI.zip"), async () => {
  const app = await application("golf Tin Can");
  await app.course("golf-xapi", join(SAMPLES, "xapi/GolfExample_TCAPI.zip"));
  // The sample is shipped without the library that it refers to.
  const library = await readFile(TINCANJS);
  await context.route("**/scripts/TinCanJS/build/tincan-min.js", (route) =>
    route.fulfill({ body: library, contentType: "text/javascript" }),
  );
  let page = await launched(await app.preview("golf-xapi"));
  let course = await frame(page, "content/index.html");
  for (const each of ["Par.html", "/Scoring.html"]) {
    await course.getByRole("button", { name: "Next ->" }).click();
    await frame(page, each);
  }
  await left(page);
  page = await launched(await app.preview("golf-xapi"));
  course = await frame(page, "content/index.html");
  await frame(page, "/Scoring.html"); // by its state
  await picture(page, "tin-can-resumed");
  for (let at = 3; at < 15; at += 1) await course.getByRole("button", { name: "Next ->" }).click();
  const quiz = await frame(page, "assessmenttemplate.html");
  await answer(quiz);
  await picture(page, "tin-can-done");
  await left(page);
  const told = await settled(app, "golf-xapi");
  assert.deepEqual([told.count, told.completion, told.success, told.score], [1, "COMPLETED", "PASSED", 1]);
  assert.equal(count(told.verbs, "resumed"), 1);
  assert.equal(count(told.verbs, "answered"), 15);
});

test("cmi5, resumed", needing("cmi5/single_au_basic_responsive.zip"), async () => {
  const app = await application("geology");
  await app.course("geology", join(SAMPLES, "cmi5/single_au_basic_responsive.zip"));
  let page = await launched(await app.preview("geology"));
  let unit = await frame(page, "content/index.html");
  for (let at = 0; at < 2; at += 1) await unit.locator(".footerbar").last().click();
  await unit.getByText("Whole-Earth Structure").first().waitFor();
  await left(page);
  page = await launched(await app.preview("geology"));
  unit = await frame(page, "content/index.html");
  await unit.getByRole("button", { name: "Resume From Bookmark" }).click();
  await picture(page, "cmi5-resumed");
  await unit.locator(".navmenuitem", { hasText: "Quiz" }).click();
  await unit.getByRole("button", { name: /Select correct answers/ }).click();
  await unit.getByRole("button", { name: "Submit Answers" }).click();
  await page.waitForTimeout(1000);
  await picture(page, "cmi5-done");
  await left(page);
  const told = await settled(app, "geology");
  assert.deepEqual([told.count, told.completion, told.success, told.score], [1, "COMPLETED", "PASSED", 1]);
  for (const each of ["launched", "initialized", "completed", "passed", "satisfied"]) {
    assert.ok(told.verbs.includes(each), each);
  }
});
