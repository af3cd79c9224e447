// Starts Swagger UI on the document of this server.
(() => {
  "use strict";

  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", paint);
  paint();

  // Authorize survives a reload by the token alone: left to itself, Swagger UI keeps the password in clear text as well.
  const keepTokensOnly = () => ({
    statePlugins: {
      auth: {
        wrapActions: {
          persistAuthorizationIfNeeded: (_original, system) => () => {
            const authorized = system.authSelectors.authorized().toJS();
            for (const grant of Object.values(authorized)) {
              delete grant.password;
              delete grant.clientSecret;
            }
            localStorage.setItem("authorized", JSON.stringify(authorized));
          },
        },
      },
    },
  });

  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#main",
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [keepTokensOnly],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: true,
    withCredentials: true,
    validatorUrl: null,
  });

  // The dialog of Authorize is no form, so that Enter would do nothing.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.(".auth-container input")) {
      event.target.closest(".auth-container").querySelector("button.authorize")?.click();
    }
  });
})();
