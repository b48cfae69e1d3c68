// What the browser does by itself: colour scheme, address, tooltip, keys, panel. No request leaves for a tooltip.
(function () {
  "use strict";

  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  window.dash_clientside = window.dash_clientside || {};
  const keep = () => window.dash_clientside.no_update;
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const scheme = () => (root.getAttribute("data-mantine-color-scheme") === "dark" ? "dark" : "light");

  // Dash components from the browser: children are strings, so a document's words stay text.
  const element = (type, className, children) => ({
    namespace: "dash_html_components",
    type,
    props: { className, children },
  });

  // ---- colour scheme and address ---------------------------------------------------------------------------------

  function followScheme() {
    root.setAttribute("data-ag-theme-mode", scheme());
    document.querySelectorAll(".chart-frame[data-drawn]").forEach(draw);
  }
  new MutationObserver(followScheme).observe(root, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });

  // The notice of a failed action goes when one succeeds.
  const clearNotice = () => set("notice", { children: [] });

  // The address whose view the page shows.
  const address = () => location.pathname + location.search;
  let shown = address();

  // Every choice is a step of the browser's history, so that Back undoes it.
  function writeQuery(query) {
    clearNotice();
    if (location.pathname !== "/" || query === null || query === undefined) return;
    const next = query ? `/?${query}` : "/";
    if (next !== address()) history.pushState(null, "", next);
    shown = next;
  }

  // Back and forward: the page of that address, with all its filters. A jump within a page changes no address.
  window.addEventListener("popstate", () => {
    if (address() !== shown) location.reload();
  });

  // ---- drawing: a chart is fetched when its card comes near the window, in the colours of the page -------------------

  // What the reader sees comes first: a drawing keeps the browser busy for a while.
  const whenIdle = window.requestIdleCallback || ((then) => setTimeout(then, 200));
  const isSeen = ({ boundingClientRect: box }) => box.top < innerHeight && box.bottom > 0;
  const near = new IntersectionObserver(
    (entries) =>
      entries
        .filter((entry) => entry.isIntersecting)
        .forEach((entry) => (isSeen(entry) ? draw(entry.target) : whenIdle(() => draw(entry.target), { timeout: 2000 }))),
    { rootMargin: "600px" },
  );

  async function draw(frame) {
    const address = `${frame.dataset.figure}&scheme=${scheme()}`;
    if (frame.dataset.drawn === address) return;
    frame.dataset.drawn = address;
    let told = {};
    try {
      const answer = await fetch(address);
      told = answer.ok ? await answer.json() : {};
    } catch {
      // The server is gone; the chart says so below.
    }
    if (!frame.isConnected || frame.dataset.drawn !== address) return;
    const { title, figure, details, left_out: leftOut } = told;
    frame.toggleAttribute("data-fault", !leftOut);
    frame.toggleAttribute("data-none", Boolean(leftOut) && !figure);
    if (!leftOut) return;
    set({ ...graphId(frame), type: "notes" }, { children: notes(leftOut, figure ? "" : title) });
    frame.told = details;
    if (!figure) return;
    frame.setAttribute("data-shown", "");
    // Its turn may come when the reader has chosen otherwise: then its place belongs to another chart.
    turn = turn.then(() => frame.isConnected && frame.dataset.drawn === address && show(frame, figure));
  }

  // One after the other, so that a reader sees the first while the next is drawn.
  let turn = Promise.resolve();
  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  async function show(frame, figure) {
    if (frame.querySelector(".dash-graph")) return set(graphId(frame), { figure });
    const graph = JSON.parse(frame.dataset.graph);
    graph.props.figure = figure;
    set({ ...graphId(frame), type: "graph-place" }, { children: graph });
    for (let left = 50; left && frame.isConnected && !frame.querySelector(".main-svg"); left--) await wait(20);
    await wait(20);
  }

  function drawAgain(frame) {
    delete frame.dataset.drawn;
    draw(frame);
  }

  // What cannot be drawn as asked: how much, and on a click each figure with its reason.
  function notes([first, ...reasons], title) {
    if (!first) return [];
    const list = element("Ul", "", reasons.map((reason) => element("Li", "", reason)));
    const box = element("Details", "", [element("Summary", "", first), list]);
    box.props.open = Boolean(title);
    return title ? [element("H3", "", title), box] : [box];
  }

  // ---- rows of a list that are out of sight: made when they are asked for; words of documents stay text ----------------

  function made(tag, className, ...parts) {
    const node = Object.assign(document.createElement(tag), { className });
    node.append(...parts);
    return node;
  }

  function row([observation, value, title, notes]) {
    const words = { "row-value": value, "row-title": title, "row-notes": notes };
    const button = made("button", "row", ...Object.entries(words).map(([name, text]) => made("span", name, text)));
    button.dataset.observation = observation;
    return made("li", "", button);
  }

  const fill = (list) => list.querySelector("ul").replaceChildren(...JSON.parse(list.dataset.rest).map(row));

  document.addEventListener("toggle", ({ target }) => target.open && target.matches("[data-rest]") && fill(target), true);

  // ---- tooltip -------------------------------------------------------------------------------------------------

  const hidden = () => [false, keep(), keep(), keep()];

  const idOf = (point) => (Array.isArray(point.customdata) ? point.customdata[0] : point.customdata);

  const markAt = (event) => ((event && event.points) || []).find((point) => typeof idOf(point) === "string");

  function showTooltip(hover) {
    const mark = markAt(hover);
    const frame = mark && byId(ownId()).closest(".chart-frame");
    const sides = frame && frame.told && frame.told[idOf(mark)];
    if (!sides) return hidden();
    const detail = sides[sideOf(frame, mark, sides.length)];
    byId("live").textContent = sentence(detail);
    const middle = (mark.bbox.x0 + mark.bbox.x1) / 2;
    return [true, mark.bbox, middle > frame.clientWidth / 2 ? "left" : "right", tooltip(detail)];
  }

  // The id of the chart that called, as Dash writes it into the page.
  function ownId() {
    const { triggered } = window.dash_clientside.callback_context;
    return triggered[0].prop_id.slice(0, triggered[0].prop_id.lastIndexOf("."));
  }

  // Sources that disagree have a mark each under one id; the lower mark is the earlier side.
  function sideOf(frame, mark, count) {
    if (count === 1) return 0;
    const heights = pointsOf(frame).filter((point) => point.id === idOf(mark)).map((point) => point.value);
    return Math.min(count - 1, heights.filter((value) => value < mark.y).length);
  }

  function tooltip(detail) {
    const source = [element("Strong", "", detail.source), element("Span", "tip-date", detail.date)];
    return element("Div", "tip-body", [
      element("Div", "tip-head", [element("Strong", "tip-value", detail.value), element("Span", "tip-period", detail.period)]),
      element("Div", "tip-written", detail.written),
      element("Div", "tip-quote", `“${detail.quote}”`),
      element("Div", "tip-source", source),
      detail.document && element("Div", "tip-document", detail.document),
      detail.digest && element("Div", "tip-digest", detail.digest),
      detail.made && element("Div", "tip-made", detail.made),
      element("Div", detail.conflict ? "tip-foot conflict" : "tip-foot", detail.agreement),
      detail.check && element("Div", "tip-check", detail.check),
    ].filter(Boolean));
  }

  const sentence = (detail) =>
    [detail.value, detail.period, detail.written, detail.source, detail.date, detail.agreement, detail.check, `“${detail.quote}”`]
      .filter(Boolean)
      .map((part) => part.replace(/\.$/, ""))
      .join(". ");

  // ---- opening the sources of a figure -----------------------------------------------------------------------------

  let opener = null;
  let opened = 0;

  const request = (observation) => ({ observation, at: ++opened });

  function openFigure() {
    const [trigger] = window.dash_clientside.callback_context.triggered || [];
    const mark = trigger && markAt(trigger.value);
    if (!mark) return keep();
    opener = document.activeElement;
    // Cleared, so that a second click on the same figure counts as a click.
    set(JSON.parse(ownId()), { clickData: null });
    return request(idOf(mark));
  }

  function openClaim(cell) {
    if (!cell || cell.colId === "url") return keep();
    opener = document.activeElement;
    return openRow(cell.rowId);
  }

  // A page without a panel: the figure has a page of its own.
  function openPage() {
    const [trigger] = window.dash_clientside.callback_context.triggered || [];
    const mark = trigger && markAt(trigger.value);
    if (mark) goTo(idOf(mark));
  }

  const goTo = (observation) => location.assign(`/observation/${observation}`);

  function openRow(rowId) {
    const api = window.dash_ag_grid && window.dash_ag_grid.getApi("table");
    const row = api && api.getRowNode(rowId);
    return row ? request(row.data.observation) : keep();
  }

  // A store that is still being read: the page asks again.
  function reload(times) {
    if (times) location.reload();
    return keep();
  }

  function showPanel(children) {
    const filled = Array.isArray(children) ? children.length > 0 : Boolean(children);
    root.toggleAttribute("data-panel", filled);
    if (!filled) return;
    clearNotice();
    requestAnimationFrame(() => focusOn("#panel h2"));
  }

  function focusOn(selector) {
    const target = document.querySelector(selector);
    if (target) target.focus({ preventScroll: false });
  }

  function closePanel() {
    set("panel", { children: [] });
    set("opened", { data: null });
    root.removeAttribute("data-panel");
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  }

  function toggleSheet(open) {
    root.toggleAttribute("data-sheet", open);
    focusOn(open ? "#filters .sheet-close" : "#filter-count");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-observation], [data-close], [data-open]");
    if (!button) return;
    if (button.dataset.observation) {
      opener = button;
      set("opened", { data: request(button.dataset.observation) });
    } else if (button.dataset.close === "panel") closePanel();
    else toggleSheet(button.dataset.open === "sheet");
  });

  // ---- keys ----------------------------------------------------------------------------------------------------

  const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return escape();
    const row = event.target.closest && event.target.closest("#table .ag-row");
    if (row && event.key === "Enter" && !event.target.closest("a")) return enterRow(row, event.target);
    const frame = event.target.classList && event.target.classList.contains("chart-frame") ? event.target : null;
    if (!frame) return;
    const points = pointsOf(frame);
    if (!points.length) return;
    if (event.key in STEP) moveTo(frame, points, step(frame, points.length, STEP[event.key]));
    else if (event.key === "Home") moveTo(frame, points, 0);
    else if (event.key === "End") moveTo(frame, points, points.length - 1);
    else if (event.key === "Enter" || event.key === " ") openPoint(frame, points);
    else return;
    event.preventDefault();
  });

  function enterRow(row, cell) {
    opener = cell;
    set("opened", { data: openRow(row.getAttribute("row-id")) });
  }

  function escape() {
    if (root.hasAttribute("data-panel")) closePanel();
    else if (root.hasAttribute("data-sheet")) toggleSheet(false);
    else document.querySelectorAll(".chart-frame").forEach(leave);
  }

  function step(frame, count, by) {
    const at = frame.dataset.at === undefined ? (by > 0 ? -1 : count) : Number(frame.dataset.at);
    return Math.min(count - 1, Math.max(0, at + by));
  }

  // The marks of a drawn chart, from left to right, one for each figure.
  function pointsOf(frame) {
    const plot = frame.querySelector(".js-plotly-plot");
    if (!plot || !plot._fullLayout) return [];
    const { xaxis, yaxis } = plot._fullLayout;
    const marks = plot._fullData.filter((trace) => trace.visible === true && String(trace.mode).includes("markers"));
    const points = marks.flatMap((trace) =>
      Array.from(trace.x, (x, index) => ({
        id: trace.customdata && idOf({ customdata: trace.customdata[index] }),
        value: trace.y[index],
        x: xaxis._offset + xaxis.d2p(x),
        y: yaxis._offset + yaxis.d2p(trace.y[index]),
      })),
    );
    const drawn = points.filter((point) => typeof point.id === "string" && isFinite(point.x) && isFinite(point.y));
    return drawn.sort((a, b) => a.x - b.x || b.y - a.y);
  }

  function moveTo(frame, points, index) {
    const { id, value, x, y } = points[index];
    frame.dataset.at = index;
    const ring = frame.querySelector(".ring");
    ring.style.transform = `translate(${x}px, ${y}px)`;
    frame.classList.add("keyed");
    const bbox = { x0: x - 6, x1: x + 6, y0: y - 6, y1: y + 6 };
    set(graphId(frame), { hoverData: { points: [{ customdata: id, y: value, bbox }] } });
  }

  function openPoint(frame, points) {
    const point = points[Number(frame.dataset.at)];
    if (!point) return;
    if (!byId("panel")) return goTo(point.id);
    opener = frame;
    set("opened", { data: request(point.id) });
  }

  const graphId = (frame) => JSON.parse(frame.dataset.graph).props.id;

  function leave(frame) {
    if (!frame.classList.contains("keyed")) return;
    frame.classList.remove("keyed");
    delete frame.dataset.at;
    set(graphId(frame), { hoverData: null });
  }

  document.addEventListener("focusout", (event) => {
    if (event.target.classList && event.target.classList.contains("chart-frame")) leave(event.target);
  });

  // ---- start ---------------------------------------------------------------------------------------------------

  // The header marks the page one is on; documents opened from the list belong to the list.
  function markPage(link) {
    const { page } = link.dataset;
    const here = location.pathname === page || (page === "/documents" && location.pathname.startsWith("/document"));
    link.setAttribute("data-seen", "");
    if (here) link.setAttribute("aria-current", "page");
  }

  function watchFrame(frame) {
    frame.setAttribute("data-seen", "");
    near.observe(frame);
  }

  new MutationObserver(() => {
    document.querySelectorAll("[data-page]:not([data-seen])").forEach(markPage);
    document.querySelectorAll(".chart-frame:not([data-seen])").forEach(watchFrame);
  }).observe(root, { childList: true, subtree: true });

  window.dash_clientside.figures = {
    writeQuery,
    showTooltip,
    openClaim,
    openFigure,
    openPage,
    showPanel,
    reload,
    drawAgain,
    fill,
    wait,
    whenIdle,
  };
})();
