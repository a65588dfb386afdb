// What the player's page sends to the server, and how it waits until that is there.

/** @type {Map<Promise<unknown>, [url: string, text: string]>} */
const onTheWay = new Map();
let isLeaving = false;

// What is still on the way as the page goes might not come there; that it comes twice does no harm.
window.addEventListener("pagehide", () => {
  isLeaving = true;
  for (const [url, text] of onTheWay.values()) navigator.sendBeacon(url, text);
});
window.addEventListener("pageshow", () => (isLeaving = false));

/**
 * Send a text, also while the page goes.
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

/** Wait until all that was sent is there: what comes next may read it, or lead away. */
export async function sent() {
  while (onTheWay.size) await Promise.all(onTheWay.keys());
}

/**
 * How scorm-again commits. An activity waits for the answer, as its standard has it, but to its last commit: it may
 * end while its page goes, when a browser lets nothing wait. scorm-again's own way for that tells nobody when it is
 * there. `prepared` gives what is sent for a commit.
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
      // told as any other failure
    }
    return { result: "false", errorCode: 101 };
  },
});
