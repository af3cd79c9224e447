// Small comforts of the console. Every page works without them.
(() => {
  "use strict";

  // Search as one types: the form is sent by itself, and the list alone is replaced, so that the field keeps its focus.
  const search = document.querySelector("form[data-live]");
  const list = document.getElementById("list");
  if (search && list) {
    let waiting;
    let running;
    const show = async () => {
      running?.abort();
      running = new AbortController();
      const pairs = [...new FormData(search)].filter(([, value]) => value !== "");
      const query = new URLSearchParams(pairs).toString();
      const address = search.getAttribute("action") + (query ? `?${query}` : "");
      try {
        const answer = await fetch(address, { signal: running.signal, headers: { accept: "text/html" } });
        // Signed out, or refused: the whole page says so.
        if (!answer.ok || answer.redirected) return location.assign(address);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.getElementById("list");
        if (!found) return location.assign(address);
        list.replaceChildren(...found.childNodes);
        history.replaceState(null, "", address);
      } catch (fault) {
        if (fault.name !== "AbortError") search.submit();
      }
    };
    search.addEventListener("input", (event) => {
      clearTimeout(waiting);
      waiting = setTimeout(show, event.target.type === "search" ? 250 : 0);
    });
  }

  // All rows of a list at once.
  document.addEventListener("change", (event) => {
    const all = event.target;
    if (!all.matches?.("input[data-all]")) return;
    for (const box of all.closest("form").querySelectorAll("input[name=pick]")) box.checked = all.checked;
  });
})();
