// The as-of slider: its label while it is dragged, and the way back to everything known.
(function () {
  "use strict";

  const functions = (window.dashMantineFunctions = window.dashMantineFunctions || {});
  // Its label, and what a screen reader says in place of the number of the stop.
  functions.wordsOf = (place, { words }) => {
    const said = words[place] || "";
    requestAnimationFrame(() => {
      const thumb = document.querySelector("#as-of [role=slider]");
      if (thumb && Number(thumb.getAttribute("aria-valuenow")) === place) thumb.setAttribute("aria-valuetext", said);
    });
    return said;
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-everything]")) return;
    const thumb = document.querySelector("#as-of [role=slider]");
    window.dash_clientside.set_props("as-of", { value: Number(thumb.getAttribute("aria-valuemax")) });
    // The button goes with what it undid.
    thumb.focus();
  });
})();
