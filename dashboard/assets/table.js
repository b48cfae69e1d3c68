// The table of claims: rows are fetched block by block; order and filters of its heads are part of the address.
(function () {
  "use strict";

  const TABLE = "table";
  const byId = (id) => document.getElementById(id);
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  window.dash_clientside = window.dash_clientside || {};

  let query = "";
  let known = null;

  // ---- the heads of the columns ↔ the parameters `sort` and `where` ------------------------------------------------

  const SIGNS = {
    contains: "~",
    notContains: "!~",
    equals: "=",
    notEqual: "!=",
    greaterThanOrEqual: ">=",
    lessThanOrEqual: "<=",
    greaterThan: ">",
    lessThan: "<",
    blank: "=",
    notBlank: "!=",
  };
  const FORM = /^(\w+?)(!~|~|!=|>=|<=|=|>|<)(.*)$/;
  const KINDS = { agTextColumnFilter: "text", agNumberColumnFilter: "number", agDateColumnFilter: "date" };

  function conditionsOf(model) {
    return Object.entries(model)
      .flatMap(([column, filter]) => (filter.conditions || [filter]).flatMap((one) => texts(column, one)))
      .sort();
  }

  function texts(column, filter) {
    const isDay = filter.filterType === "date";
    const [low, high] = isDay ? [filter.dateFrom, filter.dateTo] : [filter.filter, filter.filterTo];
    const value = (end) => (end === null || end === undefined ? "" : isDay ? String(end).slice(0, 10) : String(end));
    if (filter.type === "inRange") return [`${column}>=${value(low)}`, `${column}<=${value(high)}`];
    return [`${column}${SIGNS[filter.type]}${filter.type.toLowerCase().includes("blank") ? "" : value(low)}`];
  }

  function modelOf(conditions, api) {
    const byColumn = {};
    for (const text of conditions) {
      const [, column, sign, value] = FORM.exec(text) || [];
      if (column) (byColumn[column] = byColumn[column] || []).push([sign, value]);
    }
    const filters = Object.entries(byColumn).map(([column, parts]) => [column, filterOf(parts, kindOf(api, column))]);
    return Object.fromEntries(filters);
  }

  const kindOf = (api, column) => KINDS[(api.getColumnDef(column) || {}).filter];

  function filterOf(parts, filterType) {
    const ends = Object.fromEntries(parts);
    if (parts.length === 2 && ends[">="] && ends["<="]) return made("inRange", ends[">="], filterType, ends["<="]);
    const conditions = parts.map(([sign, value]) => made(nameOf(sign, value), value, filterType));
    return conditions.length === 1 ? conditions[0] : { filterType, operator: "AND", conditions };
  }

  const nameOf = (sign, value) =>
    value ? Object.keys(SIGNS).find((name) => SIGNS[name] === sign) : sign === "=" ? "blank" : "notBlank";

  function made(type, low, filterType, high = null) {
    if (filterType === "date") return { filterType, type, dateFrom: low || null, dateTo: high };
    const number = (text) => (filterType === "number" && text ? Number(text) : text);
    return { filterType, type, filter: number(low), filterTo: number(high) };
  }

  function orderOf(api) {
    const sorted = api.getColumnState().filter((column) => column.sort);
    return sorted
      .sort((a, b) => a.sortIndex - b.sortIndex)
      .map((column) => `${column.sort === "desc" ? "-" : ""}${column.colId}`)
      .join(",");
  }

  const columnsOf = (order) =>
    order
      .split(",")
      .filter(Boolean)
      .map((name, sortIndex) => ({ colId: name.replace(/^-/, ""), sort: name.startsWith("-") ? "desc" : "asc", sortIndex }));

  // The address with the order and the conditions that the heads show.
  function withHeads(api) {
    const asked = new URLSearchParams(query);
    asked.delete("sort");
    asked.delete("where");
    const order = orderOf(api);
    if (order) asked.set("sort", order);
    conditionsOf(api.getFilterModel()).forEach((text) => asked.append("where", text));
    return asked.toString();
  }

  const plain = (text) => {
    const asked = new URLSearchParams(text);
    asked.sort();
    return asked.toString();
  };

  function showHeads(api) {
    const asked = new URLSearchParams(query);
    const [order, conditions] = [asked.get("sort") || "", asked.getAll("where")];
    if (order !== orderOf(api)) api.applyColumnState({ state: columnsOf(order), defaultState: { sort: null } });
    if (conditions.sort().join("\n") !== conditionsOf(api.getFilterModel()).join("\n"))
      api.setFilterModel(modelOf(conditions, api));
  }

  // ---- rows ------------------------------------------------------------------------------------------------------

  const rowsOf = (api) => ({
    async getRows({ startRow, endRow, successCallback, failCallback }) {
      const asked = withHeads(api);
      try {
        const answer = await fetch(`/rows.json?${asked ? `${asked}&` : ""}start=${startRow}&rows=${endRow - startRow}`);
        if (!answer.ok) throw new Error(answer.statusText);
        const { rows, total } = await answer.json();
        if (api.isDestroyed()) return;
        successCallback(rows, total);
        tell(api, total);
      } catch {
        failCallback();
        byId("table-fault").hidden = false;
      }
    },
  });

  function tell(api, total) {
    byId("table-fault").hidden = true;
    if (total) api.hideOverlay();
    else api.showNoRowsOverlay();
    const isNarrowed = Object.keys(api.getFilterModel()).length > 0;
    const found = byId("table-found");
    const words = isNarrowed ? `${window.dash_clientside.reader.number(total)} of them pass the filters of the table.` : "";
    if (found.textContent !== words) found.textContent = words;
  }

  document.addEventListener("click", ({ target }) => {
    if (target.closest && target.closest("#table-fault button") && known) known.refreshInfiniteCache();
  });

  // ---- the grid: its script comes when the browser has drawn a chart ---------------------------------------------

  const SCRIPT = "/_dash-component-suites/dash_ag_grid/dash_ag_grid.min.js";
  const isDrawn = () =>
    !document.querySelector(".chart-frame:not([data-fault], [data-none])") || document.querySelector(".chart-frame .main-svg");

  const load = () =>
    new Promise((resolve) => {
      const script = Object.assign(document.createElement("script"), { src: SCRIPT });
      script.onload = () => resolve(Boolean(window.dash_ag_grid));
      script.onerror = () => resolve(false);
      document.head.append(script);
    });

  const askedAgain = () =>
    new Promise((resolve) => byId("table-fault").querySelector("button").addEventListener("click", resolve, { once: true }));

  async function make(grid) {
    const { wait, whenIdle } = window.dash_clientside.figures;
    for (let left = 50; left && !isDrawn(); left--) await wait(100);
    await new Promise((resolve) => whenIdle(resolve, { timeout: 1000 }));
    while (!(await load())) {
      byId("table-fault").hidden = false;
      await askedAgain();
    }
    byId("table-fault").hidden = true;
    return grid;
  }

  // Called when the grid, being made, first asks Dash for rows: from then on it asks here, since Dash remembers one
  // request at a time and mixes up blocks that overtake each other.
  function begin(request, asked, columns) {
    const api = request && window.dash_ag_grid.getApi(TABLE);
    if (!api || api === known) return;
    [known, query] = [api, asked];
    // The component is still setting up its grid, and would undo what is done at once.
    setTimeout(() => {
      showColumns(columns);
      api.setGridOption("datasource", rowsOf(api));
      showHeads(api);
      ["sortChanged", "filterChanged"].forEach((event) => api.addEventListener(event, () => writeHeads(api)));
    });
  }

  // Called with the query of the page.
  function follow(asked) {
    const isOther = claimsOf(asked) !== claimsOf(query);
    query = asked;
    if (!known) return;
    if (isOther) known.setGridOption("datasource", rowsOf(known));
    showHeads(known);
  }

  // What is chosen is shown, in the order of the table; at least the claim itself, so that the table never vanishes.
  function showColumns(chosen) {
    if (!known || !chosen) return;
    const wanted = new Set(chosen.length ? chosen : ["metric"]);
    const state = known.getColumns().map((column) => ({ colId: column.getColId(), hide: !wanted.has(column.getColId()) }));
    known.applyColumnState({ state });
  }

  function claimsOf(text) {
    const asked = new URLSearchParams(text);
    ["sort", "where"].forEach((name) => asked.delete(name));
    return asked.toString();
  }

  function writeHeads(api) {
    const asked = withHeads(api);
    if (plain(asked) !== plain(query)) set("query", { data: asked });
  }

  Object.assign((window.dash_clientside.table = window.dash_clientside.table || {}), { begin, follow, make, showColumns });
})();
