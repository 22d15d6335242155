/** What both exams are made of. */
import { exams } from '../exam/rules.ts';
import type { Exam } from '../exam/rules.ts';

/** The names of the domains in both exams; the third has another name since DVA-C03. */
export const domains: Readonly<Record<Exam, Readonly<Record<string, string>>>> = {
  C03: {
    '1': 'Development',
    '2': 'Security',
    '3': 'Testing and Deployment',
    '4': 'Troubleshooting and Optimization',
  },
  C02: {
    '1': 'Development',
    '2': 'Security',
    '3': 'Deployment',
    '4': 'Troubleshooting and Optimization',
  },
};

/**
 * The pace of the exam: 65 questions in 130 minutes.
 * @see https://mangh.am/certs/aws/dva-c02/study-guide/ a third party, as of 2026-11-23; AWS's guides name no time
 */
export const minutesPerQuestion = 2;

/**
 * How much of the exam each domain is, in percent.
 * @see https://docs.aws.amazon.com/aws-certification/latest/developer-associate-03/dva-03-comparison.html as of 2026-11-23
 */
export const weights: Readonly<Record<Exam, Readonly<Record<string, number>>>> = {
  C03: { '1': 30, '2': 26, '3': 22, '4': 22 },
  C02: { '1': 32, '2': 26, '3': 24, '4': 18 },
};

/** `C03`, also for `DVA-C03` and `c03`; undefined for another exam. */
export const examNamed = (text: string): Exam | undefined =>
  exams.find((exam) => exam === text.toUpperCase().replace(/^DVA-/, ''));
