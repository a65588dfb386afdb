/**
 * What both GraphiQL pages share, the bundled one and the one from a CDN: the top bar's token field and the first tabs.
 * Served as it stands; imports nothing.
 */
const TOKEN = "scholagraph:token";

/** Opens GraphiQL's documentation explorer, once GraphiQL is there. */
function showDocs() {
  const sidebar = document.querySelector(".graphiql-sidebar");
  if (sidebar) sidebar.querySelector('[aria-label^="Show Documentation"]')?.click();
  else setTimeout(showDocs, 100);
}

/**
 * Reads the configuration the server wrote into the page and brings the top bar to life.
 * `authorized` wraps a GraphiQL fetcher so that each request carries the bar's token, unless the headers editor names
 * an Authorization of its own.
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
 * GraphiQL's properties for its first tabs: the operation in the address (`?query=…&variables=…`) if there is one, and
 * the examples when nothing is stored from an earlier visit.
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
