import { basename } from 'node:path';
import { pointingHere, sayNext } from './next.ts';
import { options } from './options.ts';
import { session } from './session.ts';
import { bold, green, labelled, say, yellow } from './terminal.ts';

export interface StepTexts {
  readonly title: string;
  /** One or two sentences: what would go wrong without this step. */
  readonly why: string;
  /** Where to look in the console, and at what. */
  readonly console: string;
  /** The rule to remember for DVA-C02 and DVA-C03. */
  readonly examCue: string;
}

/** Set by `lab run`, which shows the way itself. */
export const running = { wholeLab: false };

/**
 * Opens the session (sandbox or confirmed account) and prints what this step is about.
 * @param meta `import.meta` of the step: its file name carries the number
 */
export async function openStep(meta: ImportMeta, texts: StepTexts) {
  const number = basename(meta.filename).slice(0, 2);
  const { target } = options().dryRun ? { target: undefined } : await session();
  if (target === undefined) {
    // What is pasted into a new terminal begins with what points that at the lab.
    if (!running.wholeLab) for (const command of pointingHere()) say(command);
    say(`# Step ${number}: ${texts.title}`);
  } else {
    const where = target === 'sandbox' ? green('SANDBOX') : yellow('AWS');
    say(`${bold(`Step ${number}  ${texts.title}`)}  [${where}]`);
    say(labelled('Why', texts.why));
    say();
  }
  return {
    number,
    /** The last line of a step: what exists now, and what to run next. */
    done(exists: string): void {
      if (options().dryRun) return;
      say();
      say(labelled('Now', exists));
      // The sandbox has no console: a whole run says only what can be seen.
      if (target === 'aws' || !running.wholeLab) say(labelled('Console', texts.console));
      say(labelled('Exam', texts.examCue));
      if (!running.wholeLab) sayNext({ command: `npx lab check ${Number(number)}` });
      say();
    },
  };
}
