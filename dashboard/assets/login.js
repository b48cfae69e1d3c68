// Signing in leads back to the page one is on; a page whose session has ended asks to sign in anew.
(function () {
  "use strict";

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-sign-in]");
    if (link) link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  });

  // Of the answers to its own calls a page hears nothing; 401 is what a private dashboard says to whom it does not know.
  new PerformanceObserver((list) => {
    if (list.getEntries().some((entry) => entry.responseStatus === 401)) location.reload();
  }).observe({ type: "resource" });
})();
