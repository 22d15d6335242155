/// <reference lib="dom" />
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { ActionForm, Field } from '../actions.ts';
import { settingsOf } from '../model/view.ts';
import type { RunResult } from '../run.ts';
import { call, wordsOf } from './api.ts';
import { director, drawn, info, look } from './store.ts';

const groups: readonly (readonly [ActionForm['group'], string])[] = [
  ['messages', 'Messages'],
  ['clock', 'Lab clock'],
  ['queue', 'Source queue'],
  ['mapping', 'Event source mapping'],
  ['function', 'Function'],
  ['whole lab', 'Whole lab'],
];

/** What can be changed. Each control shows its command before it runs. */
export function Controls() {
  const forms = info.value?.actions ?? [];
  return (
    <section class="panel controls-panel" aria-labelledby="controls">
      <h2 id="controls">Change something</h2>
      <p class="quiet">
        Each control shows its command first. You can copy it and type it in your terminal instead.
      </p>
      {groups.map(([group, title]) => {
        const some = forms.filter((form) => form.group === group);
        return some.length === 0 ? null : (
          <div key={group} class="group" data-group={group}>
            <h3>{title}</h3>
            {some.map((form) => (
              <Control key={form.name} form={form} />
            ))}
          </div>
        );
      })}
    </section>
  );
}

type Values = Record<string, number | string>;

function firstValues({ fields }: ActionForm): Values {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.kind === 'number' ? field.value : (field.choices[0]?.[0] ?? ''),
    ]),
  );
}

interface Outcome {
  readonly ok: boolean;
  readonly text: string;
  /** What the command printed. */
  readonly output?: string;
}

interface Asked {
  readonly command: string;
  readonly values: Values;
}

function Control({ form }: { readonly form: ActionForm }) {
  const values = useSignal<Values>(firstValues(form));
  const asked = useSignal<Asked | undefined>(undefined);
  const outcome = useSignal<Outcome | undefined>(undefined);
  const isBusy = useSignal(false);
  const { name, title, about, fields } = form;

  const button = useRef<HTMLButtonElement>(null);
  // Not by `disabled`, and back to its button when its command is gone: with the keyboard nobody loses their place.
  const attempt = async (work: () => Promise<void>) => {
    if (isBusy.value) return;
    isBusy.value = true;
    try {
      await work();
    } catch (error) {
      outcome.value = { ok: false, text: wordsOf(error) };
    } finally {
      isBusy.value = false;
    }
  };
  const ask = () =>
    attempt(async () => {
      [asked.value, outcome.value] = [undefined, undefined];
      const given = { ...values.value };
      const { command } = await call<{ command: string }>('preview', {
        action: name,
        values: given,
      });
      asked.value = { command, values: given };
    });
  const close = () => {
    asked.value = undefined;
    button.current?.focus({ preventScroll: true });
  };
  const run = (confirmed: boolean) =>
    attempt(async () => {
      if (asked.value === undefined) return;
      const { command, values: given } = asked.value;
      const result = await call<RunResult>('run', {
        action: name,
        values: given,
        command,
        confirmed,
      });
      outcome.value = { ok: result.ok, text: textOf(result), output: result.output };
      close();
      void look();
    });
  return (
    <form
      class="control"
      data-control={name}
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <div class="line">
        <span class="title">
          {title} <NowText name={name} />
        </span>
        {fields.map((field) => (
          <Input
            key={field.name}
            field={field}
            value={values.value[field.name] ?? ''}
            set={(value) => (values.value = { ...values.value, [field.name]: value })}
          />
        ))}
        <button type="submit" ref={button} aria-disabled={isBusy.value} title={about}>
          {isBusy.value ? 'Working ...' : fields.length === 0 ? title : 'Show command'}
        </button>
      </div>
      <p class="about">{about}</p>
      {asked.value === undefined ? null : (
        <Preview command={asked.value.command} isBusy={isBusy.value} run={run} close={close} />
      )}
      <p
        class={outcome.value === undefined || outcome.value.ok ? 'result' : 'result fail'}
        role="status"
      >
        {outcome.value === undefined ? '' : `${outcome.value.ok ? '✓' : '✗'} ${outcome.value.text}`}
      </p>
      {outcome.value?.output ? (
        <details class="printed">
          <summary>What it printed</summary>
          <pre tabIndex={0} aria-label="What it printed">
            {outcome.value.output}
          </pre>
        </details>
      ) : null}
    </form>
  );
}

function textOf({ ok, code, message }: RunResult): string {
  if (ok) return message === '' ? 'Done.' : message;
  return code === undefined ? message : `AWS refused it: ${code}: ${message}`;
}

interface PreviewProps {
  readonly command: string;
  readonly isBusy: boolean;
  readonly run: (confirmed: boolean) => Promise<void>;
  readonly close: () => void;
}

/** The command, before it runs. A real account is asked for each time. */
function Preview({ command, isBusy, run, close }: PreviewProps) {
  const isConfirmed = useSignal(false);
  const isCopied = useSignal(false);
  const where = info.value;
  const isReal = where?.target === 'aws';
  const copy = async () => {
    await navigator.clipboard?.writeText(command);
    isCopied.value = true;
  };
  return (
    <div class="preview">
      <pre tabIndex={0} aria-label="The command">
        {command}
      </pre>
      {isReal ? (
        <label class="confirm">
          <input
            type="checkbox"
            checked={isConfirmed.value}
            onChange={({ currentTarget }) => (isConfirmed.value = currentTarget.checked)}
          />{' '}
          Change the real account {where.accountId}
        </label>
      ) : null}
      <div class="buttons">
        <button
          type="button"
          class="run"
          disabled={isReal && !isConfirmed.value}
          aria-disabled={isBusy}
          onClick={() => void run(isConfirmed.value)}
        >
          {isBusy ? 'Running ...' : 'Run'}
        </button>
        <button type="button" onClick={() => void copy().catch(() => undefined)}>
          {isCopied.value ? 'Copied' : 'Copy'}
        </button>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </div>
  );
}

interface InputProps {
  readonly field: Field;
  readonly value: number | string;
  readonly set: (value: number | string) => void;
}

function Input({ field, value, set }: InputProps) {
  const { label, name } = field;
  if (field.kind === 'choice')
    return (
      <label>
        {label}
        <select
          name={name}
          value={value}
          onChange={({ currentTarget }) => set(currentTarget.value)}
        >
          {field.choices.map(([choice, text]) => (
            <option key={choice} value={choice}>
              {text}
            </option>
          ))}
        </select>
      </label>
    );
  return (
    <label>
      {label}
      <input
        type="number"
        name={name}
        min={0}
        step={1}
        inputMode="numeric"
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

/** How the setting stands now, from the feed. */
function NowText({ name }: { readonly name: string }) {
  void drawn.value;
  const where = info.value;
  if (where === undefined) return null;
  const { state } = director;
  const { visibilityTimeoutSeconds, maxReceiveCount } = settingsOf(state, where.queueArn);
  const mapping = [...state.mappings.values()].find(({ queue }) => queue === where.queueArn);
  const texts: Readonly<Record<string, string | undefined>> = {
    'visibility-timeout': state.queues.has(where.queueArn)
      ? `${visibilityTimeoutSeconds} s`
      : undefined,
    'max-receive-count': Number.isFinite(maxReceiveCount) ? String(maxReceiveCount) : undefined,
    batch: mapping && `${mapping.batchSize}, ${mapping.windowSeconds} s`,
    concurrency: mapping && (mapping.maximumConcurrency?.toString() ?? 'no limit'),
    'partial-batch': mapping && (mapping.reportsItemFailures ? 'on' : 'off'),
  };
  const text = texts[name];
  return text === undefined ? null : <span class="now">now {text}</span>;
}
