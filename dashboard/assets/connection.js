// What a reader is told of the connection: that an answer takes long, and that the server is gone until it is back.
(function () {
  "use strict";

  const root = document.documentElement;
  const PATIENCE = 1000;
  const RETRY = 2000;
  const ask = window.fetch.bind(window);

  // ---- an answer that takes more than a second ----------------------------------------------------------------------

  let pending = 0;
  let slow = 0;

  function begin() {
    pending += 1;
    if (pending === 1) slow = setTimeout(() => root.setAttribute("data-busy", ""), PATIENCE);
  }

  function end() {
    pending -= 1;
    if (pending) return;
    clearTimeout(slow);
    root.removeAttribute("data-busy");
  }

  // ---- a server that does not answer --------------------------------------------------------------------------------

  let banner = null;
  let leaving = false;

  // A page that is left gives up what it asked for.
  window.addEventListener("pagehide", () => (leaving = true));
  window.addEventListener("pageshow", () => (leaving = false));

  function lose() {
    if (banner || leaving) return;
    banner = document.createElement("div");
    banner.className = "lost";
    banner.setAttribute("role", "alert");
    banner.textContent =
      "The server does not answer. What is on the page stays; as soon as the server is back, the page is loaded again.";
    document.body.prepend(banner);
    setTimeout(retry, RETRY);
  }

  async function retry() {
    try {
      if ((await ask("/healthz", { cache: "no-store" })).ok) return location.reload();
    } catch {
      // Not back yet.
    }
    setTimeout(retry, RETRY);
  }

  window.fetch = async (...request) => {
    begin();
    try {
      return await ask(...request);
    } catch (error) {
      if (error.name !== "AbortError") setTimeout(lose, 100);
      throw error;
    } finally {
      end();
    }
  };
})();
