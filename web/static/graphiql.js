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
    sessionStorage.setItem(TOKEN, value);
    show(value);
  };
  token.addEventListener("input", () => keep(token.value.trim()));
  viewer.addEventListener("change", () => keep(viewer.value));
  placed("identity", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
  placed("docs", HTMLElement).addEventListener("click", showDocs);
  if (location.hash === "#docs") showDocs();
  forgetStoredTokens();
  // The examples are about the first demo viewer, who is chosen until the visitor chooses: "" is Anonymous.
  const offered = [...viewer.options].find((option) => option.value && !option.disabled);
  show(sessionStorage.getItem(TOKEN) ?? offered?.value ?? "");

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
 * GraphiQL's properties for its first tabs: the operation in the URL (`#query=…&variables=…`, or the same as `?`), else the tabs stored by
 * an earlier visit, else the examples.
 *
 * @param {Config} config
 */
export function initialTabs({ examples }) {
  const shared = new URLSearchParams(location.hash.slice(1));
  const address = shared.has("query") ? shared : new URLSearchParams(location.search);
  const linked = address.get("query");
  if (linked) {
    const variables = address.get("variables") ?? "";
    return { initialQuery: linked, initialVariables: variables, defaultTabs: [{ query: linked, variables }] };
  }
  if (localStorage.getItem("graphiql:tabState")) return {};
  return { defaultTabs: examples, initialVariables: examples[0]?.variables ?? "" };
}

/**
 * URL of this page that opens an operation; its fragment is sent to no server, and no token is in it.
 *
 * @param {string} query
 * @param {string} variables
 */
export function shareLink(query, variables) {
  const parts = new URLSearchParams({ query });
  if (variables.trim()) parts.set("variables", variables);
  return `${location.origin}${location.pathname}#${parts}`;
}

/**
 * Command that sends an operation from a shell, with `$TOKEN` for the token.
 *
 * @param {string} url
 * @param {string} query
 * @param {string} variables
 * @param {boolean} isSignedIn
 */
export function curlCommand(url, query, variables, isSignedIn) {
  const body = JSON.stringify(variables.trim() ? { query, variables: JSON.parse(variables) } : { query });
  const token = isSignedIn ? ' \\\n  --header "Authorization: Bearer $TOKEN"' : "";
  return `curl ${url} \\\n  --header 'Content-Type: application/json'${token} \\\n  --data '${body.replaceAll("'", "'\\''")}'`;
}
