import { escapeHtml } from '../lab/html.ts';
import { cleansUp } from '../judging/steps.ts';
import { settings } from '../lab/settings.ts';
import type { Figure, Page, PageProof } from '../page/page-facts.ts';
import { consoleAlt, consoleWords, lead, minute, period, title, whereRun } from '../page/words.ts';
import { workerPath } from './verify-portfolio.ts';

/** The proofs that say most, in the order in which they are told: each with what a reader may conclude. */
const keyProofs = [
  [14, 'The log: good messages ran once, the bad one was retried with receive counts 1, 2, 3.'],
  [15, 'The bad message in the dead-letter queue, with its body, and the queue that it came from.'],
  [13, 'The event source mapping as the AWS CLI prints it, with ReportBatchItemFailures.'],
  [10, 'What the role may do and may not do, as the IAM policy simulator decides it.'],
  [
    2,
    `The source queue with its redrive policy: ${settings.maxReceiveCount} receives, then the dead-letter queue.`,
  ],
] as const;

/** The two commands that verify a portfolio, in its folder. The workflow of the portfolio and its tests take them from here. */
export const verifyCommands = ['sha256sum --check --quiet SHA256SUMS', 'node verify.mjs'] as const;

/** README.md of a portfolio: everything in it comes from the recorded run. */
export function portfolioReadme(page: Page): string {
  const when = period(page);
  const recorded = when === undefined ? '' : ` Recorded ${minute(when.from).slice(0, 10)}.`;
  const blocks = [
    `# ${title}`,
    plain(lead),
    `**${page.target}, ${page.region}.**${recorded} ${page.proofs.length} proofs, each drawn by a program from recorded output. The whole page, with the run to play: [docs/index.html](docs/index.html).`,
    '## What I built',
    builtList,
    ...figureBlocks('The run: every message, predicted and measured', page.timeline),
    ...figureBlocks('Architecture', page.architecture),
    '## Five key proofs',
    ...keyProofs.flatMap(([number, meaning]) => keyBlocks(page, number, meaning)),
    '## All proofs',
    thumbnails(page.proofs),
    '## Verify it yourself',
    'In a clone of this repository, with Node 20 or later. Nothing is installed, and nothing is fetched:',
    `\`\`\`sh\n${verifyCommands.join('\n')}\n\`\`\``,
    'The first command holds every file against its digest (on a Mac without `sha256sum`: `shasum -a 256 --check --quiet SHA256SUMS`). The second one reaches every verdict again from the recorded output, draws every picture and the page again, and compares.',
    '## Limits',
    limits(page)
      .map((one) => `- ${plain(one)}`)
      .join('\n'),
    '## What is here',
    contents,
  ];
  return `${blocks.join('\n\n')}\n`;
}

const builtList = [
  `- an SQS queue with a dead-letter queue behind it: after ${settings.maxReceiveCount} receives a message is moved ([settings](infra/source-queue-attributes.json))`,
  `- a Lambda function in TypeScript that handles each record of a batch by itself and returns the ids of those that failed ([code](${workerPath}))`,
  `- an event source mapping with batch size ${settings.batchSize} and partial batch responses ([settings](infra/create-event-source-mapping.json))`,
  '- an execution role that may receive from this one queue and write logs ([policy](infra/lambda-sqs-policy.json))',
].join('\n');

const contents = [
  '- `docs/`: the page, the pictures, and the evidence with its manifest',
  `- \`${workerPath}\`: the worker, as its proof shows it; \`infra/\`: the JSON that the AWS CLI was given`,
  '- `verify.mjs`: the verification of the lab kit as one file (its licences: `verify.licenses.txt`)',
  '- `.github/workflows/`: one verifies each push, one publishes the page with GitHub Pages',
].join('\n');

/** Said before somebody asks. */
function limits(page: Page): string[] {
  // Its certificate is among the evidence.
  const isCleanedUp = page.runs.some(({ step }) => cleansUp(step));
  const screenshots = page.proofs.some((proof) => (proof.console?.length ?? 0) > 0);
  return [
    whereRun(page),
    'Not shown: load, cost, alarms, a FIFO queue, more than one consumer, deployment as code.',
    ...(isCleanedUp
      ? ['The resources were deleted after the run, so nobody can look at them now.']
      : []),
    'Account ids, names and keys are replaced with aliases, the same alias for the same thing.',
    'The digests and the verification detect edits, not forgery. They do not prove who ran the lab, or when.',
    ...(screenshots ? [consoleWords] : []),
  ];
}

/** Signs that Markdown would take for its own. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>#|]/g, String.raw`\$&`);
}

function figureBlocks(heading: string, figure: Figure | undefined): string[] {
  return figure === undefined ? [] : [`## ${heading}`, picture(figure, figure.alt)];
}

function picture({ file }: Figure, alt: string, width = ''): string {
  const words = escapeHtml(alt.replaceAll(/\s+/g, ' '));
  return `<picture><source media="(prefers-color-scheme: dark)" srcset="docs/${file}-dark.svg"><img src="docs/${file}.svg"${width} alt="${words}"></picture>`;
}

function keyBlocks({ proofs }: Page, number: number, meaning: string): string[] {
  const proof = proofs.find(({ picture: { number: one } }) => one === number);
  if (proof === undefined) return [];
  const { figure, console = [] } = proof;
  return [
    `### ${number}. ${plain(proof.picture.claim)}`,
    plain(meaning),
    picture(figure, figure.alt, ' width="640"'),
    ...console.map(({ file }, i) => `![${consoleAlt(number, i)}](docs/${file})`),
  ];
}

const columns = 3;

/** A grid of small pictures, each a link to the large one: GitHub shows tables of HTML without a head. */
function thumbnails(proofs: readonly PageProof[]): string {
  const cells = proofs.map((proof) => {
    const { figure, console = [] } = proof;
    const { number, claim } = proof.picture;
    const own = console.map(
      ({ file }, i) => `<br><a href="docs/${escapeHtml(file)}">${consoleAlt(number, i)}</a>`,
    );
    return `<td valign="top" width="33%"><a href="docs/${figure.file}.svg">${picture(figure, `Proof ${number}`, ' width="270"')}<br>${number}. ${escapeHtml(claim)}</a>${own.join('')}</td>`;
  });
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
    cells.slice(row * columns, (row + 1) * columns).join('\n'),
  );
  return `<table role="presentation">\n${rows.map((row) => `<tr>\n${row}\n</tr>`).join('\n')}\n</table>`;
}
