/** Renders GraphiQL from a CDN, whose scripts have set the globals. Not built: calls instead of JSX. */
import { connect, initialTabs } from "./graphiql.js";

const { config, authorized } = connect();
/** @type {any} */
const loaded = globalThis;
const { GraphiQL, React, ReactDOM } = loaded;
const root = /** @type {HTMLElement} */ (document.getElementById("graphiql"));

if (GraphiQL && React && ReactDOM) {
  const { defaultTabs, initialQuery: query, initialVariables: variables } = initialTabs(config);
  const logo = React.createElement(GraphiQL.Logo, null, " ");
  const page = React.createElement(
    GraphiQL,
    {
      fetcher: authorized(GraphiQL.createFetcher({ url: config.url })),
      inputValueDeprecation: true,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
      schemaDescription: true,
      defaultTabs,
      query,
      variables,
    },
    logo,
  );
  ReactDOM.createRoot(root).render(page);
} else {
  const notice = /** @type {HTMLElement} */ (root.querySelector(".notice"));
  notice.textContent =
    "GraphiQL could not be loaded from its CDN. Install Node.js 20 or newer and restart the server to build it locally. Any other GraphQL client can use this URL.";
}
