// Functions the claim table names in its column definitions.
(function () {
  "use strict";
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

  functions.plainNumber = (value) => window.dash_clientside.reader.number(value);

  functions.plainDay = (value) => window.dash_clientside.reader.day(value);

  // A row that has not come yet says so once.
  functions.orLoading = ({ data, value }) => (data ? value : "Loading…");

  // The same faces and lines as the rest of the page, in both colour schemes.
  functions.quietTheme = (theme) =>
    theme.withParams({
      fontFamily: "inherit",
      fontSize: 13,
      backgroundColor: "var(--surface)",
      foregroundColor: "var(--ink)",
      headerBackgroundColor: "var(--ground)",
      headerTextColor: "var(--ink-2)",
      borderColor: "var(--line)",
      rowHoverColor: "var(--hover)",
      accentColor: "var(--accent)",
      wrapperBorder: false,
      wrapperBorderRadius: 0,
      browserColorScheme: "inherit",
    });

  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  components.OriginalLink = (props) =>
    props.value
      ? React.createElement("a", { href: props.value, target: "_blank", rel: "noopener noreferrer" }, "Open")
      : null;
})();
