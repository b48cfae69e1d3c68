// Numbers and days as the reader writes them: an English one as the pages have them, with the name of the month for all.
(function () {
  "use strict";

  const language = navigator.language || "en";
  const isEnglish = /^en\b/i.test(language);
  const numbers = new Intl.NumberFormat(isEnglish ? "en" : language, { maximumFractionDigits: 6 });
  // No form of digits alone: 03/04/2023 is one day in Boston and another in Berlin.
  const days = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  const number = (value) => (value === null || value === undefined ? "" : numbers.format(value));

  const day = (iso) => (isEnglish || !iso ? iso : days.format(new Date(`${iso}T00:00:00Z`)));

  function write(time) {
    const words = day(time.dateTime);
    if (time.textContent !== words) time.textContent = words;
  }

  if (!isEnglish)
    new MutationObserver(() => document.querySelectorAll("time[datetime]").forEach(write)).observe(
      document.documentElement,
      { childList: true, subtree: true, characterData: true },
    );

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.reader = { number, day };
})();
