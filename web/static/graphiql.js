/**
 * What both GraphiQL pages share, the bundled one and the one from a CDN: the top bar's token field and the first tabs.
 * Served as it stands; imports nothing.
 */

/**
 * @typedef {{ title: string, query: string, variables: string }} Example
 * @typedef {{ url: string, examples: Example[] }} Config
 * @typedef {import("@graphiql/toolkit").Fetcher} Fetcher
 */

const TOKEN = "scholagraph:token";

/**
 * An element that the page has.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 */
const placed = (id, kind) => {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new TypeError(`The page has no ${kind.name} #${id}.`);
};

/** Opens GraphiQL's documentation explorer, once GraphiQL is there. */
function showDocs() {
  const sidebar = document.querySelector(".graphiql-sidebar");
  const button = sidebar?.querySelector('[aria-label^="Show Documentation"]');
  if (button instanceof HTMLElement) button.click();
  else if (!sidebar) setTimeout(showDocs, 100);
}

/**
 * Reads the configuration the server wrote into the page and brings the top bar to life.
 * `authorized` wraps a GraphiQL fetcher so that each request carries the bar's token, unless the headers editor names
 * an Authorization of its own.
 */
export function connect() {
  /** @type {Config} */
  const config = JSON.parse(placed("config", HTMLScriptElement).text);
  const token = placed("token", HTMLInputElement);
  const viewer = placed("viewer", HTMLSelectElement);

  /** @param {string} value */
  const show = (value) => {
    token.value = value;
    const known = [...viewer.options].some((option) => !option.disabled && option.value === value);
    viewer.value = known ? value : "other";
  };
  /** @param {string} value */
  const keep = (value) => {
    if (value) localStorage.setItem(TOKEN, value);
    else localStorage.removeItem(TOKEN);
    show(value);
  };
  token.addEventListener("input", () => keep(token.value.trim()));
  viewer.addEventListener("change", () => keep(viewer.value));
  placed("identity", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
  placed("docs", HTMLElement).addEventListener("click", showDocs);
  if (location.hash === "#docs") showDocs();
  show(localStorage.getItem(TOKEN) ?? "");

  /**
   * @param {Fetcher} fetcher
   * @returns {Fetcher}
   */
  const authorized = (fetcher) => (params, options) => {
    /** @type {Record<string, string>} */
    const headers = { ...options?.headers };
    const named = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
    if (token.value && !named) headers.Authorization = `Bearer ${token.value.trim()}`;
    return fetcher(params, { ...options, headers });
  };
  return { config, authorized };
}

/**
 * GraphiQL's properties for its first tabs: the operation in the address (`?query=…&variables=…`) if there is one, and
 * the examples when nothing is stored from an earlier visit.
 *
 * @param {Config} config
 */
export function initialTabs({ examples }) {
  const address = new URLSearchParams(location.search);
  const linked = address.get("query");
  if (linked) {
    const variables = address.get("variables") ?? "";
    return { initialQuery: linked, initialVariables: variables, defaultTabs: [{ query: linked, variables }] };
  }
  if (localStorage.getItem("graphiql:tabState")) return {};
  return { defaultTabs: examples, initialVariables: examples[0]?.variables ?? "" };
}
