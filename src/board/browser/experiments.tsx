/// <reference lib="dom" />
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { BoardExperiment, ExperimentEnd } from '../experiments.ts';
import { call, Refused } from './api.ts';

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
      {list.value.map((experiment) => (
        <Play key={experiment.number} experiment={experiment} />
      ))}
    </section>
  );
}

function Play({ experiment }: { readonly experiment: BoardExperiment }) {
  const prediction = useSignal('');
  const end = useSignal<ExperimentEnd | undefined>(undefined);
  const said = useSignal('');
  const { number, title, why, question } = experiment;
  const play = async () => {
    said.value = 'It runs on copies of the lab; the terminal of the board shows the commands ...';
    try {
      end.value = await call<ExperimentEnd>('experiments', { number });
      said.value = '';
    } catch (error) {
      said.value = error instanceof Refused ? error.message : String(error);
    }
  };
  return (
    <details class="experiment" data-experiment={number}>
      <summary>
        {number} {title}
      </summary>
      <p>{why}</p>
      <label>
        {question.text}
        {question.choices === undefined ? (
          <input
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
      <button type="button" disabled={prediction.value === ''} onClick={() => void play()}>
        Play
      </button>
      <p role="status">{said.value}</p>
      {end.value === undefined ? null : <End end={end.value} prediction={prediction.value} />}
    </details>
  );
}

function End({ end, prediction }: { readonly end: ExperimentEnd; readonly prediction: string }) {
  return (
    <>
      <p>
        You said: {prediction}. It is: {end.answer}. {end.rule}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col">Predicted</th>
            <th scope="col">Measured</th>
          </tr>
        </thead>
        <tbody>
          {end.rows.map(({ label, predicted, measured, holds, open }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{predicted}</td>
              <td class={holds ? (open ? '' : 'pass') : 'fail'}>
                {holds ? (open ? '– not judged:' : '✓') : '✗'} {measured}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
