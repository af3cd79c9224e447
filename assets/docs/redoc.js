// Starts ReDoc on the document of this server, in the colours that the reader's system asks for.
(() => {
  "use strict";

  const light = {
    ground: "#f1f4f1", side: "#e6ebe6", ink: "#17211c", soft: "#53605a", line: "#b9c4bd", accent: "#15603f", fault: "#a3271b",
    warning: "#7a4a00", info: "#17587a", panel: "#1b2721", code: "#121a16",
  };
  const dark = {
    ground: "#0f1512", side: "#18201c", ink: "#e7ece8", soft: "#a3b0a9", line: "#3b4a42", accent: "#7fd1a7", fault: "#ff9f91",
    warning: "#e8b86a", info: "#8fc7e8", panel: "#18201c", code: "#0c110e",
  };
  const sans = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';
  const mono = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

  const answer = (colour, tab) => ({ color: colour, tabTextColor: tab });
  const theme = (colours) => ({
    colors: {
      primary: { main: colours.accent },
      success: { main: colours.accent },
      warning: { main: colours.warning, dark: colours.warning },
      error: { main: colours.fault },
      gray: { 50: colours.side, 100: colours.side },
      text: { primary: colours.ink, secondary: colours.soft },
      border: { dark: colours.line, light: colours.line },
      responses: {
        success: answer(colours.accent, dark.accent),
        error: answer(colours.fault, dark.fault),
        redirect: answer(colours.warning, dark.warning),
        info: answer(colours.info, dark.info),
      },
      http: { get: "#1d5b9e", post: "#15603f", put: "#8a5000", delete: "#a3271b", patch: "#0e6668" },
    },
    typography: {
      fontSize: "15px",
      lineHeight: "1.6em",
      fontFamily: sans,
      headings: { fontFamily: sans, fontWeight: "650" },
      code: { fontFamily: mono, color: colours.ink, backgroundColor: colours.side },
      links: { color: colours.accent, hover: colours.accent },
    },
    schema: { linesColor: colours.line, nestedBackground: colours.side, typeNameColor: colours.soft, requireLabelColor: colours.fault },
    sidebar: { backgroundColor: colours.side, textColor: colours.ink, activeTextColor: colours.accent },
    rightPanel: {
      backgroundColor: colours.panel,
      textColor: "#ffffff",
      servers: { overlay: { backgroundColor: colours.ground, textColor: colours.ink }, url: { backgroundColor: colours.side } },
    },
    codeBlock: { backgroundColor: colours.code },
    fab: { backgroundColor: colours.accent, color: colours.ground },
  });

  const options = {
    // The search runs in a worker made from a blob, which the policy of the page does not allow.
    disableSearch: true,
    hideDownloadButton: true,
    nativeScrollbars: true,
    theme: theme(matchMedia("(prefers-color-scheme: dark)").matches ? dark : light),
  };
  Redoc.init("/openapi.json", options, document.getElementById("main"));
})();
