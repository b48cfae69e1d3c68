// The text of a document: the figure one came for is shown, a number tells why it was not used, and Back comes back.
(function () {
  "use strict";

  const root = document.documentElement;

  // ---- the claim of the address ------------------------------------------------------------------------------------

  function showMark(mark) {
    mark.setAttribute("data-seen", "");
    mark.scrollIntoView({ block: "center" });
    const link = mark.querySelector("a");
    if (link) link.focus({ preventScroll: true });
  }

  new MutationObserver(() => {
    document.querySelectorAll("mark.pointed:not([data-seen])").forEach(showMark);
  }).observe(root, { childList: true, subtree: true });

  // Who goes from a figure to its page and back comes to the same place of the text.
  function rememberPlace(link) {
    history.replaceState(null, "", `${location.pathname}?claim=${link.dataset.claim}`);
  }

  // ---- what a mark tells: to a mouse by its title, on focus and on a tap by a note beside it ----------------------------

  const note = document.createElement("div");
  note.className = "mark-note";
  note.hidden = true;
  // A screen reader has the title.
  note.setAttribute("aria-hidden", "true");
  let noted = null;

  function tell(mark) {
    noted = mark;
    note.textContent = mark.title;
    note.hidden = false;
    if (!note.isConnected) document.body.append(note);
    place();
  }

  function untell() {
    noted = null;
    note.hidden = true;
  }

  // Below the first line of the mark, above it where there is no room, always inside the window.
  function place() {
    if (!noted) return;
    if (!noted.isConnected) return untell();
    const [at] = noted.getClientRects();
    const below = at.bottom + 6;
    const fits = below + note.offsetHeight <= window.innerHeight;
    note.style.top = `${fits ? below : at.top - 6 - note.offsetHeight}px`;
    note.style.left = `${Math.max(8, Math.min(at.left, root.clientWidth - note.offsetWidth - 8))}px`;
  }

  const markAt = (event) => event.target.closest && event.target.closest(".text [title]");

  document.addEventListener("focusin", (event) => {
    const mark = markAt(event);
    if (mark && mark.matches(":focus-visible")) tell(mark);
  });
  document.addEventListener("focusout", untell);
  document.addEventListener("click", (event) => {
    const mark = markAt(event);
    if (!mark) return untell();
    if (mark.dataset.claim) rememberPlace(mark);
    else tell(mark);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && untell());
  window.addEventListener("scroll", place, { capture: true, passive: true });
  window.addEventListener("resize", place);
})();
