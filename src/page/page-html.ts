import { escapeHtml as text } from '../lab/html.ts';
import type { ProofPicture } from '../pictures/types.ts';
import { pageCss } from './page-css.ts';
import type { Figure, Page, PageProof } from './types.ts';
import { howToCheck, lead, minute, period, talkingPoints, title, whereRun } from './words.ts';

const outcomeWords = {
  pass: '<b class="pass">✓ PASS</b>',
  fail: '<b class="fail">✗ FAIL</b>',
  'not judged': '<b class="unjudged">– NOT JUDGED</b>',
} as const;

/** `docs/index.html`: one file and its pictures. No script, nothing from anywhere else. */
export function pageHtml(page: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'">
<meta name="description" content="${text(lead)}">
<link rel="icon" href="data:,">
<title>${text(`${title} (${page.target})`)}</title>
<style>
${pageCss}
</style>
</head>
<body>
<a class="skip" href="#proofs">Skip to the proofs</a>
<header>
<h1>${text(title)}</h1>
<p class="lead">${text(lead)}</p>
<p class="where"><strong>${page.target}.</strong> ${text(whereRun(page))}</p>
${factsHtml(page)}
</header>
<main>
${overviewHtml(page)}
${figureSection('Architecture', page.architecture)}
${figureSection('Every message, predicted and measured', page.timeline)}
<h2 id="proofs">The proofs</h2>
${page.proofs.map((proof) => proofHtml(proof)).join('\n')}
${talkingHtml()}
${runsHtml(page)}
<h2>How to check this</h2>
<ul>
${howToCheck.map((sentence) => `<li>${text(sentence)}</li>`).join('\n')}
</ul>
</main>
<footer><p>Made by the lab kit ${text(page.kit)} from recorded output. Amazon Web Services, AWS and the service names are trademarks of Amazon.com, Inc. or its affiliates.</p></footer>
</body>
</html>
`;
}

function factsHtml(page: Page): string {
  const when = period(page);
  const facts = {
    Target: page.target,
    Region: page.region,
    Recorded: when === undefined ? 'nothing yet' : `${minute(when.from)} to ${minute(when.to)}`,
    Proofs: `${page.proofs.length} of 15`,
    'AWS CLI': page.awsCli,
  };
  return descriptionList(Object.entries(facts));
}

function descriptionList(entries: readonly (readonly [string, string])[]): string {
  const rows = entries.map(([label, value]) => `<dt>${text(label)}</dt><dd>${text(value)}</dd>`);
  return `<dl>\n${rows.join('\n')}\n</dl>`;
}

function overviewHtml({ proofs }: Page): string {
  const items = proofs.map(
    ({ picture, stale }) =>
      `<li value="${picture.number}"><a href="#${anchor(picture)}">${text(picture.claim)}</a>${staleHtml(stale)}</li>`,
  );
  return `<h2>What is proved</h2>\n<ol>\n${items.join('\n')}\n</ol>`;
}

function anchor({ number, name }: ProofPicture): string {
  return `proof-${number}-${name}`;
}

function staleHtml(stale: readonly string[]): string {
  return stale.length === 0
    ? ''
    : ` <span class="stale">Stale: changed since it was recorded: ${text(stale.join(', '))}.</span>`;
}

function figureSection(heading: string, figure: Figure | undefined): string {
  if (figure === undefined) return '';
  return `<h2>${text(heading)}</h2>\n${figureHtml(figure, heading)}\n<details><summary>The same as text</summary>\n<pre tabindex="0">${text(figure.txt)}</pre></details>`;
}

/** Wider than a telephone, so it can be moved sideways there, by keys too. */
function figureHtml({ file, alt, width, height }: Figure, label: string): string {
  return `<figure><div class="scroll" tabindex="0" role="region" aria-label="Picture: ${text(label)}"><img src="${text(file)}.svg" width="${width}" height="${height}" alt="${text(alt)}"></div>
<figcaption>Also as <a href="${text(file)}.png">PNG<span class="skip"> of: ${text(label)}</span></a> and <a href="${text(file)}.txt">text<span class="skip"> of: ${text(label)}</span></a>.</figcaption></figure>`;
}

function proofHtml({ picture, figure, output, check, stale }: PageProof): string {
  const { number, claim, command, values, rules } = picture;
  const list = rules.map(
    (rule) => `<li>${outcomeWords[rule.outcome]} <span>${text(rule.text)}</span></li>`,
  );
  return `<article id="${anchor(picture)}" aria-labelledby="${anchor(picture)}-claim">
<h3 id="${anchor(picture)}-claim">${number}. ${text(claim)}</h3>
${stale.length === 0 ? '' : `<p>${staleHtml(stale)}</p>`}
${figureHtml(figure, `proof ${number}`)}
${descriptionList(values.map(({ label, value }) => [label, value] as const))}
<ul class="rules">
${list.join('\n')}
</ul>
<pre tabindex="0" aria-label="Command of proof ${number}">${text(command)}</pre>
<details><summary>What it printed (proof ${number})</summary>
<pre tabindex="0">${text(output.trimEnd())}</pre></details>
<p class="check">Recorded by ${text(check)}.</p>
</article>`;
}

function talkingHtml(): string {
  const items = talkingPoints.map(
    ({ point, limit }) => `<li><q>${text(point)}</q><br>Its limit: ${text(limit)}</li>`,
  );
  return `<h2>Talking points</h2>\n<ol>\n${items.join('\n')}\n</ol>`;
}

function runsHtml({ runs, target }: Page): string {
  const rows = runs.map(
    ({ step, title: name, time, passed, expectations }) =>
      `<tr><th scope="row">${text(step)}</th><td>${text(name)}</td><td>${passed} of ${expectations}</td><td class="when">${text(minute(time))}</td></tr>`,
  );
  return `<h2>What was run, when and where</h2>
<p>All on: ${target}.</p>
<table>
<thead><tr><th scope="col">Step</th><th scope="col">Check</th><th scope="col">Expectations that held</th><th scope="col" class="when">Time</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}
