// The parts of a browser's page that the player's runtimes use, for Node.

/**
 * Requests that the player has sent, in order: the address and the body's values.
 *
 * @type {[url: string, body: any][]}
 */
export const sent = [];

class Request {
  status = 200;
  responseText = JSON.stringify({ result: "true", errorCode: 0 });

  /**
   * @param {string} _method
   * @param {string} url
   */
  open(_method, url) {
    this.url = url;
  }

  setRequestHeader() {}

  /** @param {string} body */
  send(body) {
    sent.push([this.url ?? "", JSON.parse(body)]);
  }
}

const place = {
  addEventListener: () => {},
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
};

Object.assign(globalThis, {
  window: place,
  XMLHttpRequest: Request,
  fetch: async (/** @type {string} */ url, /** @type {{ body: string }} */ { body }) => void sent.push([url, JSON.parse(body)]),
});
