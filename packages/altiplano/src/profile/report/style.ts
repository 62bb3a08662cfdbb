/** Of the report's page. Colours by variables, so that light and dark differ in one place; contrast of text is 4.5 or more in both. */
export const STYLE = `
:root { color-scheme: light dark; --page: #fbfbfa; --card: #fff; --text: #1c1f23; --faint: #5b636c; --line: #dfe2e6;
  --error: #b3261e; --warning: #8a5300; --info: #285e8e; --io: #3b7dc4; --pool: #c98a1b; --cpu: #4f9d69; --shared: #9a6cc0; --unexplained: #c3c8ce; --code: #f2f4f6; }
@media (prefers-color-scheme: dark) { :root { --page: #16181b; --card: #1e2125; --text: #e6e8ea; --faint: #a3abb4; --line: #363b42;
  --error: #ff8a80; --warning: #f0b35a; --info: #8cbcea; --io: #5d9de0; --pool: #e0a741; --cpu: #6fbd88; --shared: #b58fd8; --unexplained: #4b525a; --code: #262a2f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 76rem; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; } h3 { font-size: 1rem; margin: 0 0 .4rem; }
header p, .where, .legend, .key, .empty { color: var(--faint); margin: .25rem 0; }
code, pre { font: .86em/1.45 ui-monospace, monospace; }
pre { background: var(--code); border-radius: 4px; padding: .6rem .75rem; margin: .4rem 0; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
.finding { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--info); border-radius: 6px; padding: .9rem 1.1rem; margin: 0 0 .9rem; }
.finding.error { border-left-color: var(--error); } .finding.warning { border-left-color: var(--warning); }
.finding p { margin: .3rem 0; } .evidence p { color: var(--faint); font-size: .9em; } .key { font-size: .8em; overflow-wrap: anywhere; }
.badge { font: 600 .75rem/1 ui-monospace, monospace; border: 1px solid currentColor; border-radius: 4px; padding: .15rem .4rem; color: var(--info); white-space: nowrap; }
.badge.error { color: var(--error); } .badge.warning { color: var(--warning); }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: right; padding: .45rem .7rem; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; white-space: nowrap; }
thead th { color: var(--faint); font-weight: 600; font-size: .85em; } th:first-child { text-align: left; font-weight: 400; white-space: normal; overflow-wrap: anywhere; }
.bar { display: inline-flex; width: 8rem; height: .7rem; border-radius: 3px; overflow: hidden; vertical-align: middle; background: var(--line); }
.bar i, .legend i { display: inline-block; } .legend i { width: .7rem; height: .7rem; border-radius: 2px; margin-right: .35rem; } .legend span { margin-right: 1.1rem; }
.type { display: inline-block; width: 3.6rem; text-align: left; }
.io { background: var(--io); } .pool { background: var(--pool); } .cpu { background: var(--cpu); } .shared { background: var(--shared); } .unexplained { background: var(--unexplained); }
details { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .6rem 1rem; margin-bottom: .6rem; } summary { cursor: pointer; }
summary:focus-visible { outline: 2px solid var(--io); outline-offset: 2px; }
.accepted .finding { margin-top: .8rem; }
.waterfall { list-style: none; margin: .6rem 0 0; padding: 0; } .waterfall li { display: grid; grid-template-columns: 14rem 5rem 1fr; gap: .75rem; padding: .3rem 0; border-top: 1px solid var(--line); }
.track { position: relative; height: .8rem; margin-top: .35rem; background: var(--code); border-radius: 2px; overflow: hidden; } .track i { position: absolute; top: 0; bottom: 0; }
.time { text-align: right; font-variant-numeric: tabular-nums; } .statement { min-width: 0; overflow-wrap: anywhere; } .statement small { display: block; color: var(--faint); }
@media (max-width: 45rem) { body { padding: 1rem .75rem 3rem; } .waterfall li { grid-template-columns: 6rem 4.5rem 1fr; } }
`;
