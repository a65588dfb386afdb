// Requests of the player's page to the server, and how to wait for them.

/** @type {Map<Promise<unknown>, [url: string, text: string]>} */
const onTheWay = new Map();
let isLeaving = false;

// A pending request may be lost when the page closes, so its body is sent again; duplicates are harmless.
window.addEventListener("pagehide", () => {
  isLeaving = true;
  for (const [url, text] of onTheWay.values()) navigator.sendBeacon(url, text);
});
window.addEventListener("pageshow", () => (isLeaving = false));

/**
 * Post a text, even while the page closes.
 *
 * @param {string} url
 * @param {string} text
 */
export async function send(url, text) {
  if (isLeaving) return void navigator.sendBeacon(url, text);
  const sending = fetch(url, { method: "POST", body: text }).catch(() => {});
  onTheWay.set(sending, [url, text]);
  await sending;
  onTheWay.delete(sending);
}

/** Wait for all pending requests: the next step may read their effect or leave the page. */
export async function sent() {
  while (onTheWay.size) await Promise.all(onTheWay.keys());
}

/**
 * HTTP service for scorm-again. Commits are synchronous, as the standards require, except the last one: an activity may
 * end while its page closes, when browsers forbid synchronous requests. scorm-again's own solution for that case does
 * not report completion. `prepared` returns the body of a commit.
 *
 * @param {(commit: any) => object} prepared
 * @returns {import("scorm-again").IHttpService}
 */
export const commits = (prepared) => ({
  updateSettings: () => {},
  processHttpRequest: (url, commit, isLast) => {
    const body = JSON.stringify(prepared(commit));
    if (isLast) {
      send(url, body);
      return { result: "true", errorCode: 0 };
    }
    const request = new XMLHttpRequest();
    request.open("POST", url, false);
    request.setRequestHeader("Content-Type", "application/json");
    try {
      request.send(body);
      if (request.status === 200) return JSON.parse(request.responseText);
    } catch {
      // reported below, like any other failure
    }
    return { result: "false", errorCode: 101 };
  },
});
