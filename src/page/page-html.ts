import { createHash } from 'node:crypto';
import { escapeHtml as text } from '../lab/html.ts';
import type { ProofPicture } from '../pictures/picture-facts.ts';
import { pageCss } from './page-css.ts';
import { replayScript } from './replay/bundle.ts';
import { replayHtml } from './replay/scene.ts';
import type { Figure, OwnScreenshot, Page, PageProof } from './page-facts.ts';
import { aboutExperiments, claims, commandFor, consoleAlt, consoleWords } from './words.ts';
import { howToCheck, lead, minute, missingLead } from './words.ts';
import { period, targetWords, title, whereRun } from './words.ts';

const outcomeWords = {
  pass: '<b class="pass">✓ PASS</b>',
  fail: '<b class="fail">✗ FAIL</b>',
  'not judged': '<b class="unjudged">– NOT JUDGED</b>',
} as const;

/** `index.html`: one file and its pictures. Nothing comes from anywhere else, and no script runs but its own. */
export function pageHtml(page: Page): string {
  const style = `\n${pageCss}\n`;
  const script = page.replay === undefined ? undefined : `\n${replayScript()}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy(style, script)}">
<meta name="description" content="${text(lead)}">
<link rel="icon" href="data:,">
<title>${text(`${title} (${targetWords(page)})`)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#proofs">Skip to the proofs</a>
<header>
${badgesHtml(page)}
<h1>${text(title)}</h1>
<p class="lead">${text(lead)}</p>
</header>
<main>
${replaySection(page)}
<p class="where"><strong>${targetWords(page)}.</strong> ${text(whereRun(page))}</p>
${claimsHtml(page)}
${figureSection('Architecture', page.architecture)}
${figureSection('Every message, predicted and measured', page.timeline)}
<h2 id="proofs">The proofs</h2>
<p>Open a proof for its picture, its command, its rules and what the command printed.</p>
<div class="proofs">
${page.proofs.map((proof) => proofHtml(proof)).join('\n')}
</div>
${missingHtml(page)}
${experimentsHtml(page)}${runsHtml(page)}
<h2>How to check this</h2>
<ul>
${howToCheck(page.edition)
  .map((sentence) => `<li>${text(sentence)}</li>`)
  .join('\n')}
</ul>
</main>
<footer><p>Made by the lab kit ${text(page.kit)} from recorded output, with AWS CLI ${text(page.awsCli)}. Amazon Web Services, AWS and the service names are trademarks of Amazon.com, Inc. or its affiliates.</p></footer>
${script === undefined ? '' : `<script>${script}</script>\n`}</body>
</html>
`;
}

/** Style and script are allowed by their digests: nothing that comes in with a text of the evidence can run. */
function policy(style: string, script: string | undefined): string {
  const digest = (content: string) =>
    `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  return [
    "default-src 'none'",
    "img-src 'self' data:",
    `style-src ${digest(style)}`,
    `script-src ${script === undefined ? "'none'" : digest(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function badgesHtml(page: Page): string {
  const when = period(page);
  const facts = [
    targetWords(page),
    page.region,
    when === undefined ? 'Recorded: nothing yet' : `Recorded ${minute(when.from).slice(0, 10)}`,
    `${page.proofs.length} of 15 proofs`,
  ];
  return `<ul class="badges">${facts.map((fact) => `<li>${text(fact)}</li>`).join('')}</ul>`;
}

function replaySection({ replay }: Page): string {
  if (replay === undefined) return '';
  return `<section aria-labelledby="run">
<h2 id="run" class="skip">The recorded run</h2>
${replayHtml(replay)}
</section>`;
}

function anchor({ number, name }: ProofPicture): string {
  return `proof-${number}-${name}`;
}

function staleHtml(stale: readonly string[]): string {
  return stale.length === 0
    ? ''
    : `<span class="stale">Stale: changed since it was recorded: ${text(stale.join(', '))}.</span>`;
}

function claimsHtml({ proofs }: Page): string {
  const shown = claims.flatMap(({ number, meaning }) => {
    const proof = proofs.find(({ picture }) => picture.number === number);
    return proof === undefined ? [] : [claimHtml(proof, meaning)];
  });
  return shown.length === 0 ? '' : `<h2>What it shows</h2>\n${shown.join('\n')}`;
}

function claimHtml({ picture, figure, stale }: PageProof, meaning: string): string {
  return `<section class="claim">
<div><h3>${text(picture.claim)}</h3>
<p>${text(meaning)}</p>
<p>${rulesLine(picture)} ${staleHtml(stale)}</p>
<p><a href="#${anchor(picture)}">Open proof ${picture.number}</a></p></div>
${imageHtml(figure, figure.alt)}
</section>`;
}

/** `✓ 9 of 9 rules hold` */
function rulesLine({ rules }: ProofPicture): string {
  const held = rules.filter(({ outcome }) => outcome === 'pass').length;
  const isFailed = rules.some(({ outcome }) => outcome === 'fail');
  const sign = held === rules.length ? '✓' : isFailed ? '✗' : '–';
  const kind = held === rules.length ? 'pass' : isFailed ? 'fail' : 'unjudged';
  return `<b class="${kind}">${sign} ${held} of ${rules.length} rules hold</b>`;
}

function figureSection(heading: string, figure: Figure | undefined): string {
  if (figure === undefined) return '';
  return `<h2>${text(heading)}</h2>\n${figureHtml(figure, heading)}\n<details><summary>The same as text</summary>\n<pre tabindex="0">${text(figure.txt)}</pre></details>`;
}

function imageHtml({ file, width, height }: Figure, alt: string): string {
  const dark = `<source media="screen and (prefers-color-scheme: dark)" srcset="${text(file)}-dark.svg">`;
  return `<picture>${dark}<img src="${text(file)}.svg" width="${width}" height="${height}" alt="${text(alt)}"></picture>`;
}

/** On a telephone a picture is as wide as the page, so its large form is one touch away. */
function figureHtml(figure: Figure, label: string): string {
  const link = (kind: string, words: string) =>
    `<a href="${text(figure.file)}.${kind}">${words}<span class="skip"> of: ${text(label)}</span></a>`;
  return `<figure>${imageHtml(figure, figure.alt)}
<figcaption>${link('svg', 'Full size')}, ${link('png', 'PNG')}, ${link('txt', 'text')}</figcaption></figure>`;
}

function consoleHtml(screenshots: readonly OwnScreenshot[], number: number): string {
  return screenshots
    .map(
      ({ file, width, height }, i) => `
<figure><a href="${text(file)}"><img src="${text(file)}" width="${width}" height="${height}" loading="lazy" alt="${text(consoleAlt(number, i))}"></a>
<figcaption>${text(consoleWords)}</figcaption></figure>`,
    )
    .join('');
}

function proofHtml({ picture, figure, output, check, stale, console = [] }: PageProof): string {
  const { number, claim, command, values, rules, stamp } = picture;
  const list = rules.map(
    (rule) => `<li>${outcomeWords[rule.outcome]} <span>${text(rule.text)}</span></li>`,
  );
  return `<details class="proof">
<summary>${imageHtml(figure, '')}
<h3>${number}. ${text(claim)}</h3>
<p>${rulesLine(picture)} ${staleHtml(stale)}</p></summary>
<div class="open" id="${anchor(picture)}">
<div>${figureHtml(figure, `proof ${number}`)}${consoleHtml(console, number)}</div>
<div>
<ul class="rules">
${list.join('\n')}
</ul>
<h4>Command</h4>
<pre tabindex="0" aria-label="Command of proof ${number}">${text(command)}</pre>
<h4>What matters in its output</h4>
${descriptionList(values.map(({ label, value }) => [label, value] as const))}
<details><summary>What it printed (proof ${number})</summary>
<pre tabindex="0">${text(output.trimEnd())}</pre></details>
<p class="check">Recorded by ${text(check)}, ${text(minute(stamp.time))}. SHA-256 of the evidence: <code>${text(stamp.digest)}</code></p>
</div>
</div>
</details>`;
}

/** Whoever sees half of a run knows that it is half, and its owner knows what to run. */
function missingHtml({ missing }: Page): string {
  if (missing.length === 0) return '';
  const items = missing.map(
    (one) =>
      `<li value="${one.number}">${text(one.title)}: <code>${text(commandFor(one))}</code></li>`,
  );
  return `<h2>Missing: ${missing.length} of 15 proofs</h2>
<p>${text(missingLead)}</p>
<ol class="missing">
${items.join('\n')}
</ol>`;
}

function descriptionList(entries: readonly (readonly [string, string])[]): string {
  const rows = entries.map(([label, value]) => `<dt>${text(label)}</dt><dd>${text(value)}</dd>`);
  return `<dl>\n${rows.join('\n')}\n</dl>`;
}

function experimentsHtml({ experiments }: Page): string {
  if (experiments.length === 0) return '';
  const rows = experiments.map(({ number, title: name, headline, passed, numbers, file }) => {
    const what = headline.map((one) => `${text(one.what)}: <strong>${text(one.value)}</strong>`);
    return `<tr><th scope="row">${text(number)}</th><td><a href="${text(file)}.svg">${text(name)}</a></td><td>${what.join('<br>')}</td><td>${passed} of ${numbers}</td></tr>`;
  });
  return `<h2>The experiments</h2>
<p>${text(aboutExperiments)}</p>
<table>
<thead><tr><th scope="col">No.</th><th scope="col">Experiment</th><th scope="col">What differs</th><th scope="col">Numbers as predicted</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
`;
}

function runsHtml({ runs, target, sample }: Page): string {
  const rows = runs.map(
    ({ step, title: name, time, passed, expectations }) =>
      `<tr><th scope="row">${text(step)}</th><td>${text(name)}</td><td>${passed} of ${expectations}</td><td class="when">${text(minute(time))}</td></tr>`,
  );
  return `<h2>What was run, when and where</h2>
<p>All on: ${targetWords({ target, sample })}.</p>
<table>
<thead><tr><th scope="col">Step</th><th scope="col">Check</th><th scope="col">Expectations that held</th><th scope="col" class="when">Time</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}
