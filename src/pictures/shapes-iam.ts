import { pick, pickList } from '../judging/printed.ts';
import { grounds, inks } from './colours.ts';
import { excerptOf } from './excerpt.ts';
import { arrow, node, queue, table, tableHeight, tableWords } from './figure.ts';
import type { Cell, Figure, Table } from './figure.ts';
import { documentRanges, jsonPanel, lastOf, text } from './shape.ts';
import type { Printed, Shape } from './shape.ts';
import { shellLines } from './shell-colours.ts';
import type { Panel } from './terminal.ts';
import type { DrawnProof } from './picture-facts.ts';

/** Each command of a proof that has several, as typed. */
function commandsOf(command: string): string[] {
  const starts = shellLines(command).map(({ starts: begins }) => begins);
  const commands: string[] = [];
  for (const [at, line] of command.split(/\r?\n/).entries()) {
    if (starts[at] === true || commands.length === 0) commands.push(line);
    else commands.push(`${commands.pop() ?? ''}\n${line}`);
  }
  return commands;
}

/** Proof 3: the two policies, side by side. */
export function permissions({ data }: Printed): Shape {
  const commands = commandsOf(data.command);
  const ranges = documentRanges(data.output);
  const lights = [
    {
      find: /"PolicyName": /,
      tone: 'key' as const,
      rules: ['managed-policy'],
      note: 'managed by AWS',
    },
    { find: /"PolicyArn": /, tone: 'tie' as const, rules: ['managed-policy'] },
    { find: /^ {8}"/, tone: 'good' as const, rules: ['inline-policy'], note: 'inline, our own' },
  ];
  const [first] = ranges;
  const lines = first === undefined ? 0 : first.to - first.from;
  // The first one only says which role this is, and its ARN stands among the values.
  const lead = `⋯ aws iam get-role and its ${lines} lines left out`;
  const panels = ranges.flatMap((range, at): Panel[] => {
    const command = commands[at];
    if (at === 0 || command === undefined) return [];
    const parts = excerptOf(data.output, { lights }, range);
    return [{ command, kind: 'json', parts, ...(at === 1 ? { lead } : {}) }];
  });
  return { panels: panels.length === 0 ? [jsonPanel(data, { lights })] : panels };
}

/** Proof 4: the document; three actions lead to one queue. */
export function inlinePolicy({ data, printed }: Printed): Shape {
  const statement = pick(printed, 'PolicyDocument', 'Statement', 0);
  const actions = pickList(statement, 'Action').map(String);
  const resource = lastOf(text(statement, 'Resource'));
  return {
    figure: {
      height: Math.max(3, actions.length) * 44,
      words: [`${actions.join(', ')} → ${resource}, and nothing else`],
      draw: (canvas, { x, y, width }) => {
        const height = Math.max(3, actions.length) * 44;
        const right = x + width - 330;
        for (const [at, action] of actions.entries()) {
          const top = y + at * 44;
          node(
            canvas,
            { x, y: top, width: 330, height: 38, radius: 8 },
            { colour: inks.green, words: [{ text: action, size: 19, bold: true }] },
          );
          const middle = top + 19;
          arrow(canvas, { x: x + 338, y: middle, to: right - 4 }, { colour: inks.green });
        }
        queue(
          canvas,
          { x: right, y, width: 330, height: height - 6 },
          {
            colour: inks.blue,
            words: [
              { text: resource, size: 22, bold: true },
              { text: 'one queue, no wildcard', size: 15, colour: inks.quiet },
            ],
          },
        );
      },
    },
    panels: [
      jsonPanel(data, {
        lights: [
          { find: /"PolicyName": /, tone: 'tie', rules: ['inline-policy'] },
          { find: /"Effect": "Allow"/, tone: 'good', rules: ['only-allow'] },
          {
            find: /^\s+"\w+:\w+",?$/,
            tone: 'good',
            rules: ['queue-actions'],
            note: 'exactly these actions',
          },
          {
            find: /"Resource": /,
            tone: 'key',
            rules: ['queue-arn'],
            note: 'one ARN',
          },
        ],
      }),
    ],
  };
}

/** Proof 5: the document; who may take on the role. */
export function trustPolicy({ data, printed }: Printed): Shape {
  const statement = pick(printed, 'Role', 'AssumeRolePolicyDocument', 'Statement', 0);
  const service = text(statement, 'Principal', 'Service');
  const action = text(statement, 'Action');
  const role = text(printed, 'Role', 'RoleName');
  return {
    figure: {
      height: 120,
      words: [`${service} → ${action} → ${role}`],
      draw: (canvas, { x, y, width }) => {
        const right = x + width - 320;
        node(
          canvas,
          { x, y: y + 5, width: 320, height: 110, radius: 14 },
          {
            colour: inks.amber,
            tint: grounds.keyTint,
            words: [
              { text: 'λ', size: 40, colour: inks.amber, bold: true },
              { text: service, size: 20, bold: true },
            ],
          },
        );
        node(
          canvas,
          { x: right, y: y + 5, width: 320, height: 110, radius: 14 },
          {
            colour: inks.violet,
            words: [
              { text: 'role', size: 15, colour: inks.quiet },
              { text: role, size: 22, bold: true },
            ],
          },
        );
        arrow(
          canvas,
          { x: x + 328, y: y + 66, to: right - 6 },
          { colour: inks.amber, above: { text: action, size: 17, colour: inks.amber, bold: true } },
        );
      },
    },
    panels: [
      jsonPanel(data, {
        whole: 16,
        lights: [
          { find: /"Arn": /, tone: 'tie', rules: ['exists'], note: 'this role' },
          {
            find: /"Effect": "Allow"/,
            tone: 'good',
            rules: ['no-deny'],
            note: 'the one statement',
          },
          { find: /"Principal": /, tone: 'key', rules: ['trusted-principals'] },
          {
            find: /"Service": /,
            tone: 'key',
            rules: ['trusted-principals'],
            note: 'Lambda, and nobody else',
          },
          { find: /"Action": /, tone: 'good', rules: ['assume-role'], note: 'take on the role' },
        ],
      }),
    ],
  };
}

const allowed: Cell = {
  text: '✓ allowed',
  colour: inks.green,
  tint: grounds.goodTint,
  bold: true,
};
const refused: Cell = { text: '✗ denied', colour: inks.red, tint: grounds.badTint, bold: true };

function matrix(content: Table): Figure {
  return {
    height: tableHeight(content),
    words: tableWords(content),
    draw: (canvas, place) => table(canvas, content, place),
  };
}

/** Proof 9: what the policy of AWS allows, and what IAM decides. */
export function logPermissions({ data, printed }: Printed): Shape {
  const statements = pickList(printed, 1, 'PolicyVersion', 'Document', 'Statement');
  const decisions = data.rules.find(({ id }) => id === 'logs-permissions')?.actual;
  const decided = (action: string): Cell => {
    const decision = pickList(decisions)
      .map(String)
      .find((one) => one.startsWith(`${action} `));
    if (decision === undefined) return { text: 'not asked', colour: inks.quiet };
    return decision === `${action} allowed` ? allowed : refused;
  };
  const rows = statements.flatMap((statement) =>
    pickList(statement, 'Action').map((action): Cell[] => [
      { text: String(action), bold: true },
      { text: `${text(statement, 'Effect')} on ${text(statement, 'Resource')}` },
      decided(String(action)),
    ]),
  );
  return {
    figure: matrix({
      head: ['action', 'the policy says', 'IAM decides, for the log group'],
      columns: [3, 2.2, 3],
      rows,
    }),
    panels: [
      jsonPanel(data, {
        whole: 30,
        lights: [
          { find: /"Arn": /, tone: 'tie', rules: ['managed-policy'], note: 'kept by AWS' },
          { find: /"logs:\w+"/, tone: 'good', rules: ['logs-permissions'], note: 'write logs' },
          { find: /"Resource": /, tone: 'key', rules: ['logs-permissions'], note: 'any log group' },
        ],
      }),
    ],
  };
}

/** Proof 10: who may what: actions, queues, and what IAM decided on each that it was asked. */
export function queuePermissions({ data, printed }: Printed): Shape {
  const documents = Array.isArray(printed) ? (printed as unknown[]) : [printed];
  const results = documents.flatMap((one) => pickList(one, 'EvaluationResults'));
  const distinct = (member: string) => [...new Set(results.map((one) => text(one, member)))];
  const queues = distinct('EvalResourceName');
  const rows = distinct('EvalActionName').map((action): Cell[] => [
    { text: action, bold: true },
    ...queues.map((arn): Cell => {
      const result = results.find(
        (one) => text(one, 'EvalActionName') === action && text(one, 'EvalResourceName') === arn,
      );
      if (result === undefined) return { text: 'not asked', colour: inks.quiet };
      return text(result, 'EvalDecision') === 'allowed' ? allowed : refused;
    }),
  ]);
  return {
    figure: matrix({
      head: ['action', ...queues.map(lastOf)],
      columns: [1.2, ...queues.map(() => 1)],
      rows,
    }),
    panels: [queuePanel(data)],
  };
}

function queuePanel(data: DrawnProof): Panel {
  return jsonPanel(data, {
    plain: true,
    whole: 0,
    also: /^ {12}"Eval(ActionName|ResourceName)"/,
    lights: [
      {
        find: /^ {12}"EvalDecision": "allowed"/,
        tone: 'good',
        rules: ['queue-actions', 'simulated'],
        note: 'allowed: the three that polling needs',
      },
      {
        find: /^ {12}"EvalDecision": "(\w+)"/,
        tone: 'bad',
        rules: ['queue-actions', 'queue-arn'],
        note: 'denied: no statement allows it',
      },
    ],
  });
}
