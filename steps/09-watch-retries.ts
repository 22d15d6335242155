/**
 * Step 09: watch success, failure and retries in the logs. Reads only.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import { openStep, sayWhoseTimes, waitUntilMessagesSettled } from '../src/lab/index.ts';

const { $, lab, done } = await openStep(import.meta, (lab) => ({
  title: 'Watch success, failure and retries in the logs',
  why: `The proof is in the log: each good message once with outcome OK, the poison ${lab.maxReceiveCount} times with receive counts ${lab.receiveCounts}, one visibility timeout (${lab.visibilityTimeoutSeconds} s) apart.`,
  console: `CloudWatch > Logs > Log Management (older consoles: Log groups) > ${lab.logGroupName}: one line for each record, START/END/REPORT around each invocation.`,
  examCue:
    'A returned failure is not an error: the Errors metric stays 0 and polling does not slow down. Alarm on the dead-letter queue (ApproximateNumberOfMessagesVisible > 0) instead.',
}));

await waitUntilMessagesSettled(lab);
await sayWhoseTimes(lab);

await $({ show: 40, showLast: true })`aws logs tail ${lab.logGroupName} --since 15m --format short`;

done(
  `The good messages are deleted. The poison was received ${lab.maxReceiveCount} times and then moved.`,
);
