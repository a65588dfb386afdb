import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./workers.js";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { ToolbarButton, ToolbarMenu, pick, useGraphiQL, useGraphiQLActions, useMonaco } from "@graphiql/react";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { useEffect } from "react";
import { createRoot } from "react-dom/client";

import { connect, curlCommand, initialTabs, shareLink } from "../../static/graphiql.js";

/** @import { Example } from "../../static/graphiql.js" */

const FONT = { fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace", fontSize: 14 };

/**
 * Toolbar menu of example operations; each opens in a new tab.
 *
 * @param {{ examples: Example[] }} properties
 */
function ExamplesMenu({ examples }) {
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick("queryEditor", "variableEditor"));
  /** @param {Example} example */
  const open = ({ query, variables }) => {
    addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
  };
  return (
    <ToolbarMenu
      button={
        <ToolbarButton label="Open an example in a new tab">
          <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
            <path d="M10 5.5C8.4 4.3 6.2 3.9 3 4v11.5c3.2-.1 5.4.3 7 1.5 1.6-1.2 3.8-1.6 7-1.5V4c-3.2-.1-5.4.3-7 1.5Zm0 0V17" />
          </svg>
        </ToolbarButton>
      }
    >
      {examples.map((example) => (
        <ToolbarMenu.Item key={example.title} onSelect={() => open(example)}>
          {example.title}
        </ToolbarMenu.Item>
      ))}
    </ToolbarMenu>
  );
}

/**
 * Toolbar buttons that copy the operation: as a link to this page, and as a command for a shell.
 *
 * @param {{ url: string }} properties
 */
function CopyButtons({ url }) {
  const { queryEditor, variableEditor } = useGraphiQL(pick("queryEditor", "variableEditor"));
  /** @param {(query: string, variables: string) => string} made */
  const copy = (made) => navigator.clipboard.writeText(made(queryEditor?.getValue() ?? "", variableEditor?.getValue() ?? ""));
  const isSignedIn = () => Boolean(/** @type {HTMLInputElement | null} */ (document.getElementById("token"))?.value);
  const command = () =>
    copy((query, variables) => curlCommand(new URL(url, location.href).href, query, variables, isSignedIn()));
  return (
    <>
      <ToolbarButton label="Copy a link to this operation" onClick={() => copy(shareLink)}>
        <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
          <path d="m8 12 4-4M9 6l2-2a3.5 3.5 0 0 1 5 5l-2 2m-3 3-2 2a3.5 3.5 0 0 1-5-5l2-2" />
        </svg>
      </ToolbarButton>
      <ToolbarButton label="Copy as curl command" onClick={command}>
        <svg className="graphiql-toolbar-icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
          <path d="M3 4h14v12H3zm3 4 3 2.5L6 13m5 0h3" />
        </svg>
      </ToolbarButton>
    </>
  );
}

/** Replaces GraphiQL's web font, which is not in this bundle, by a system font. */
function SystemFont() {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    if (!monaco) return undefined;
    for (const editor of monaco.editor.getEditors()) editor.updateOptions(FONT);
    return monaco.editor.onDidCreateEditor((editor) => editor.updateOptions(FONT)).dispose;
  }, [monaco]);
  return null;
}

const { config, authorized } = connect();
const fetcher = createGraphiQLFetcher({
  url: config.url,
  subscriptionUrl: new URL(config.url, location.href.replace(/^http/, "ws")).href,
  headers: { accept: "multipart/mixed;deferSpec=20220824, application/json;q=0.9" },
});
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

createRoot(/** @type {HTMLElement} */ (document.getElementById("graphiql"))).render(
  <GraphiQL
    fetcher={authorized(fetcher)}
    plugins={plugins}
    inputValueDeprecation
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
    schemaDescription
    {...initialTabs(config)}
  >
    <GraphiQL.Logo>
      <SystemFont />
    </GraphiQL.Logo>
    <GraphiQL.Toolbar>
      {({ prettify, merge, copy }) => (
        <>
          {prettify}
          {merge}
          {copy}
          <CopyButtons url={config.url} />
          <ExamplesMenu examples={config.examples} />
        </>
      )}
    </GraphiQL.Toolbar>
  </GraphiQL>,
);
