// Numbers and days of the table as the reader writes them, with the name of the month; the server writes all others.
(function () {
  "use strict";

  const language = navigator.language || "en";
  const isEnglish = /^en\b/i.test(language);
  const numbers = new Intl.NumberFormat(isEnglish ? "en" : language, { maximumFractionDigits: 6 });
  // No form of digits alone: 03/04/2023 is one day in Boston and another in Berlin.
  const days = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  const number = (value) => (value === null || value === undefined ? "" : numbers.format(value));

  const day = (iso) => (isEnglish || !iso ? iso : days.format(new Date(`${iso}T00:00:00Z`)));

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.reader = { number, day };
})();
