// A browser that reaches nothing but the server, and notes what a page tries beyond.

import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { origin } from "../service.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Where pictures of pages go. */
export const pictures = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), "pages-"));

/** Why a check of the page at `path` is skipped: without a browser, or a build of `web/`; false for no reason. */
export async function isBuilt(path) {
  if (!existsSync(EXECUTABLE)) return `needs Chromium at ${EXECUTABLE}`;
  const answer = await fetch(`${origin}${path}`, { headers: { accept: "text/html" } });
  return !(await answer.text()).includes("/web/assets/") && "needs the build of web/";
}

/** A page; `foreign` are the addresses elsewhere that it asked for, `refused` what its policy forbade. */
export async function opened() {
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  const page = await browser.newPage({ baseURL: origin, viewport: { width: 1280, height: 800 } });
  const foreign = [];
  const refused = [];
  await page.route(
    (url) => !url.href.startsWith(origin) && url.protocol.startsWith("http"),
    (route) => {
      foreign.push(route.request().url());
      return route.abort();
    },
  );
  page.on("console", (message) => {
    if (/Content Security Policy|Refused/.test(message.text())) refused.push(message.text());
  });
  return { browser, page, foreign, refused };
}
