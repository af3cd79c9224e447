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

  // Figures that change while one looks. Only while the page is seen: a browser has few connections for a site.
  const figures = new Map([...document.querySelectorAll("[data-figure]")].map((place) => [place.dataset.figure, place]));
  const said = document.getElementById("live");
  if (figures.size && said) {
    let stream;
    let refusals = 0;
    let spokenAt = Date.now();
    const show = (event) => {
      refusals = 0;
      const news = [];
      for (const [name, text] of Object.entries(JSON.parse(event.data))) {
        const place = figures.get(name);
        if (!place || place.textContent === text) continue;
        place.textContent = text;
        if ("said" in place.dataset) news.push(`${place.previousElementSibling.textContent}: ${text}`);
      }
      // Twice a minute at most: whoever listens wants to know, and not to be talked at.
      if (!news.length || Date.now() - spokenAt < 30_000) return;
      spokenAt = Date.now();
      said.textContent = news.join(". ");
    };
    const stop = () => {
      stream?.close();
      stream = undefined;
    };
    const start = () => {
      if (stream || document.hidden) return;
      stream = new EventSource("/admin/live");
      stream.addEventListener("figures", show);
      // The browser comes back by itself, unless it was refused: signed out, or too many windows.
      stream.addEventListener("error", () => {
        if (stream?.readyState !== EventSource.CLOSED) return;
        stop();
        refusals += 1;
        if (refusals < 4) setTimeout(start, 30_000);
      });
    };
    document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
    addEventListener("pagehide", stop);
    addEventListener("pageshow", start);
  }
})();
