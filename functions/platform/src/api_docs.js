"use strict";
SwaggerUIBundle({
  dom_id: "#reference",
  url: "openapi.json",
  // The document is checked by the tests: it is shown to no validator of another host.
  validatorUrl: null,
  // A token ends with the page: it is kept in memory alone.
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  deepLinking: true,
  filter: true,
  docExpansion: "none",
  tagsSorter: "alpha",
  defaultModelsExpandDepth: 0,
});
