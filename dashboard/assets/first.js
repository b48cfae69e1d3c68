// What cannot wait until the page is there: its colour scheme (the reader's choice, else what the system prefers), and
// on a page with charts the script that draws them, which Dash would ask for last.
(function () {
  "use strict";
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("mantine-color-scheme-value") || "auto";
  } catch {
    // Storage may be switched off; then the system decides.
  }
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  document.documentElement.setAttribute("data-ag-theme-mode", dark ? "dark" : "light");

  if (!/^\/($|series\/|review$)/.test(location.pathname)) return;
  const src = "/_dash-component-suites/plotly/package_data/plotly.min.js";
  document.head.append(Object.assign(document.createElement("script"), { src, async: true }));
})();
