/**
 * Experiment 45: the same lines in a text log and in a JSON log, and two filter patterns.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
import { openExperiment } from '../src/commands/open-experiment.ts';

await using experiment = await openExperiment<'json' | 'text'>(import.meta);
const { $, sides, send, poll, settle, keep, measure } = experiment;

await $`aws lambda update-function-configuration \
  --function-name ${sides.json.functionName} \
  --logging-config LogFormat=JSON \
  --query LoggingConfig`;
await $`aws lambda wait function-updated-v2 --function-name ${sides.json.functionName}`;

await send();
await poll();
await settle();

const counted = ({ stdout }: { readonly stdout: string }) => Number(stdout.trim());

// A word, wherever it stands in the line.
const wordInText = await $`aws logs filter-log-events \
  --log-group-name ${sides.text.logGroupName} \
  --filter-pattern FAILED \
  --query 'length(events)'`;
const wordInJson = await $`aws logs filter-log-events \
  --log-group-name ${sides.json.logGroupName} \
  --filter-pattern FAILED \
  --query 'length(events)'`;

// A member. In a JSON log the handler's own object is the member "message" of the line.
const memberInText = await $`aws logs filter-log-events \
  --log-group-name ${sides.text.logGroupName} \
  --filter-pattern '{ $.outcome = "FAILED" }' \
  --query 'length(events)'`;
const memberInJson = await $`aws logs filter-log-events \
  --log-group-name ${sides.json.logGroupName} \
  --filter-pattern '{ $.message.outcome = "FAILED" }' \
  --query 'length(events)'`;

keep('text', 'word', counted(wordInText));
keep('json', 'word', counted(wordInJson));
keep('text', 'member', counted(memberInText));
keep('json', 'member', counted(memberInJson));
await measure();
