// The as-of slider: its label while it is dragged, and the way back to everything known.
(function () {
  "use strict";

  const functions = (window.dashMantineFunctions = window.dashMantineFunctions || {});
  functions.wordsOf = (place, { words }) => words[place] || "";

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-everything]")) return;
    const thumb = document.querySelector("#as-of [role=slider]");
    window.dash_clientside.set_props("as-of", { value: Number(thumb.getAttribute("aria-valuemax")) });
    // The button goes with what it undid.
    thumb.focus();
  });
})();
