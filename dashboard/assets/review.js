// The review page by keys: each button has one, a number that is selected in the text can become a claim.
(function () {
  "use strict";

  const page = () => document.querySelector("[data-review]");
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const field = (name) => ({ index: name, type: "field" });
  const isTyping = (node) => Boolean(node.closest("input, textarea, [contenteditable]"));
  const whys = () => document.getElementById("reject-reasons");

  function ask(isAsked) {
    whys().hidden = !isAsked;
    if (isAsked) whys().querySelector("button").focus();
  }

  // Offsets of documents count code points, those of the browser UTF-16 units.
  const points = (text) => [...text].length;

  function selected() {
    const selection = window.getSelection();
    const text = document.querySelector(".review-text");
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const raw = range.toString();
    const words = raw.trim();
    const lead = points(raw) - points(raw.trimStart());
    const start = Number(text.parentElement.dataset.start) + points(before.toString()) + lead;
    return words ? { start, end: start + points(words), words } : null;
  }

  function choosePlace(act) {
    const place = selected();
    if (!place) return say("Select the number in the text first, then press the key again.");
    set("selected", { data: { act, start: place.start, end: place.end } });
    const what = act === "split" ? "Split: a second claim" : "A new claim";
    say(`${what} at “${place.words}”. Check its value, change what differs, and save; Escape leaves it.`);
    document.querySelector(".field-value input").focus();
  }

  function say(words) {
    const line = document.getElementById("place-said");
    if (line) line.textContent = words;
  }

  // Everything as the claim has it: what was typed, selected or begun is taken back.
  function leave() {
    ask(false);
    set("reason", { value: "" });
    say("");
    set("selected", { data: {} });
    const shown = document.querySelector("[data-fields]");
    const fields = shown ? JSON.parse(shown.dataset.fields) : {};
    Object.entries(fields).forEach(([name, value]) => set(field(name), { value }));
    document.activeElement.blur();
  }

  // A claim that is opened in the panel is where the next key goes.
  function showDesk() {
    requestAnimationFrame(() => {
      const heading = document.querySelector("#desk h3");
      if (heading) heading.focus();
      if (heading) heading.scrollIntoView({ block: "start" });
    });
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.review = { showDesk };

  const isBusy = () => document.querySelector("#review[data-dash-is-loading]") !== null;

  const byKey = (key) => document.querySelector(`.review-acts button[data-key="${CSS.escape(key)}"]`);

  // A field tells what is in it when it is left, or a moment after it was typed.
  const TOLD = 100;

  function press(button, event) {
    if (!button || button.disabled || button.offsetParent === null) return;
    event.preventDefault();
    if (event.repeat) return;
    if (!isTyping(event.target)) return button.click();
    event.target.blur();
    setTimeout(() => button.click(), TOLD);
  }

  // Before others hear of it: Escape takes back what was begun here, and only then closes the panel.
  function onKey(event) {
    if (!page()) return;
    if (event.key === "Escape") return onEscape(event);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return press(byKey("s"), event);
    if (event.key === "Enter" && event.target.id === "reason") return press(document.querySelector(".act-own"), event);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "+" || event.key === "p") {
      event.preventDefault();
      return choosePlace(event.key === "p" ? "split" : "add");
    }
    if (event.key === "c") {
      event.preventDefault();
      return document.querySelector(".claim-form input").focus();
    }
    press(byKey(event.key), event);
  }

  // In an open list it closes the list.
  function onEscape(event) {
    if (event.target.getAttribute("aria-expanded") === "true") return;
    if (page().closest(".panel") && !page().contains(event.target)) return;
    event.stopPropagation();
    leave();
  }

  document.addEventListener("keydown", onKey, true);

  // A press on a button would take the selection away before the click comes.
  document.addEventListener("mousedown", (event) => {
    if (page() && event.target.closest("[data-place]")) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (!page()) return;
    const place = event.target.closest("[data-place]");
    if (place) return choosePlace(place.dataset.place);
    if (event.target.closest("#reset-fields")) return leave();
    const button = event.target.closest(".review-acts button");
    if (!button) return;
    if (button.id === "ask-why") return ask(whys().hidden);
    ask(false);
  });

  // One act at a time: a second click on a page that waits for its answer is no second decision.
  document.addEventListener(
    "click",
    (event) => {
      if (!page() || !isBusy() || !event.target.closest(".review-acts .acts button:not(#ask-why), .reject-reasons button")) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
})();
