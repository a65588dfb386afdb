// A browser that reaches only the server, and records a page's requests to other hosts.

import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { origin } from "../service.mjs";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Folder of screenshots. */
export const pictures = process.env.PICTURES ?? mkdtempSync(join(tmpdir(), "pages-"));

/** Reason to skip a check of the page at `path`: no browser, or no build of `web/`; false to run the check. */
export async function isBuilt(path) {
  if (!existsSync(EXECUTABLE)) return `needs Chromium at ${EXECUTABLE}`;
  const answer = await fetch(`${origin}${path}`, { headers: { accept: "text/html" } });
  return !(await answer.text()).includes("/web/assets/") && "needs the build of web/";
}

/** A page; `foreign` has its requests to other hosts, `refused` the violations of its policy. */
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
