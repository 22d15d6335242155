/** For guardian.test.ts: a sandbox with one frozen and one endlessly looping function, to be killed. */
import { readdirSync, readFileSync } from 'node:fs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { LabClock } from '../../clock.ts';
import { sandboxForTest } from '../../../testing/sandbox/sandbox-for-test.ts';
import { createFunction, invoke, monday } from '../../../testing/sandbox/lambda.ts';

const lab = await sandboxForTest({ clock: new LabClock({ standingAt: monday, skipping: false }) });
const code = `import { writeFileSync } from 'node:fs';
  export const handler = ({ busy }) => {
    if (!busy) return { pid: process.pid, root: process.env.LAMBDA_TASK_ROOT };
    writeFileSync('/tmp/busy.pid', String(process.pid));
    for (;;);
  };`;
await createFunction(lab, code, { FunctionName: 'idle' });
await createFunction(lab, code, { FunctionName: 'busy', Timeout: 600 });
const { payload } = await invoke(lab, {}, 'idle');
const { pid: idle, root } = payload as { pid: number; root: string };
const folder = root.slice(0, root.lastIndexOf('/'));
lab.lambda
  .send(new InvokeCommand({ FunctionName: 'busy', Payload: JSON.stringify({ busy: true }) }))
  .catch(() => {});
const waiting = setInterval(() => {
  try {
    const file = readdirSync(folder, { recursive: true }).find((name) =>
      String(name).endsWith('busy.pid'),
    );
    if (file === undefined) return;
    const busy = Number(readFileSync(`${folder}/${String(file)}`, 'utf8'));
    if (busy === 0) return;
    clearInterval(waiting);
    console.log(JSON.stringify({ idle, busy, folder }));
  } catch {
    // Not started yet.
  }
}, 20);
