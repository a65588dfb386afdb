// Two attacks in a real browser: a package and a page of another origin that want the token of a staff user.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { application } from "../player/course.mjs";
import { origin, tokens } from "../service.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const skip = !existsSync(EXECUTABLE) && `needs Chromium at ${EXECUTABLE}`;
const KEY = "scholagraph:token";

/** Script of the attacker: reads a token of its origin, and makes a permanent one with it. */
const THEFT = `
(async () => {
  const token = localStorage["${KEY}"] ?? sessionStorage["${KEY}"] ?? null;
  const body = JSON.stringify({ query: 'mutation { createToken(input: { label: "stolen" }) { secret } }' });
  const headers = { "content-type": "application/json", ...(token && { authorization: "Bearer " + token }) };
  const made = await fetch("/graphql", { method: "POST", headers, body }).then((answer) => answer.text(), String);
  document.title = "ran " + JSON.stringify({ token, made });
})();`;
const EVIL = `<!doctype html><title>loaded</title><script>${THEFT}</script>`;
const MANIFEST = `<?xml version="1.0"?>
<manifest identifier="evil" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="o"><organization identifier="o"><title>Evil</title>
    <item identifier="i" identifierref="r"><title>Evil</title></item></organization></organizations>
  <resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="evil.html">
    <file href="evil.html"/></resource></resources>
</manifest>`;
const ZIP = "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w') as z:\n" +
  "    z.writestr('imsmanifest.xml', sys.argv[2])\n    z.writestr('evil.html', sys.argv[3])";

let browser;
let context;

before(async () => {
  if (skip) return;
  browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  context = await browser.newContext();
  const staff = await context.newPage();
  await staff.goto(`${origin}/`);
  await staff.evaluate(([key, token]) => {
    localStorage.setItem(key, token);
    sessionStorage.setItem(key, token);
  }, [KEY, tokens.staff]);
});

after(() => browser?.close());

test("a package does not run where tokens are", { skip }, async () => {
  const app = await application("Attacker");
  const file = join(mkdtempSync(join(tmpdir(), "evil-")), "evil.zip");
  execFileSync(process.env.SCHOLAGRAPH_PYTHON, ["-c", ZIP, file, MANIFEST, EVIL]);
  await app.course("evil", file);
  const link = new URL(await app.preview("evil"), origin);
  for (const path of [`${link.pathname}content/evil.html`, link.pathname]) {
    const page = await context.newPage();
    await page.goto(`${origin}${path}`);
    await page.waitForTimeout(1500);
    const urls = page.frames().map((each) => each.url()).filter((each) => each !== "about:blank");
    assert.deepEqual(urls.filter((each) => each.startsWith(origin)), []);
    const titles = await Promise.all(page.frames().map((each) => each.title()));
    const ran = titles.find((each) => each.startsWith("ran "));
    if (ran) {
      const { token, made } = JSON.parse(ran.slice(4));
      assert.equal(token, null);
      assert.doesNotMatch(made, /"secret":"/);
    }
    await page.close();
  }
  for (const method of ["GET", "POST"]) {
    const answer = await fetch(`${origin}${link.pathname}content/evil.html`, { method, redirect: "manual" });
    assert.ok([307, 404, 405].includes(answer.status));
    assert.ok(!(await answer.text()).includes("script"));
  }
});

test("a form of another page does not open a document of the record store", { skip }, async () => {
  const app = await application("Attacker's store");
  const place = { activityId: "urn:evil", agent: JSON.stringify({ mbox: "mailto:eve@example.org" }), stateId: "evil" };
  const own = { authorization: app.authorization, "X-Experience-API-Version": "1.0.3" };
  const url = `${origin}/xapi/activities/state`;
  const kept = await fetch(`${url}?${new URLSearchParams(place)}`, {
    method: "PUT",
    headers: { ...own, "content-type": "text/html" },
    body: EVIL,
  });
  assert.equal(kept.status, 204);
  const fields = { ...place, Authorization: app.authorization, "X-Experience-API-Version": "1.0.3" };
  const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${quoted(value)}">`);
  const form = `<!doctype html><form method="post" action="${url}?method=GET">${inputs.join("")}</form>
    <script>document.forms[0].submit()</script>`;
  const elsewhere = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(form));
  await new Promise((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  try {
    const page = await context.newPage();
    const answered = page.waitForResponse((each) => each.url().startsWith(url));
    await page.goto(`http://127.0.0.1:${elsewhere.address().port}/`);
    assert.equal((await answered).status(), 403);
    await page.waitForTimeout(1000);
    assert.doesNotMatch(await page.title(), /loaded|ran/);
  } finally {
    elsewhere.close();
  }
  const read = await fetch(`${url}?method=GET`, { method: "POST", body: new URLSearchParams(fields) });
  assert.equal(await read.text(), EVIL);
  assert.equal(read.headers.get("x-content-type-options"), "nosniff");
  assert.equal(read.headers.get("content-security-policy"), "default-src 'none'; sandbox");
  assert.equal(read.headers.get("content-disposition"), "attachment");
});
