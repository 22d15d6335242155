/** Everything stands in the page itself: it needs no network. Colours keep 4.5:1 on both grounds (tested with axe). */
export const pageCss = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f3f5fb; --text: #1a2036; --quiet: #4d5779; --line: #cfd5e8; --link: #1f4fbf;
  --pass: #17692f; --fail: #a8182f; --stale: #7a4a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10142a; --panel: #191e38; --text: #e8ebff; --quiet: #a9b2d8; --line: #39426b; --link: #8cc4ff;
    --pass: #8fdc74; --fail: #ff9aae; --stale: #ffc27a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
main, header, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1 { font-size: clamp(1.6rem, 4vw, 2.4rem); line-height: 1.2; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.5rem; margin: 3rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.2rem; margin: 0 0 .75rem; line-height: 1.35; }
p, ul, ol, dl, table, figure, pre, blockquote { margin: 0 0 1rem; }
a { color: var(--link); }
.lead { font-size: 1.2rem; }
.where { border-left: .35rem solid var(--link); background: var(--panel); padding: .75rem 1rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
.scroll img { display: block; width: 100%; height: auto; min-width: 44rem; }
figcaption { color: var(--quiet); font-size: .95rem; margin-top: .4rem; }
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1.25rem; margin: 0 0 1.5rem; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .35rem 1rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .95em; }
pre { overflow-x: auto; background: var(--panel); padding: .8rem 1rem; border-radius: .4rem; font: .9rem/1.5 ui-monospace, monospace; }
code { font-family: ui-monospace, monospace; font-size: .95em; overflow-wrap: anywhere; }
ul.rules { list-style: none; padding: 0; } ul.rules li { display: grid; grid-template-columns: 8.5rem 1fr; }
.pass, .fail, .unjudged, .stale { font-weight: 700; } .pass { color: var(--pass); } .fail { color: var(--fail); }
.unjudged, .stale { color: var(--stale); }
.rules span { min-width: 0; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
summary { cursor: pointer; color: var(--link); }
footer { color: var(--quiet); padding-bottom: 3rem; border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 1rem; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
  article { padding: 1rem .8rem; } ul.rules li { grid-template-columns: 1fr; margin-bottom: .4rem; }
  .when { display: none; }
}
@media print {
  body { font-size: 10.5pt; } a { color: inherit; } .skip { display: none; }
  article, figure, tr { break-inside: avoid; } .scroll { overflow: visible; border: 0; } .scroll img { min-width: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`.trim();
