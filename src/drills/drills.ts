import type { SymptomName } from './symptoms.ts';

/**
 * A fault to find: one wrong state of the catalogue, or two of which the first hides the second. Nothing here that a learner
 * sees before the end (id, title, what happened before) names the cause.
 */
export interface Drill {
  /** Unique, kebab-case: the symptom and a number. */
  readonly id: string;
  readonly level: 1 | 2 | 3;
  /** What the pager says. */
  readonly title: string;
  /** What went on before, as a colleague tells it. */
  readonly before: string;
  /** Ids of `checks/wrong-states.ts`. Of two the first masks the second: while it lasts, the second has no symptom. */
  readonly states: readonly [string] | readonly [first: string, second: string];
  /** Of each state. */
  readonly symptoms: readonly [SymptomName] | readonly [SymptomName, SymptomName];
  /** `G07`: of docs/exam-notes.md. */
  readonly rules: readonly string[];
  /** Number of an experiment that shows one of the rules; undefined: none shows what went wrong here, and the page of the rule tells it. */
  readonly experiment: string | undefined;
  /** Why an experiment of one of the rules does not show what went wrong here; only where there is one. */
  readonly noExperiment?: string;
}

/** Most drills are one line of this: [id, state, rule, experiment, what went on before, why no experiment of the rule shows it]. */
type Row = readonly [
  id: string,
  state: string,
  rule: string,
  experiment: string | undefined,
  before: string,
  noExperiment?: string,
];

const titles: Readonly<Record<SymptomName, string>> = {
  access: 'The access report has a finding',
  anybody: 'The access report has a finding',
  assumed: 'The access report has a finding',
  crash: 'Good orders end among the failed ones',
  dead: 'Orders end among the failed ones, and nobody ran them',
  early: 'Failed orders are given up too soon',
  endless: 'A failing order never ends',
  hasty: 'A failing order is tried again at once',
  late: 'A failing order is not tried again for minutes',
  lost: 'A failed order is nowhere',
  misplaced: 'A failed order is nowhere',
  nowhere: 'Orders that were accepted are nowhere',
  patient: 'A failing order is tried too often',
  refused: 'The shop cannot send orders',
  search: 'The search for failed orders finds nothing',
  silent: 'The log shows no orders',
  single: 'Three times the invocations, three times the bill',
  stuck: 'Orders pile up, and no error anywhere',
  tardy: 'Orders are handled late',
  twice: 'Customers are charged more than once',
};

const drillsOf = (level: 1 | 2, symptom: SymptomName, rows: readonly Row[]): readonly Drill[] =>
  rows.map(([id, state, rule, experiment, before, noExperiment]) => ({
    id,
    level,
    title: titles[symptom],
    before,
    states: [state],
    symptoms: [symptom],
    rules: [rule],
    experiment,
    ...(noExperiment !== undefined && { noExperiment }),
  }));

const quiet = 'Nobody admits to a change. The function had no error all night.';
const security = 'The security team has gone through the account with a checklist.';
const cleaning = 'A colleague has tidied up the account before the holidays.';
const template = 'A colleague has typed the lab by hand into another template, and applied it.';
const release = 'A new release of the worker went out from the laptop of a colleague.';
const tuning = 'A colleague has tuned the lab for a load test, and gone home.';

const deleted = 'none deletes a source queue';
const endless = '"npx lab what-if --max-receive-count none" does';

const single: readonly Drill[] = [
  ...drillsOf(1, 'stuck', [
    ['stuck-1', 'mapping-disabled', 'G25', '39', tuning],
    ['stuck-2', 'mapping-missing', 'G25', '39', cleaning],
    ['stuck-3', 'inline-policy-missing', 'G25', '39', security],
    ['stuck-4', 'trusts-sqs', 'G27', '40', template],
  ]),
  ...drillsOf(1, 'nowhere', [
    ['nowhere-1', 'filter', 'G22', '36', tuning],
    ['nowhere-2', 'delay', 'G31', '44', template],
  ]),
  ...drillsOf(1, 'silent', [['silent-1', 'logs-permission-missing', 'G26', '41', security]]),
  ...drillsOf(1, 'lost', [
    ['lost-1', 'no-partial-batch-response', 'G07', '21', template],
    ['lost-2', 'worker-swallows', 'G29', '42', release],
  ]),
  ...drillsOf(1, 'twice', [['twice-1', 'worker-throws', 'G06', '20', release]]),
  ...drillsOf(1, 'crash', [
    ['crash-1', 'other-handler', 'G09', '23', template],
    ['crash-2', 'worker-other-export', 'G09', '23', release],
    ['crash-3', 'worker-hangs', 'G10', '24', release],
  ]),
  ...drillsOf(1, 'endless', [
    ['endless-1', 'no-redrive-policy', 'G12', undefined, template, endless],
    ['endless-2', 'max-receive-count-1000', 'G04', '28', tuning],
  ]),
  ...drillsOf(1, 'early', [['early-1', 'max-receive-count-1', 'G04', '28', tuning]]),
  ...drillsOf(1, 'late', [['late-1', 'visibility-300', 'G03', '27', tuning]]),
  ...drillsOf(1, 'single', [['single-1', 'batch-size-1', 'G18', '33', template]]),
  ...drillsOf(1, 'refused', [
    ['refused-1', 'source-missing', 'G25', undefined, cleaning, deleted],
    ['refused-2', 'message-size', 'G32', undefined, template],
    ['refused-3', 'queue-policy-denies', 'G42', undefined, security],
  ]),
  ...drillsOf(1, 'search', [['search-1', 'log-format-json', 'G40', '45', tuning]]),
  ...drillsOf(1, 'access', [['access-1', 'wildcard-action', 'G26', '39', template]]),
  ...drillsOf(1, 'assumed', [['access-2', 'trusts-the-account', 'G27', '40', template]]),
  ...drillsOf(2, 'stuck', [
    ['stuck-5', 'no-receivemessage', 'G25', '39', security],
    ['stuck-6', 'other-resource', 'G25', '39', template],
    ['stuck-7', 'inline-condition', 'G25', '39', security],
    ['stuck-8', 'inline-deny-with-condition', 'G25', '39', security],
    ['stuck-9', 'mapping-other-queue', 'G25', '39', cleaning],
    ['stuck-10', 'trust-condition', 'G27', '40', security],
    ['stuck-11', 'other-role', 'G27', '40', cleaning],
  ]),
  ...drillsOf(2, 'dead', [['dead-1', 'no-concurrency', 'G20', '35', tuning]]),
  ...drillsOf(2, 'silent', [
    ['silent-2', 'other-log-group', 'G26', '41', cleaning],
    ['silent-3', 'inline-denies-logs', 'G26', '41', security],
    ['silent-4', 'log-level-warn', 'G40', '45', tuning],
  ]),
  ...drillsOf(2, 'lost', [
    ['lost-3', 'worker-wrong-list', 'G08', '22', release],
    ['lost-4', 'worker-for-each', 'G11', '25', release],
    ['lost-5', 'worker-returns-nothing', 'G08', '22', release],
  ]),
  ...drillsOf(2, 'misplaced', [['lost-6', 'redrive-elsewhere', 'G24', '38', template]]),
  ...drillsOf(2, 'twice', [
    ['twice-2', 'worker-wrong-key', 'G08', '22', release],
    ['twice-3', 'worker-empty-id', 'G08', '22', release],
    ['twice-4', 'worker-unknown-id', 'G08', '22', release],
    ['twice-5', 'worker-reports-all', 'G06', '20', release],
    ['twice-6', 'no-deletemessage', 'G25', '39', security],
    ['twice-7', 'second-inline-policy-denies', 'G25', '39', security],
  ]),
  ...drillsOf(2, 'crash', [
    ['crash-4', 'worker-callback', 'G11', '25', release],
    ['crash-5', 'worker-never-settles', 'G11', '25', release],
  ]),
  ...drillsOf(2, 'patient', [['patient-1', 'max-receive-count-5', 'G04', '28', quiet]]),
  ...drillsOf(2, 'hasty', [['hasty-1', 'visibility-5', 'G02', '27', tuning]]),
  ...drillsOf(2, 'tardy', [['tardy-1', 'batching-window', 'G18', '33', tuning]]),
  ...drillsOf(2, 'access', [
    ['access-3', 'managed-sqs-policy', 'G26', '39', template],
    ['access-4', 'extra-action', 'G26', '39', quiet],
    ['access-5', 'both-queues', 'G26', '39', quiet],
  ]),
  ...drillsOf(2, 'anybody', [['access-6', 'queue-policy', 'G42', undefined, quiet]]),
];

const both = (
  id: string,
  states: Drill['states'],
  symptoms: readonly [SymptomName, SymptomName],
  more: Pick<Drill, 'before' | 'experiment' | 'rules'>,
): Drill => ({ id, level: 3, title: titles[symptoms[0]], states, symptoms, ...more });

/** Two faults at once. Whoever repairs the first sees the second only with the next orders. */
const double: readonly Drill[] = [
  both('double-1', ['mapping-disabled', 'worker-throws'], ['stuck', 'twice'], {
    ...{ before: release, rules: ['G25', 'G06'], experiment: '20' },
  }),
  both('double-2', ['inline-policy-missing', 'no-partial-batch-response'], ['stuck', 'lost'], {
    ...{ before: security, rules: ['G25', 'G07'], experiment: '21' },
  }),
  both('double-3', ['trusts-sqs', 'worker-for-each'], ['stuck', 'lost'], {
    ...{ before: template, rules: ['G27', 'G11'], experiment: '25' },
  }),
  both('double-4', ['delay', 'worker-wrong-key'], ['nowhere', 'twice'], {
    ...{ before: release, rules: ['G31', 'G08'], experiment: '22' },
  }),
  both('double-5', ['filter', 'other-handler'], ['nowhere', 'crash'], {
    ...{ before: template, rules: ['G22', 'G09'], experiment: '36' },
  }),
  both('double-6', ['logs-permission-missing', 'worker-throws'], ['silent', 'twice'], {
    ...{ before: security, rules: ['G26', 'G06'], experiment: '20' },
  }),
  both('double-7', ['queue-policy-denies', 'mapping-disabled'], ['refused', 'stuck'], {
    ...{ before: security, rules: ['G42', 'G25'], experiment: '39' },
  }),
  both('double-8', ['other-handler', 'max-receive-count-1'], ['crash', 'early'], {
    ...{ before: template, rules: ['G09', 'G04'], experiment: '28' },
  }),
  both('double-9', ['worker-swallows', 'no-redrive-policy'], ['lost', 'endless'], {
    ...{ before: release, rules: ['G29', 'G12'], experiment: '42' },
  }),
  both('double-10', ['no-partial-batch-response', 'max-receive-count-1'], ['lost', 'early'], {
    ...{ before: tuning, rules: ['G07', 'G04'], experiment: '21' },
  }),
  both('double-11', ['batch-size-1', 'worker-throws'], ['single', 'twice'], {
    ...{ before: tuning, rules: ['G18', 'G06'], experiment: '33' },
  }),
];

/** Every drill, by level. */
export const drills: readonly Drill[] = [
  ...single.filter(({ level }) => level === 1),
  ...single.filter(({ level }) => level === 2),
  ...double,
];

export const drillNamed = (id: string): Drill | undefined => drills.find((one) => one.id === id);
