import { exams } from './rules.ts';
import type { Inventory } from './inventory.ts';
import type { Rule } from './rules.ts';

/**
 * What the exam pages must not have: a rule without source, date, experiment or question, a skill that no rule carries,
 * a limit without a date. An experiment that is not there yet must be on the list of those in the notes, which the
 * reader sees. A checkout without any question cannot be asked to have one for each rule.
 * @returns one sentence for each fault, none when all is right
 */
export function lintExam(inventory: Inventory): readonly string[] {
  return [
    ...ruleFaults(inventory),
    ...skillFaults(inventory),
    ...experimentFaults(inventory),
    ...questionFaults(inventory),
    ...drillFaults(inventory),
    ...limitFaults(inventory.notes),
  ];
}

/** A month with its year, or a day: a year alone says too little about a number that moves. */
const date =
  /\b20\d\d-\d\d(?:-\d\d)?\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b[^()|]{0,20}\b20\d\d\b/;

/** A line of the page to print must fit on it. */
export const widestLine = 106;

function ruleFaults({ rules }: Inventory): string[] {
  return rules.flatMap(({ id, sources, date: when, oldAndNew, noExperiment, inALine }) => [
    ...fault(sources.length === 0, `${id} has no source`),
    ...fault(!date.test(when), `${id} has a source without a date: "${when}"`),
    ...fault(
      oldAndNew !== undefined && !/\([^()]*20\d\d[^()]*\)$/.test(oldAndNew),
      `${id} says what is old and new, and not since when: "${oldAndNew}"`,
    ),
    ...fault(
      noExperiment !== undefined && noExperiment.split(' ').length < 4,
      `${id} has no experiment, and hardly says why: "${noExperiment}"`,
    ),
    ...fault(
      inALine.length > widestLine,
      `${id} in a line is too long to print: ${inALine.length} of ${widestLine} characters`,
    ),
  ]);
}

/** The table promises exactly the skills that rules carry. */
function skillFaults({ rules, topics }: Inventory): string[] {
  return exams.flatMap((exam) => {
    const promised = new Set(topics.flatMap(({ skills }) => skills[exam]));
    const carried = new Set(rules.flatMap(({ skills }) => skills[exam]));
    const promisedOnly = [...promised].filter((skill) => !carried.has(skill));
    const carriedOnly = [...carried].filter((skill) => !promised.has(skill));
    return [
      ...promisedOnly.map(
        (one) => `DVA-${exam} ${one} is in the table of skills, but no rule carries it`,
      ),
      ...carriedOnly.map(
        (one) => `DVA-${exam} ${one} is carried by a rule, but is not in the table of skills`,
      ),
    ];
  });
}

/** A number that somebody names is an experiment that is there, or one that the notes list as not there yet. */
function experimentFaults({ rules, experiments, notBuilt, questions }: Inventory): string[] {
  const ids = new Set(rules.map(({ id }) => id));
  const there = new Set(experiments?.map(({ number }) => number));
  const missing = (owner: string, numbers: readonly string[]) =>
    numbers
      .filter((number) => !there.has(number) && !notBuilt.includes(number))
      .map((number) => `${owner} names experiment ${number}, which does not exist`);
  return [
    ...notBuilt
      .filter((number) => there.has(number))
      .map((number) => `the notes list experiment ${number} as not there yet, and it is there`),
    ...rules.flatMap((rule) => missing(rule.id, rule.experiments)),
    ...(questions ?? []).flatMap((one) => missing(one.id, one.experiments)),
    ...(experiments ?? []).flatMap(({ number, rules: shown }) => [
      ...fault(shown.length === 0, `experiment ${number} names no rule`),
      ...shown
        .filter((id) => !ids.has(id))
        .map((id) => `experiment ${number} names ${id}, which is no rule`),
      ...rules.flatMap((rule) => differentlyNamed(rule, { number, rules: shown })),
    ]),
  ];
}

/** The line "Experiment" of a rule and the rules of an experiment say the same. */
function differentlyNamed(
  { id, experiments }: Rule,
  { number, rules }: { readonly number: string; readonly rules: readonly string[] },
): string[] {
  const [inNotes, inExperiment] = [experiments.includes(number), rules.includes(id)];
  return [
    ...fault(inNotes && !inExperiment, `${id} names experiment ${number}, which does not show it`),
    ...fault(!inNotes && inExperiment, `experiment ${number} shows ${id}, which does not name it`),
  ];
}

function questionFaults({ rules, questions }: Inventory): string[] {
  if (questions === undefined) return [];
  const ids = new Set(rules.map(({ id }) => id));
  const asked = new Set(questions.map(({ rule }) => rule));
  return [
    ...rules.flatMap(({ id }) => fault(!asked.has(id), `${id} has no question`)),
    ...questions.flatMap(({ id, rule, source }) => [
      ...fault(!ids.has(rule), `${id} names ${rule}, which is no rule`),
      ...fault(!date.test(source?.date ?? ''), `${id} has a source without a date`),
    ]),
  ];
}

function drillFaults({ rules, drills }: Inventory): string[] {
  const ids = new Set(rules.map(({ id }) => id));
  return (drills ?? []).flatMap((drill) => [
    ...fault(drill.rules.length === 0, `drill ${drill.id} names no rule`),
    ...drill.rules
      .filter((id) => !ids.has(id))
      .map((id) => `drill ${drill.id} names ${id}, which is no rule`),
  ]);
}

/** An amount with its unit, or a bound in words: a number that AWS may change. */
const limit =
  /\b\d[\d,.]* ?(?:[KMG]i?B|bytes|s|seconds?|minutes?|hours?|days?|months?|records|attempts|pollers|requests|rounds|messages|ARNs)\b|\b(?:up to|at most|at least|no more than|limited to|maximum|minimum)\b[^.;|]{0,40}?\d|\b\d[\d,]* (?:a|per) (?:second|minute|hour|month)\b/i;

/**
 * Limits of the notes without a date. A rule's date is that of its source; elsewhere a paragraph or list, its heading's
 * introduction, or the row of a table has it.
 */
export function limitFaults(notes: string): string[] {
  return notes.split(/^(?=#{1,3} )/m).flatMap((section) => {
    const heading = /^#{1,3} (.+)/.exec(section)?.[1] ?? '';
    const body = section.slice(section.indexOf('\n') + 1);
    if (/^G\d\d /.test(heading)) return ruleLimits(heading, body);
    const blocks = body.split(/\n{2,}/).filter((block) => block.trim() !== '');
    // "As of …" before a list or a table holds for all of it, to the next heading.
    let isDated = false;
    return blocks.flatMap((block) => {
      isDated ||= date.test(block) && !block.startsWith('|');
      const [header = '', , ...rows] = block.startsWith('|') ? block.split('\n') : [];
      // A table that has a column of dates has one in each row, and not only in a row with a limit.
      const dates = /\bsince\b|\bas of\b/i.test(header);
      const parts = block.startsWith('|') ? rows : [block];
      return parts
        .filter((part) => dates || (limit.test(part) && !isDated))
        .filter((part) => !date.test(part) && !pageOf2026.test(part))
        .map((part) => `"${heading}" states a limit without a date: "${shortened(part)}"`);
    });
  });
}

/** What the table of old and new says in words, and explains above. */
const pageOf2026 = /\| [^|]*page of 2026 +\|/;

function ruleLimits(heading: string, body: string): string[] {
  const source = /^- \*\*Source\*\*: (.+)$/m.exec(body)?.[1] ?? '';
  const stated = body.split('\n').find((line) => limit.test(line));
  return stated !== undefined && !date.test(source)
    ? [`"${heading}" states a limit without a date: "${shortened(stated)}"`]
    : [];
}

const shortened = (text: string) =>
  text.length > 90 ? `${text.slice(0, 89).replaceAll('\n', ' ')}…` : text.replaceAll('\n', ' ');

const fault = (isWrong: boolean, sentence: string): string[] => (isWrong ? [sentence] : []);
