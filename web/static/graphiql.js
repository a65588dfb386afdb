/**
 * Code shared by both GraphiQL pages, the bundled one and the one from a CDN: the token field and the first tabs.
 * Served unchanged; has no imports.
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

/** Opens GraphiQL's documentation explorer as soon as GraphiQL is loaded. */
function showDocs() {
  const sidebar = document.querySelector(".graphiql-sidebar");
  const button = sidebar?.querySelector('[aria-label^="Show Documentation"]');
  if (button instanceof HTMLElement) button.click();
  else if (!sidebar) setTimeout(showDocs, 100);
}

/**
 * Removes tokens that earlier versions kept for good: the bar's token, and headers with one in GraphiQL's own storage.
 * The bar's token is kept for the tab only (`sessionStorage`), where no page of another tab reads it.
 */
function forgetStoredTokens() {
  for (const name of [TOKEN, "graphiql:headers", "graphiql:shouldPersistHeaders"]) localStorage.removeItem(name);
  for (const name of ["graphiql:tabState", "graphiql:queries", "graphiql:favorites"]) {
    const stored = localStorage.getItem(name);
    if (stored !== null && /authorization/i.test(stored)) localStorage.removeItem(name);
  }
}

/**
 * Reads the configuration that the server wrote into the page and connects the top bar. `authorized` wraps a GraphiQL
 * fetcher: each request sends the bar's token, unless the headers editor has its own Authorization.
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
    if (value) sessionStorage.setItem(TOKEN, value);
    else sessionStorage.removeItem(TOKEN);
    show(value);
  };
  token.addEventListener("input", () => keep(token.value.trim()));
  viewer.addEventListener("change", () => keep(viewer.value));
  placed("identity", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
  placed("docs", HTMLElement).addEventListener("click", showDocs);
  if (location.hash === "#docs") showDocs();
  forgetStoredTokens();
  show(sessionStorage.getItem(TOKEN) ?? "");

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
 * GraphiQL's properties for its first tabs: the operation in the URL (`?query=…&variables=…`), else the tabs stored by
 * an earlier visit, else the examples.
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
