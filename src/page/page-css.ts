/** Everything stands in the page itself: it needs no network. Colours keep 4.5:1 on both grounds (tested with axe). */
export const pageCss = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f3f5fb; --text: #1a2036; --quiet: #4d5779; --line: #cfd5e8; --link: #1f4fbf;
  --pass: #17692f; --fail: #a8182f; --stale: #8a4300; --worker: #6a32b8; --on: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10142a; --panel: #191e38; --text: #e8ebff; --quiet: #a9b2d8; --line: #39426b; --link: #8cc4ff;
    --pass: #8fdc74; --fail: #ff9aae; --stale: #ffc27a; --worker: #c6abff; --on: #10142a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
main, header, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; }
h1 { font-size: clamp(1.6rem, 3vw, 2.1rem); line-height: 1.2; margin: .6rem 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.5rem; margin: 3rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.15rem; margin: 0 0 .5rem; line-height: 1.35; } h4 { margin: 1rem 0 .4rem; font-size: 1rem; }
p, ul, ol, dl, table, figure, pre { margin: 0 0 1rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
img { display: block; width: 100%; height: auto; border-radius: .5rem; }
.lead { font-size: 1.15rem; max-width: 62rem; text-wrap: pretty; }
.badges { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; padding: 0; margin: 0; font-size: .9rem; }
.badges li { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .7rem; color: var(--quiet); }
.badges li:first-child { border-color: var(--link); color: var(--link); font-weight: 700; }
.where { border-left: .35rem solid var(--link); background: var(--panel); padding: .75rem 1rem; margin-top: 1.25rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { position: static; }
figcaption, .check { color: var(--quiet); font-size: .95rem; margin-top: .4rem; }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .35rem 1rem; }
dt { color: var(--quiet); } dd { margin: 0; min-width: 0; font-family: ui-monospace, monospace; font-size: .95em; }
pre { overflow-x: auto; background: var(--panel); padding: .8rem 1rem; border-radius: .4rem; font: .9rem/1.5 ui-monospace, monospace; }
code { font-family: ui-monospace, monospace; font-size: .95em; }
ul.rules { list-style: none; padding: 0; } ul.rules li { display: grid; grid-template-columns: 8.5rem 1fr; }
.rules span { min-width: 0; }
.pass, .fail, .unjudged, .stale { font-weight: 700; } .pass { color: var(--pass); } .fail { color: var(--fail); }
.unjudged, .stale { color: var(--stale); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
summary { cursor: pointer; color: var(--link); }
footer { color: var(--quiet); padding-bottom: 3rem; border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 1rem; }

.replay { display: grid; grid-template-columns: minmax(0, 30rem) minmax(0, 1fr); gap: 1rem 2rem; align-items: start; }
.stage { border: 1px solid var(--line); border-radius: .9rem; background: var(--panel); padding: .6rem; }
.scene, .marks { display: block; width: 100%; height: auto; }
.scene text, .marks text { fill: var(--text); font: 11px system-ui, sans-serif; }
.scene .title { font-size: 13px; font-weight: 700; }
.scene .small, .marks .small { fill: var(--quiet); font-size: 10.5px; }
.middle { text-anchor: middle; }
.box rect { fill: var(--ground); stroke: var(--line); stroke-width: 1.5; }
.queue rect { stroke: var(--link); } .worker rect { stroke: var(--worker); } .dead rect { stroke: var(--stale); } .done rect { stroke: var(--pass); }
.route { fill: none; stroke: var(--quiet); stroke-width: 1.5; } marker path { fill: var(--quiet); }
.back, .route.dead { stroke-dasharray: 4 3; }
.chip rect { fill: var(--link); stroke: var(--link); stroke-width: 1.5; }
.chip text { fill: var(--on); } .chip .name { font: 600 11.5px ui-monospace, monospace; } .chip .state { font-size: 10.5px; }
.chip[data-place=unsent] { visibility: hidden; }
.chip[data-place=worker] rect { fill: var(--worker); stroke: var(--worker); }
.chip[data-place=deleted] rect { fill: var(--pass); stroke: var(--pass); }
.chip[data-place=dead-letter\\20 queue] rect { fill: var(--stale); stroke: var(--stale); }
.chip[data-place=hidden] rect { fill: var(--ground); stroke: var(--fail); stroke-dasharray: 4 3; } .chip[data-place=hidden] text { fill: var(--fail); }
.chip[data-place=due] rect { fill: var(--ground); stroke: var(--stale); stroke-dasharray: 4 3; } .chip[data-place=due] text { fill: var(--stale); }
.chip.moving[data-place=hidden] rect { fill: var(--fail); stroke-dasharray: none; } .chip.moving[data-place=hidden] text { fill: var(--on); }
.slot { fill: none; stroke: var(--line); stroke-dasharray: 4 3; }
.controls[hidden] { display: none; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .5rem; }
button { font: inherit; color: var(--link); background: var(--ground); border: 1.5px solid var(--link); border-radius: .5rem; padding: .35rem .8rem; min-height: 2.5rem; cursor: pointer; }
button[data-do=toggle] { min-width: 7rem; background: var(--link); color: var(--on); font-weight: 700; }
.clock { margin-left: auto; font: 700 1.5rem/1 ui-monospace, monospace; font-variant-numeric: tabular-nums; }
.controls label { display: block; color: var(--quiet); font-size: .9rem; }
input[type=range] { display: block; width: 100%; margin: .4rem 0 0; accent-color: var(--link); }
.story { list-style: none; padding: 0; margin: .5rem 0 0; font-size: .95rem; line-height: 1.4; }
.story li { display: grid; grid-template-columns: 4.2rem 1fr; gap: .6rem; padding: .3rem .5rem; border-left: .25rem solid transparent; border-radius: .3rem; }
.story li > * { min-width: 0; }
.story .at { font-family: ui-monospace, monospace; font-variant-numeric: tabular-nums; color: var(--quiet); text-align: right; }
.story [aria-current] { background: var(--panel); border-left-color: var(--link); }

.claim { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: 1rem 2rem; align-items: center; margin: 0 0 2rem; }
.proofs { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1rem; grid-auto-flow: dense; }
.proof { border: 1px solid var(--line); border-radius: .6rem; padding: .7rem; min-width: 0; }
.proof[open] { grid-column: 1 / -1; }
.proof > summary { display: block; color: inherit; }
.proof > summary img { aspect-ratio: 4 / 3; object-fit: cover; object-position: top; margin-bottom: .6rem; }
.proof[open] > summary img { display: none; }
.proof > summary h3 { font-size: 1rem; text-decoration: underline; text-decoration-color: var(--link); text-underline-offset: .2em; }
.proof > summary p { margin: 0; font-size: .95rem; }
.open { padding-top: 1rem; scroll-margin-top: 6rem; display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 1.5rem; align-items: start; }
@media (max-width: 52rem) { .replay, .claim, .open { grid-template-columns: minmax(0, 1fr); } .stage { max-width: 30rem; } }
@media (max-width: 40rem) {
  main, header, footer { padding-left: 1rem; padding-right: 1rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
  ul.rules li { display: block; margin-bottom: .4rem; }
  button { padding: .35rem .6rem; } button[data-do=toggle] { min-width: 6.5rem; } .clock { font-size: 1.2rem; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem; }
  .proofs { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem; } .proof { padding: .5rem; }
  .proof > summary h3 { font-size: .9rem; } .proof > summary p { font-size: .85rem; } .proof[open] > summary h3 { font-size: 1rem; }
  .when { display: none; } .stage { padding: .2rem; }
}
@media print {
  body { font-size: 10pt; } a { color: inherit; } .skip { display: none; } .controls { display: none; }
  .replay { grid-template-columns: minmax(0, 1fr) minmax(0, 1.2fr); } .story [aria-current] { background: none; border-color: transparent; }
  .stage, .claim, figure, tr, .story li { break-inside: avoid; } h2, h3, h4 { break-after: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .proofs, .proof, .open { display: block; } .proof { border: 0; padding: 0; margin-bottom: 2rem; } .proof > summary img { display: none; }
  .proof > summary h3 { text-decoration: none; font-size: 1.15rem; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`.trim();
