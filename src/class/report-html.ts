import { escapeHtml } from '../lab/html.ts';
import { pageCss } from '../page/page-css.ts';
import { printable } from './printable.ts';
import type { ClassReport, LearnerReport } from './class-report.ts';
import {
  collectedLine,
  copyLines,
  countedAs,
  countOfStates,
  minuteOf,
  outcomeOf,
  privacy,
  signs,
  standsAt,
  whatIsWrong,
  whoseCopy,
} from './report-wording.ts';
import { targetName } from '../lab/target-name.ts';

const text = (value: string) => escapeHtml(printable(value, 1000));

const css = `
.scroll { position: relative; overflow-x: auto; }
.scroll + .quiet { margin-top: .75rem; font-size: .95rem; }
.marks { margin: 0; }
.marks th, .marks td { padding: .3rem .35rem; text-align: center; white-space: nowrap; }
.marks th:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 6rem; max-width: 16rem; }
.marks .stands { text-align: left; }
.marks .evidence { text-align: left; white-space: normal; min-width: 11rem; font-size: .9rem; }
.learner { border-top: 1px solid var(--line); padding: .75rem 0 0; overflow-wrap: anywhere; }
.learner h3 { margin: 0 0 .35rem; }
.learner p { margin: 0 0 .5rem; }
.quiet { color: var(--quiet); }
li, p { overflow-wrap: anywhere; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 40rem) {
  .marks { font-size: .95rem; } .marks th, .marks td { padding: .3rem .2rem; }
  .marks .stands { display: none; }
}
@media print { .learner { break-inside: avoid; } }
`.trim();

/** One file: no script, nothing from anywhere else. Every text in it may come from a stranger. */
export function reportHtml(report: ClassReport): string {
  const { from, target, time, learners } = report;
  const where = from === 'evidence' ? 'Collected evidence' : targetName(target ?? 'sandbox');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>Lab 01: class of ${learners.length}</title>
<style>
${pageCss}
${css}
</style>
</head>
<body>
<header>
<h1>Lab 01: class of ${learners.length}</h1>
<p class="where"><strong>${where}.</strong> ${minuteOf(time)}. ${text(countOfStates(report))}.</p>
</header>
<main>
${listSection('Where the class is stuck', report.stuck.slice(0, 5).map(stuckItem))}
${copiesHtml(report)}
${tableHtml(report)}
${detailsHtml(report)}
${listSection(from === 'evidence' ? 'The folders' : 'The roster', report.remarks.map(text))}
</main>
<footer><p>${privacy}</p></footer>
</body>
</html>
`;
}

function listSection(heading: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h2>${heading}</h2>\n<ul>\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>`;
}

function copiesHtml(report: ClassReport): string {
  const { copies } = report;
  if (copies.length === 0) return '';
  const items = copyLines(copies).map(
    ({ learners: names, what }) => `<strong>${text(names.join(', '))}</strong>: ${text(what)}`,
  );
  const list = listSection('The same evidence from several learners', items);
  const about = whoseCopy(report);
  return about === '' ? list : `${list}\n<p class="quiet">${about}</p>`;
}

function stuckItem({ id, claim, learners }: ClassReport['stuck'][number]): string {
  return `<strong>${learners.length}</strong> at <code>${text(id)}</code>: ${text(claim)} <span class="quiet">(${text(learners.join(', '))})</span>`;
}

function tableHtml({ checks, learners, copies, from }: ClassReport): string {
  const heads = checks.map(
    ({ step, title }) => `<th scope="col"><abbr title="${text(title)}">${text(step)}</abbr></th>`,
  );
  const evidenceCell = (words: string) =>
    from === 'evidence' ? `<td class="evidence">${text(words)}</td>` : '';
  const rows = learners.map((learner) => {
    const cells = checks.map(({ step }) => cellHtml(outcomeOf(learner, step)));
    return `<tr><th scope="row">${text(learner.name)}</th>${cells.join('')}<td class="stands">${text(standsAt(learner))}</td>${evidenceCell(collectedLine(learner, copies) ?? 'nothing that could be read')}</tr>`;
  });
  return `<h2 id="checks">Check by check</h2>
<p class="quiet"><b class="pass">${signs.pass}</b> pass, <b class="fail">${signs.fail}</b> fail, <b class="unjudged">${signs['not judged']}</b> not judged</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="checks">
<table class="marks">
<thead><tr><th scope="col">Learner</th>${heads.join('')}<th scope="col" class="stands">At</th>${from === 'evidence' ? '<th scope="col" class="evidence">Evidence</th>' : ''}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
<p class="quiet">${checks.map(({ step, title }) => text(`${step} ${title}`)).join(', ')}.</p>`;
}

function cellHtml(outcome: keyof typeof signs): string {
  const kind = outcome === 'not judged' ? 'unjudged' : outcome;
  return `<td class="${kind}"><span aria-hidden="true">${signs[outcome]}</span><span class="said">${outcome}</span></td>`;
}

/** Whoever is done needs no more than the name. */
function detailsHtml(report: ClassReport): string {
  const { learners } = report;
  const said = learners.filter((learner) => learner.state !== 'done' || learner.remarks.length > 0);
  const namesOf = (count: ReturnType<typeof countedAs>) =>
    learners
      .filter((learner) => countedAs(learner, report) === count)
      .map(({ name }) => text(name))
      .join(', ');
  const [done, copied] = [namesOf('done'), namesOf('copied')];
  return `<h2>Learner by learner</h2>
${said.map(learnerHtml).join('\n')}
${done === '' ? '' : `<p class="learner"><b class="pass">done</b> ${done}</p>`}
${copied === '' ? '' : `<p class="learner"><b class="unjudged">copied</b> ${copied}</p>`}`;
}

function learnerHtml(learner: LearnerReport): string {
  const { name, state, at, remarks, accountId, region, prefix } = learner;
  const wrong = whatIsWrong(learner);
  const lab = [accountId, region, prefix === '' ? 'no prefix' : prefix].filter(
    (part) => part !== undefined,
  );
  const kind = state === 'done' ? 'pass' : state === 'at work' ? 'fail' : 'unjudged';
  const where = at === undefined ? '' : ` at <code>${text(at.id)}</code>`;
  return `<section class="learner">
<h3>${text(name)}</h3>
<p><b class="${kind}">${state}</b>${where} <span class="quiet">${text(lab.join(', '))}</span></p>
${wrong === undefined ? '' : `<p>${text(wrong)}</p>`}
${at?.hint === undefined ? '' : `<p>Hint: ${text(at.hint)}</p>`}
${remarks.map((remark) => `<p>${text(remark)}</p>`).join('\n')}
</section>`;
}
