// API reference of one platform, rendered from its OpenAPI description.

import "swagger-ui-dist/swagger-ui.css";
import "./reference.css";

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const place = /** @type {HTMLElement} */ (document.getElementById("reference"));

SwaggerUI({
  domNode: place,
  url: place.dataset.description,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  defaultModelRendering: "model",
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  tryItOutEnabled: false,
  validatorUrl: null,
});
