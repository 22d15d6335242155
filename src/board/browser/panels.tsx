/// <reference lib="dom" />
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { accountOf, accountText } from '../model/account.ts';
import { countsOf, stateOf } from '../model/lab-state.ts';
import type { RecordedPicture } from '../recorded.ts';
import type { StepState } from '../steps.ts';
import { call, pictureUrl } from './api.ts';
import { director, drawn, info, look, steps, story } from './store.ts';

const timeOf = (at: number) => new Date(at).toISOString().slice(11, 19);

/** What happened, in sentences: the text alternative of the picture, told as it comes. */
export function StoryPanel() {
  const list = useRef<HTMLDivElement>(null);
  const sentences = story.value;
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    // Whoever reads further up is left there.
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 120;
    if (isAtEnd) element.scrollTop = element.scrollHeight;
  }, [sentences]);
  return (
    <section class="panel" aria-labelledby="story">
      <h2 id="story">What happened</h2>
      <div
        class="log"
        role="log"
        aria-live="polite"
        tabIndex={0}
        aria-labelledby="story"
        ref={list}
      >
        <ol class="story">
          {sentences.map(({ id, at, sign, text }) => (
            <li key={id}>
              <span class="at">{timeOf(at)}</span>
              <span>
                {sign === '' ? null : <span aria-hidden="true">{sign} </span>}
                {text}
              </span>
            </li>
          ))}
        </ol>
      </div>
      {sentences.length === 0 ? (
        <p class="quiet">Nothing since this page was opened. Send some messages.</p>
      ) : null}
    </section>
  );
}

/** Counts, and the sum of them. */
export function AccountPanel() {
  void drawn.value;
  const where = info.value;
  if (where === undefined) return null;
  const { state } = director;
  const now = director.now();
  const rows = [
    [where.queueName, countsOf(state, where.queueArn, now)],
    [where.deadLetterQueueName, countsOf(state, where.deadLetterQueueArn, now)],
  ] as const;
  const account = accountOf(state, where.queueArn);
  return (
    <div class="account">
      <table>
        <caption class="skip">Messages in the queues</caption>
        <thead>
          <tr>
            <th scope="col">Queue</th>
            <th scope="col">Visible</th>
            <th scope="col">In flight</th>
            <th scope="col">Delayed</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, { visible, inFlight, delayed }]) => (
            <tr key={name} data-queue={name}>
              <th scope="row">{name}</th>
              <td>{visible}</td>
              <td>{inFlight}</td>
              <td>{delayed}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {account === undefined ? null : (
        <p
          class={account.addsUp ? 'sum pass' : 'sum fail'}
          data-sum={account.addsUp ? 'yes' : 'no'}
        >
          {account.addsUp ? '✓' : '✗'} {accountText(account)}
          {state.since === undefined ? null : (
            <span class="quiet"> since {timeOf(state.since)} on the lab clock</span>
          )}
        </p>
      )}
    </div>
  );
}

const signs: Readonly<Record<StepState['outcome'], string>> = {
  pass: '✓ pass',
  fail: '✗ fail',
  'not judged': '– not judged',
  'not looked at': '– not looked at',
};

export function StepPanel() {
  const passed = steps.value.filter(({ outcome }) => outcome === 'pass').length;
  return (
    <section class="panel" aria-labelledby="steps">
      <div class="heading">
        <h2 id="steps">Steps</h2>
        <p class="quiet">
          {steps.value.length === 0 ? 'looking ...' : `${passed} of ${steps.value.length} pass`}
        </p>
      </div>
      <ol class="steps">
        {steps.value.map(({ number, title, outcome, reason }) => (
          <li key={number} data-outcome={outcome}>
            <b class={outcome === 'pass' || outcome === 'fail' ? outcome : 'unjudged'}>
              {signs[outcome]}
            </b>{' '}
            <span>
              {number} {title}
              {reason === '' ? null : <small>{reason}</small>}
            </span>
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => void look()}>
        Look again
      </button>
    </section>
  );
}

const mostRows = 100;

/** Each message by its whole id. */
export function MessageTable() {
  const isOpen = useSignal(false);
  return (
    <section class="panel" aria-labelledby="messages">
      <h2 id="messages">Messages</h2>
      <details onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
        <summary>Every message as a table</summary>
        {isOpen.value ? <MessageRows /> : null}
      </details>
    </section>
  );
}

function MessageRows() {
  void drawn.value;
  const where = info.value;
  if (where === undefined) return null;
  const { state } = director;
  const now = director.now();
  const all = [...state.messages.values()];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Table of messages">
      <table class="messages">
        <thead>
          <tr>
            <th scope="col">Message id</th>
            <th scope="col">Body</th>
            <th scope="col">Where</th>
            <th scope="col">Receives</th>
            <th scope="col">Visible again in</th>
          </tr>
        </thead>
        <tbody>
          {all.slice(0, mostRows).map((message) => {
            const { place, receiveCount } = stateOf(message, now, where.deadLetterQueueArn);
            const left = Math.max(0, Math.ceil((message.until - now) / 1000));
            return (
              <tr key={message.id} data-message-id={message.id}>
                <td>
                  <code>{message.id}</code>
                </td>
                <td>{message.body}</td>
                <td>{place}</td>
                <td>{receiveCount}</td>
                <td>{left === 0 ? 'now' : `${left} s`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {all.length > mostRows ? <p>and {all.length - mostRows} more</p> : null}
      {all.length === 0 ? <p>There is no message.</p> : null}
    </div>
  );
}

export function WorkerLines() {
  void drawn.value;
  const { lines } = director.state;
  return (
    <section class="panel" aria-labelledby="lines">
      <h2 id="lines">The worker's lines</h2>
      <details>
        <summary>
          {lines.length === 0
            ? 'No lines since this page was opened'
            : `The last lines of its log: ${lines.length}`}
        </summary>
        <pre tabIndex={0} aria-labelledby="lines">
          {lines.map(({ text }) => text.trimEnd()).join('\n')}
        </pre>
      </details>
    </section>
  );
}

/** As they are recorded: looked for when the checks' state changes. */
export function PicturePanel() {
  const pictures = useSignal<readonly RecordedPicture[]>([]);
  const passed = steps.value.filter(({ outcome }) => outcome === 'pass').length;
  useEffect(() => {
    call<readonly RecordedPicture[]>('pictures').then(
      (found) => (pictures.value = found),
      () => undefined,
    );
  }, [passed]);
  return (
    <section class="panel" aria-labelledby="pictures">
      <h2 id="pictures">Pictures</h2>
      <details>
        <summary>{pictures.value.length} recorded proofs</summary>
        <ul class="pictures">
          {pictures.value.map((picture) => (
            <Picture key={`${picture.file} ${picture.time}`} picture={picture} />
          ))}
        </ul>
      </details>
    </section>
  );
}

function Picture({ picture }: { readonly picture: RecordedPicture }) {
  const url = useSignal<string | undefined>(undefined);
  useEffect(() => {
    pictureUrl(picture.file).then(
      (found) => (url.value = found),
      () => undefined,
    );
    return () => {
      if (url.value !== undefined) URL.revokeObjectURL(url.value);
    };
  }, []);
  return (
    <li>
      {url.value === undefined ? null : <img src={url.value} alt="" />}
      <p>
        {picture.title} <span class="quiet">{picture.time.slice(0, 16).replace('T', ' ')} UTC</span>
      </p>
    </li>
  );
}
