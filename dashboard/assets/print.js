// Before a page is printed: every chart as it fits the paper, in light colours; the claims of the view as a plain table.
(function () {
  "use strict";

  // What an A4 or a letter page with its margins is wide; the first rows of the table, in columns it has room for.
  const WIDTH = 680;
  const ROWS = 100;
  const COLUMNS = ["metric", "who", "period", "span_text", "publisher", "published"];

  let opened = [];

  // Browsers print when this event is over: nothing can be waited for.
  function answer(address) {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    try {
      request.send();
      return request.status === 200 ? JSON.parse(request.responseText) : null;
    } catch {
      return null;
    }
  }

  function fit(frame) {
    const { figure } = answer(`${frame.dataset.figure}&scheme=light`) || {};
    if (!figure) return;
    frame.setAttribute("data-shown", "");
    const plot = frame.querySelector(".js-plotly-plot") || placed(frame);
    window.Plotly.react(plot, figure.data, { ...figure.layout, width: WIDTH });
  }

  // A chart that was out of sight so far.
  function placed(frame) {
    const plot = document.createElement("div");
    plot.className = "for-paper";
    frame.querySelector(".chart-place").after(plot);
    return plot;
  }

  function made(tag, words) {
    const node = document.createElement(tag);
    node.textContent = words;
    return node;
  }

  function line(tag, cells) {
    const row = document.createElement("tr");
    row.append(...cells.map((words) => made(tag, words)));
    return row;
  }

  const cell = (row, name) => (name === "published" ? window.dash_clientside.reader.day(row[name]) : row[name]);

  function writeTable(grid) {
    const { rows, total } = answer(`/rows.json${location.search || "?"}&start=0&rows=${ROWS}`) || {};
    if (!rows || !rows.length) return;
    const heads = JSON.parse(grid.dataset.heads);
    const table = document.createElement("table");
    table.className = "plain on-paper";
    table.createTHead().append(line("th", COLUMNS.map((name) => heads[name])));
    table.createTBody().append(...rows.map((row) => line("td", COLUMNS.map((name) => cell(row, name)))));
    const first = total > rows.length ? `The first ${rows.length} of ` : "";
    table.createCaption().textContent = `${first}${window.dash_clientside.reader.number(total)} claims`;
    grid.after(table);
  }

  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("#main details:not([open], .menu, .facet)")];
    opened.forEach((each) => (each.open = true));
    document.querySelectorAll("[data-rest]").forEach(window.dash_clientside.figures.fill);
    document.querySelectorAll(".chart-frame").forEach(fit);
    const grid = document.getElementById("grid-place");
    if (grid) writeTable(grid);
  });

  addEventListener("afterprint", () => {
    opened.forEach((each) => (each.open = false));
    document.querySelectorAll(".on-paper, .for-paper").forEach((table) => table.remove());
    document.querySelectorAll(".chart-frame").forEach(window.dash_clientside.figures.drawAgain);
  });
})();
