import { escapeHtml } from '../lab/html.ts';
import { beatsOf, seconds, storyOf } from './replay/model.ts';
import type { Figure, Page, PageProof } from './page-facts.ts';
import { aboutExperiments, commandFor, consoleAlt, consoleWords, howToCheck } from './words.ts';
import { lead, minute, missingLead, period } from './words.ts';
import { talkingPoints, targetWords, title, whereRun } from './words.ts';

/** `proofs.md`: the page for those who read the repository itself. Same words, same order. */
export function pageMarkdown(page: Page): string {
  const when = period(page);
  const blocks = [
    `# ${title}`,
    plain(lead),
    `> **${targetWords(page)}.** ${plain(whereRun(page))}`,
    [
      `- Recorded: ${when === undefined ? 'nothing yet' : `${minute(when.from)} to ${minute(when.to)}`}`,
      `- Proofs: ${page.proofs.length} of 15`,
      `- AWS CLI ${page.awsCli}, kit ${page.kit}`,
      '- The same as a web page: [index.html](index.html)',
    ].join('\n'),
    ...storyBlocks(page),
    ...figureBlocks('Every message, predicted and measured', page.timeline),
    ...figureBlocks('Architecture', page.architecture),
    '## The proofs',
    ...page.proofs.flatMap((proof) => proofBlocks(proof)),
    ...missingBlocks(page),
    ...experimentBlocks(page),
    '## Talking points',
    talkingPoints
      .map(({ point, limit }, i) => `${i + 1}. "${plain(point)}" Its limit: ${plain(limit)}`)
      .join('\n'),
    '## What was run, when and where',
    runsTable(page),
    '## How to check this',
    howToCheck(page.edition)
      .map((sentence) => `- ${plain(sentence)}`)
      .join('\n'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Signs that Markdown would take for its own. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|]/g, String.raw`\$&`);
}

/** A fence longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}

function folded(summary: string, content: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** What the web page plays, in sentences. */
function storyBlocks({ replay }: Page): string[] {
  if (replay === undefined) return [];
  const beats = beatsOf(replay);
  const sentences = storyOf(replay).map(
    (sentence, i) => `${i + 1}. ${seconds(beats[i]?.events[0].at ?? 0)}: ${plain(sentence)}`,
  );
  return ['## The recorded run', sentences.join('\n')];
}

function figureBlocks(heading: string, figure: Figure | undefined): string[] {
  if (figure === undefined) return [];
  return [`## ${heading}`, image(figure), folded('The same as text', fenced(figure.txt, 'text'))];
}

/** The pictures that have no size of their own: sharp at any width, and dark on dark pages. */
function image({ file, alt }: Figure): string {
  const words = escapeHtml(alt.replaceAll('\n', ' '));
  return `<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="${file}-dark.svg">\n  <img src="${file}.svg" alt="${words}">\n</picture>`;
}

function missingBlocks({ missing }: Page): string[] {
  if (missing.length === 0) return [];
  const rows = missing.map(
    (one) => `- Proof ${one.number}, ${plain(one.title)}: \`${commandFor(one)}\``,
  );
  return [`## Missing: ${missing.length} of 15 proofs`, plain(missingLead), rows.join('\n')];
}

function proofBlocks({ picture, figure, output, check, stale, console = [] }: PageProof): string[] {
  const { number, claim, command, values, rules } = picture;
  const words = { pass: '✓ PASS', fail: '✗ FAIL', 'not judged': '– NOT JUDGED' } as const;
  return [
    `### ${number}. ${plain(claim)}`,
    ...(stale.length === 0
      ? []
      : [`**Stale**: changed since it was recorded: ${stale.join(', ')}.`]),
    image(figure),
    ...console.map(
      ({ file }, i) => `![${consoleAlt(number, i)}](${file})\n\n${plain(consoleWords)}`,
    ),
    values.map(({ label, value }) => `- ${plain(label)}: ${code(value)}`).join('\n'),
    rules.map(({ text, outcome }) => `- ${words[outcome]} ${plain(text)}`).join('\n'),
    fenced(command, 'sh'),
    folded('What it printed', fenced(output, 'text')),
    `Recorded by ${plain(check)}. As text: [${figure.file}.txt](${figure.file}.txt)`,
  ];
}

function code(text: string): string {
  const line = text.replaceAll('\n', ' ');
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``;
}

function experimentBlocks({ experiments }: Page): string[] {
  if (experiments.length === 0) return [];
  const rows = experiments.map(
    ({ number, title: name, headline, passed, numbers, file }) =>
      `| ${number} | [${plain(name)}](${file}.png) | ${headline
        .map(({ what, value }) => `${plain(what)}: **${plain(value)}**`)
        .join('<br>')} | ${passed} of ${numbers} |`,
  );
  return [
    '## The experiments',
    plain(aboutExperiments),
    [
      '| No. | Experiment | What differs | Numbers as predicted |',
      '| --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
  ];
}

function runsTable({ runs, target, sample }: Page): string {
  const rows = runs.map(
    ({ step, title: name, time, passed, expectations }) =>
      `| ${step} | ${plain(name)} | ${passed} of ${expectations} | ${targetWords({ target, sample })} | ${minute(time)} |`,
  );
  return [
    '| Step | Check | Expectations that held | Target | Time |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
