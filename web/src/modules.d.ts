/** Types of packages that have none, or wrong ones. */

// The types of scorm-again 3.4.3 have a default export here, where its modules have a named one.
declare module "scorm-again/scorm12" {
  export { Scorm12API } from "scorm-again";
}

declare module "scorm-again/scorm2004" {
  export { Scorm2004API } from "scorm-again";
}

declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  export default function SwaggerUI(options: Record<string, unknown>): unknown;
}
