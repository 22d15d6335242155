/// <reference lib="dom" />
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { BoardExperiment, ExperimentEnd } from '../experiments.ts';
import { call, wordsOf } from './api.ts';

/** Prediction first, then play, then predicted beside measured. */
export function ExperimentPanel() {
  const list = useSignal<readonly BoardExperiment[]>([]);
  useEffect(() => {
    call<readonly BoardExperiment[]>('experiments').then(
      (found) => (list.value = found),
      () => undefined,
    );
  }, []);
  // Nothing is shown that this kit cannot do.
  if (list.value.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="experiments">
      <h2 id="experiments">Experiments</h2>
      <p class="quiet">What do you expect? Say it, then see whether it is so.</p>
      <div class="experiments">
        {list.value.map((experiment) => (
          <Play key={experiment.number} experiment={experiment} />
        ))}
      </div>
    </section>
  );
}

function Play({ experiment }: { readonly experiment: BoardExperiment }) {
  const prediction = useSignal('');
  const end = useSignal<ExperimentEnd | undefined>(undefined);
  const status = useSignal('');
  const isPlaying = useSignal(false);
  const { number, title, why, question } = experiment;
  // Not by `disabled`: that takes the focus away from whoever plays with the keyboard.
  const play = async () => {
    if (isPlaying.value) return;
    isPlaying.value = true;
    end.value = undefined;
    status.value =
      'It is played on copies of the lab: the terminal of the board shows its commands. Controls wait for its end.';
    try {
      const said = prediction.value;
      end.value = await call<ExperimentEnd>('experiments', { number, said });
      status.value = verdictOf(end.value);
    } catch (error) {
      status.value = `✗ ${wordsOf(error)}`;
    } finally {
      isPlaying.value = false;
    }
  };
  return (
    <details class="experiment" data-experiment={number}>
      <summary>
        {number} {title}
      </summary>
      <p>{why}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void play();
        }}
      >
        <label>
          <span>Your prediction: {question.text}</span>
          {question.choices === undefined ? (
            <input
              inputMode="decimal"
              value={prediction.value}
              onInput={({ currentTarget }) => (prediction.value = currentTarget.value)}
            />
          ) : (
            <select
              value={prediction.value}
              onChange={({ currentTarget }) => (prediction.value = currentTarget.value)}
            >
              <option value="">choose ...</option>
              {question.choices.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          )}
        </label>
        <button type="submit" aria-disabled={isPlaying.value}>
          {isPlaying.value
            ? 'Playing ...'
            : prediction.value.trim() === ''
              ? 'Skip the prediction and play'
              : 'Play'}
        </button>
      </form>
      <p role="status">{status.value}</p>
      {end.value === undefined ? null : <End end={end.value} />}
    </details>
  );
}

/** The learner's prediction beside the rule's, and the rule's beside what was measured. */
function verdictOf({ outcome, answer, said }: ExperimentEnd): string {
  const prediction =
    said === undefined
      ? `You skipped the prediction. The rule says ${answer}.`
      : said.right
        ? `✓ You said ${said.text}: right.`
        : `✗ You said ${said.text}: wrong. The rule says ${answer}.`;
  const run = {
    pass: 'Every number is as the rule says.',
    fail: 'The run is not as it should be: the terminal of the board says why.',
    'not judged': 'AWS chose other batches, so the run proves nothing: play it again.',
  }[outcome];
  return `${prediction} ${run}`;
}

function End({ end: { rule, rows, said } }: { readonly end: ExperimentEnd }) {
  return (
    <>
      <p>{rule}</p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Predicted beside measured">
        <table>
          <thead>
            <tr>
              <th scope="col">Number</th>
              <th scope="col">Predicted</th>
              {said === undefined ? null : <th scope="col">You said</th>}
              <th scope="col">Measured</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">{row.label}</th>
                <td>{row.predicted}</td>
                {said === undefined ? null : (
                  <td>{row.said && `${row.said.right ? '✓' : '✗'} ${row.said.text}`}</td>
                )}
                <td class={row.holds ? (row.open ? '' : 'pass') : 'fail'}>
                  {row.holds ? (row.open ? '– not judged:' : '✓') : '✗'} {row.measured}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
