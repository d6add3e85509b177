"use strict";
SwaggerUIBundle({
  dom_id: "#reference",
  url: "openapi.json",
  // The tests check the document, so no validator of another host gets it.
  validatorUrl: null,
  // A token is kept in memory only, and is lost when the page closes.
  persistAuthorization: false,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  deepLinking: true,
  filter: true,
  docExpansion: "none",
  tagsSorter: "alpha",
  defaultModelsExpandDepth: 0,
});
