import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphQLWorker from "monaco-graphql/esm/graphql.worker.js?worker";

/** @type {Partial<Record<string, new () => Worker>>} */
const WORKERS = { json: JsonWorker, graphql: GraphQLWorker };

self.MonacoEnvironment = {
  /**
   * @param {string} _id
   * @param {string} label
   */
  getWorker: (_id, label) => new (WORKERS[label] ?? EditorWorker)(),
};
