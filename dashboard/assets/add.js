// The page on which documents are added: files dropped or chosen, and the form sent, with how much of it has left.
(function () {
  "use strict";

  const byId = (id) => document.getElementById(id);
  let chosen = [];

  const size = (bytes) => {
    const { number } = window.dash_clientside.reader;
    return bytes < 100_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${number(Math.round(bytes / 1e5) / 10)} MB`;
  };

  // ---- files ---------------------------------------------------------------------------------------------------

  // Dash has no field for files of its own that could send more than a callback may.
  function addFileField(zone) {
    zone.setAttribute("data-seen", "");
    const field = document.createElement("input");
    Object.assign(field, { type: "file", id: "add-files", multiple: true, className: "unseen" });
    zone.after(field);
    field.addEventListener("change", () => {
      take(field.files);
      field.value = "";
    });
    field.addEventListener("focus", () => zone.toggleAttribute("data-focus", field.matches(":focus-visible")));
    field.addEventListener("blur", () => zone.removeAttribute("data-focus"));
    chosen = [];
  }

  function take(files) {
    const isHere = (file) => chosen.some((one) => one.name === file.name && one.size === file.size);
    chosen = [...chosen, ...[...files].filter((file) => !isHere(file))];
    showChosen();
    problem(tooLarge() || "");
  }

  function showChosen() {
    byId("add-chosen").replaceChildren(...chosen.map(line));
  }

  function line(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = `${file.name}, ${size(file.size)}`;
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "close", ariaLabel: `Leave out ${file.name}` });
    const glyph = document.createElement("span");
    glyph.className = "glyph glyph-close";
    remove.append(glyph);
    remove.addEventListener("click", () => {
      chosen = chosen.filter((one) => one !== file);
      showChosen();
      problem(tooLarge() || "");
      byId("add-files").focus();
    });
    item.append(name, remove);
    return item;
  }

  // ---- dropping ------------------------------------------------------------------------------------------------

  const hasFiles = (event) => byId("add-form") && event.dataTransfer && event.dataTransfer.types.includes("Files");

  // Anywhere on the page: a file dropped beside the zone would otherwise replace the page.
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    byId("add-drop").setAttribute("data-over", "");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget && byId("add-drop")) byId("add-drop").removeAttribute("data-over");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    byId("add-drop").removeAttribute("data-over");
    take(event.dataTransfer.files);
  });

  // ---- sending -------------------------------------------------------------------------------------------------

  function problem(words) {
    const place = byId("add-problem");
    place.textContent = words;
    place.hidden = !words;
  }

  function tooLarge() {
    const { most, files, text, large } = byId("add-form").dataset;
    const bytes = chosen.reduce((sum, file) => sum + file.size, 0);
    const pasted = byId("add-form").querySelector("textarea").value.length;
    return (bytes > Number(most) || chosen.length > Number(files) || pasted > Number(text)) && large;
  }

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "add-form") return;
    event.preventDefault();
    const large = tooLarge();
    problem(large || "");
    if (!large) send(event.target);
  });

  function send(form) {
    const body = new FormData();
    form.querySelectorAll("input[name], textarea[name]").forEach((field) => body.append(field.name, field.value));
    chosen.forEach((file) => body.append("files", file));
    const call = new XMLHttpRequest();
    call.responseType = "json";
    call.upload.addEventListener("progress", (event) => showSent(event.loaded, event.total));
    const tooMuch = () => call.status === 413 && { problem: form.dataset.large };
    call.addEventListener("load", () => answered(tooMuch() || call.response || {}));
    call.addEventListener("error", () => answered({}));
    call.open("POST", form.dataset.post);
    sending(true);
    call.send(body);
  }

  function showSent(sent, total) {
    const share = total ? Math.round((100 * sent) / total) : 100;
    byId("add-sent").value = share;
    byId("add-sent-words").textContent = share < 100 ? `Sending: ${share} %` : "Sent; being taken in";
  }

  function answered({ job, problem: reason }) {
    if (job) return location.assign(`/add?job=${encodeURIComponent(job)}`);
    sending(false);
    problem(reason || "The server did not answer. Is it still running? What you wrote is still here; try again.");
  }

  function sending(is) {
    byId("add-sending").hidden = !is;
    byId("add-form").querySelector("button[type=submit]").disabled = is;
  }

  // ---- what comes by itself --------------------------------------------------------------------------------------

  // Focus follows a reader who waited or decided, but not one who has just opened the page.
  let opened = false;
  function arrive(heading) {
    heading.setAttribute("data-seen", "");
    if (opened) heading.focus();
  }

  new MutationObserver(() => {
    document.querySelectorAll("#add-drop:not([data-seen])").forEach(addFileField);
    document.querySelectorAll("[data-arrived]:not([data-seen])").forEach(arrive);
    opened = opened || Boolean(document.querySelector("#add-stage"));
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
