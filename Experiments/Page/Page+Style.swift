extension Page {
  /// The style of every page: its colours, light, or dark where the reader's system is, and its words.
  static let baseStyle = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --side: #f6f7f9; --ink: #1d2229; --soft: #5a636e; --line: #e1e5ea;
      --link: #0b62a8; --good: #0a7a50; --good-paper: #eef8f3; --bad: #b3380a; --bad-paper: #fdf1ec;
      --part: #8a6100; --part-paper: #fbf6e9; --shade: #1d222938;
      \(InlinePicture.variables(dark: false))
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #16191d; --side: #1c2025; --ink: #e4e8ec; --soft: #9aa4af; --line: #30363d;
        --link: #6bb4ef; --good: #45c795; --good-paper: #16261f; --bad: #f08a5c; --bad-paper: #2b1d16;
        --part: #e0b252; --part-paper: #29241a; --shade: #000000b0;
        \(InlinePicture.variables(dark: true))
      }
    }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
    h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 0.75rem; letter-spacing: -0.01em; }
    h2 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.5rem; letter-spacing: -0.005em; }
    h3 { font-size: 1rem; margin: 2rem 0 0.5rem; }
    p { max-width: 46rem; margin: 0 0 1rem; }
    .lead { font-size: 1.15rem; font-weight: 600; }
    .name { margin: 0; overflow-wrap: anywhere; color: var(--soft); font: 0.85rem/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    .note { color: var(--soft); margin: 1rem 0; }
    .option { white-space: nowrap; }
    dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.1rem 1rem; margin: 0; font-size: 0.92rem; }
    dt { color: var(--soft); }
    details { margin: 1rem 0; }
    summary { cursor: pointer; color: var(--soft); font-weight: 600; margin-bottom: 0.5rem; }
    """

  /// The style of a page of results.
  static let style = """
    \(baseStyle)
    nav {
      position: fixed; inset: 0 auto 0 0; width: 15rem; overflow-y: auto; padding: 2rem 1rem;
      background: var(--side); border-right: 1px solid var(--line); font-size: 0.9rem;
    }
    nav ol { list-style: none; margin: 0; padding: 0; }
    nav a { display: block; padding: 0.25rem 0.5rem; border-radius: 6px; color: inherit; text-decoration: none; }
    nav a:hover { background: var(--line); }
    main { margin-left: 15rem; padding: 2.5rem 3rem 6rem; }
    header, section { max-width: 69rem; margin: 0 auto; }
    section { margin-top: 4rem; padding-top: 2.5rem; border-top: 1px solid var(--line); }
    .found li, .overview li { margin: 0 0 0.5rem; max-width: 50rem; overflow-wrap: anywhere; }
    .found, .overview { padding-left: 1.1rem; }
    .overview span { color: var(--soft); }
    .overview b { font-size: 0.92rem; }
    .overview a, .found a { font: 0.85rem ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    header h2 { font-size: 1.15rem; margin-top: 1.75rem; }
    .overview-differs, .verdict.differs { color: var(--bad); }
    .overview-in-part, .verdict.in-part { color: var(--part); }
    .overview-undecided, .overview-not-tested, .verdict.undecided, .verdict.not-tested, .verdict.illustrated { color: var(--soft); }
    .verdict.agrees { color: var(--good); }
    .claim {
      margin: 0 0 0.75rem; padding: 0.75rem 1rem; border-left: 4px solid var(--good);
      border-radius: 0 8px 8px 0; background: var(--good-paper);
    }
    .claim.differs { border-color: var(--bad); background: var(--bad-paper); }
    .claim.undecided, .claim.not-tested, .claim.illustrated { border-color: var(--soft); background: var(--side); }
    .claim.in-part { border-color: var(--part); background: var(--part-paper); }
    .statement { font-weight: 600; margin: 0 0 0.35rem; }
    dd, .overview span { white-space: pre-line; }
    dd { margin: 0; overflow-wrap: anywhere; }
    .figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; margin: 1.5rem 0; align-items: start; }
    figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; }
    figure svg { display: block; width: 100%; height: auto; }
    /* What is cut has a shadow at its edge, which the paper covers where the table or picture ends. */
    .scroll { --under: var(--paper); }
    figure { --under: var(--plot-ffffff); }
    .scroll, figure {
      overflow-x: auto;
      background:
        linear-gradient(to right, var(--under) 50%, transparent) left / 3rem 100% no-repeat local,
        linear-gradient(to left, var(--under) 50%, transparent) right / 3rem 100% no-repeat local,
        linear-gradient(to right, var(--shade), transparent) left / 1rem 100% no-repeat scroll,
        linear-gradient(to left, var(--shade), transparent) right / 1rem 100% no-repeat scroll,
        var(--under);
    }
    .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
    table { border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
    th, td { padding: 0.28rem 0.55rem; text-align: right; vertical-align: top; white-space: nowrap; }
    thead th { color: var(--soft); font-weight: 600; white-space: normal; max-width: 8rem; vertical-align: bottom; }
    thead tr:last-child th { border-bottom: 1px solid var(--soft); }
    tbody tr + tr > *, tbody + tbody tr:first-child > * { border-top: 1px solid var(--line); }
    .word { text-align: left; white-space: normal; }
    .record dl { font: 0.82rem/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
    @media (max-width: 62rem) {
      nav { position: static; width: auto; border-right: 0; border-bottom: 1px solid var(--line); padding: 1rem; }
      nav ol { display: flex; flex-wrap: wrap; }
      main { margin-left: 0; padding: 1.5rem 1rem 4rem; }
    }
    @media (max-width: 44rem) {
      .figures { grid-template-columns: minmax(0, 1fr); }
      /* Letters that can be read are worth a swipe. */
      figure svg { min-width: 32rem; }
      .claim { padding: 0.75rem; }
      dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
      dd { margin-bottom: 0.4rem; }
    }
    @media print { nav { display: none; } main { margin: 0; } section { break-inside: avoid-page; } }
    """
}
