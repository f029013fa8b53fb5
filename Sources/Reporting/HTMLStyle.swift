/// The style sheet of the report: light, dark and print.
enum HTMLStyle {
  static let sheet = """
    :root {
      color-scheme: light dark;
      --ink: #1d2126; --quiet: #5c6670; --page: #f6f7f8; --card: #ffffff; --line: #dde1e5; --accent: #0072b2;
      --notice: #fff4e0; --notice-line: #d98a00;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #e6e9ec; --quiet: #9ba5af; --page: #15181b; --card: #1e2226; --line: #343a40; --accent: #6cb8ea;
        --notice: #33290f; --notice-line: #d98a00;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 15px/1.5 "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "DejaVu Sans", sans-serif;
    }
    main { max-width: 856px; margin: 0 auto; padding: 40px 24px 64px; }
    h1 { font-size: 26px; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
    h2 { font-size: 17px; margin: 40px 0 12px; }
    p { margin: 0 0 6px; }
    a { color: var(--accent); overflow-wrap: anywhere; }
    .subtitle { color: var(--quiet); margin-top: 4px; }
    .notice {
      margin-top: 12px; padding: 8px 12px; background: var(--notice); border-left: 3px solid var(--notice-line);
    }
    .headlines {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; margin-top: 24px;
      background: var(--card); border: 1px solid var(--line); border-radius: 6px; overflow: hidden;
    }
    .headlines div { box-shadow: 0 0 0 1px var(--line); padding: 12px 16px; }
    .headlines span { display: block; color: var(--quiet); font-size: 12.5px; line-height: 1.35; }
    .headlines strong { display: block; font-size: 25px; line-height: 1.35; font-weight: 600; }
    figure { margin: 0 0 28px; break-inside: avoid; }
    .card {
      background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: 12px; overflow-x: auto;
    }
    .card svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
    figcaption { margin-top: 8px; font-size: 13.5px; color: var(--quiet); }
    figcaption b { color: var(--ink); }
    .scroll { overflow-x: auto; margin-bottom: 20px; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--quiet); padding-bottom: 6px; font-size: 13.5px; }
    th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); }
    th { font-weight: 600; border-bottom-color: var(--quiet); vertical-align: bottom; }
    .number { text-align: right; }
    th:last-child, td:last-child { padding-right: 0; }
    pre {
      margin: 0 0 14px; padding: 10px 14px; overflow-x: auto; background: var(--card); border: 1px solid var(--line);
      border-radius: 6px; font: 13px/1.5 "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
    }
    ul { margin: 0; padding-left: 20px; }
    li { margin-bottom: 6px; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 0; font-size: 14px; }
    dt { color: var(--quiet); }
    dd { margin: 0; overflow-wrap: anywhere; }
    summary { cursor: pointer; margin-bottom: 8px; }
    @media (max-width: 560px) {
      main { padding: 24px 14px 48px; }
      dl { grid-template-columns: 1fr; gap: 0; }
      dd { margin-bottom: 8px; }
    }
    @media print {
      :root {
        --ink: #000000; --quiet: #444444; --page: #ffffff; --card: #ffffff; --line: #bbbbbb; --accent: #000000;
        --notice: #ffffff;
      }
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      h2 { break-after: avoid; }
      .card { border: none; padding: 0; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; }
      details::details-content { content-visibility: visible; display: block; }
      tr { break-inside: avoid; }
    }

    """
}
