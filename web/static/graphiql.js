/**
 * Code shared by both GraphiQL pages, the bundled one and the one from a CDN: the token field and the first tabs.
 * Served unchanged; has no imports.
 */
const TOKEN = "scholagraph:token";

/** Opens GraphiQL's documentation explorer as soon as GraphiQL is loaded. */
function showDocs() {
  const sidebar = document.querySelector(".graphiql-sidebar");
  if (sidebar) sidebar.querySelector('[aria-label^="Show Documentation"]')?.click();
  else setTimeout(showDocs, 100);
}

/**
 * Reads the configuration that the server wrote into the page and connects the top bar.
 * `authorized` wraps a GraphiQL fetcher: each request sends the bar's token, unless the headers editor has its own
 * Authorization.
 */
export function connect() {
  const config = JSON.parse(document.getElementById("config").textContent);
  const token = document.getElementById("token");
  const viewer = document.getElementById("viewer");

  const show = (value) => {
    token.value = value;
    const known = [...viewer.options].some((option) => !option.disabled && option.value === value);
    viewer.value = known ? value : "other";
  };
  const keep = (value) => {
    if (value) localStorage.setItem(TOKEN, value);
    else localStorage.removeItem(TOKEN);
    show(value);
  };
  token.addEventListener("input", () => keep(token.value.trim()));
  viewer.addEventListener("change", () => keep(viewer.value));
  document.getElementById("identity").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("docs").addEventListener("click", showDocs);
  if (location.hash === "#docs") showDocs();
  show(localStorage.getItem(TOKEN) ?? "");

  const authorized = (fetcher) => (params, options) => {
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
