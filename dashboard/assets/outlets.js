// What leaves the page through its menus: words to paste, a picture of a chart.
(function () {
  "use strict";

  const root = document.documentElement;
  const TOLD_FOR = 3000;

  document.addEventListener("click", (event) => {
    const entry = event.target.closest("[data-copy], [data-copy-from], [data-picture]");
    if (entry) take(entry);
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  async function take(entry) {
    const menu = entry.closest("details.menu");
    try {
      await (entry.dataset.picture ? picture(entry.dataset) : copy(entry.dataset));
      tell(menu, entry.dataset.picture ? "Saved" : "Copied", entry.textContent);
    } catch {
      tell(menu, "Failed, is the server there?", entry.textContent);
    }
    close(menu);
  }

  async function copy({ copy, copyFrom }) {
    const words = copy === undefined ? await (await answer(copyFrom)).text() : copy;
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      copySelected(words);
    }
  }

  // Browsers give the clipboard to pages of this machine or of https only; elsewhere a selected text can be copied.
  function copySelected(words) {
    const area = document.createElement("textarea");
    area.value = words;
    area.setAttribute("readonly", "");
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    if (!copied) throw new Error("this browser copies nothing");
  }

  async function picture({ picture: format, drawing, name: filename }) {
    const scheme = root.getAttribute("data-mantine-color-scheme") === "dark" ? "dark" : "light";
    const { data, layout } = (await (await answer(`${drawing}&scheme=${scheme}`)).json()).figure;
    const size = { width: 960, height: layout.height, scale: 2 };
    await window.Plotly.downloadImage({ data, layout }, { format, filename, ...size });
  }

  async function answer(address) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} answers ${response.status}`);
    return response;
  }

  // The menu's own button says it to the eye, the page's live region to a screen reader.
  function tell(menu, word, what) {
    document.getElementById("live").textContent = `${what}: ${word.toLowerCase()}`;
    const label = menu.querySelector("summary");
    label.dataset.name = label.dataset.name || label.textContent;
    label.textContent = word;
    setTimeout(() => (label.textContent = label.dataset.name), TOLD_FOR);
  }

  // A menu near the edge of the window moves inside it.
  function keepInside({ target: menu }) {
    if (!menu.open || !menu.matches("details.menu")) return;
    const entries = menu.querySelector(".menu-entries");
    entries.style.transform = "";
    const { left, right } = entries.getBoundingClientRect();
    const shift = Math.max(0, 8 - left) || Math.min(0, root.clientWidth - 8 - right);
    entries.style.transform = `translateX(${shift}px)`;
  }
  document.addEventListener("toggle", keepInside, true);

  // Before the page hears of it, whose Escape closes the panel around the menu.
  document.addEventListener(
    "keydown",
    (event) => {
      const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
      if (!menu) return;
      event.stopPropagation();
      close(menu);
    },
    true,
  );

  function close(menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
})();
