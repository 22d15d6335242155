/// <reference lib="dom" />
import { signal } from '@preact/signals';
import type { Mapping } from '../model/lab-state.ts';
import { mostToldBeats, span } from '../model/story.ts';
import { viewOf } from '../model/view.ts';
import { Controls } from './controls.tsx';
import { ExperimentPanel } from './experiments.tsx';
import { projector, setLooks, theme, themes } from './looks.ts';
import type { Theme } from './looks.ts';
import {
  AccountPanel,
  MessageTable,
  PicturePanel,
  StepPanel,
  StoryPanel,
  WorkerLines,
} from './panels.tsx';
import { Recorded } from './recorded.tsx';
import { Stage } from './stage.tsx';
import { connection, cost, director, drawn, info, problem } from './store.ts';

/** Which of the two feeds the picture shows. */
const feed = signal<'live' | 'recorded'>('live');

export function App() {
  return (
    <>
      <a class="skip" href="#story">
        Skip to what happened
      </a>
      <Header />
      <main>
        <Notice />
        <div class="columns">
          <div>
            <section class="panel picture" aria-labelledby="lab-title">
              <div class="heading">
                <h2 id="lab-title">
                  {feed.value === 'live' ? 'The lab, live' : 'The recorded run'}
                </h2>
                <FeedChoice />
              </div>
              {feed.value === 'live' ? <Live /> : <Recorded />}
            </section>
            <div class="columns even">
              <StoryPanel />
              <StepPanel />
            </div>
          </div>
          <Controls />
        </div>
        <ExperimentPanel />
        <MessageTable />
        <WorkerLines />
        <PicturePanel />
      </main>
    </>
  );
}

function Header() {
  const where = info.value;
  const target =
    where?.target === 'aws' ? `AWS ${where.accountId}` : (where?.target ?? '...').toUpperCase();
  const { kind, text } = connection.value;
  return (
    <header class="top">
      <div>
        <h1>Lab board</h1>
        <p class="lead">SQS → Lambda → retries → dead-letter queue</p>
      </div>
      <p class="badges">
        <span class="badge target">{target}</span>
        {where === undefined ? null : <span class="badge">{where.region}</span>}
        <span class={`badge ${kind}`} role="status">
          {kind === 'live' ? '● live' : `○ ${text}`}
        </span>
      </p>
      <Looks />
    </header>
  );
}

function Looks() {
  return (
    <div class="looks">
      <label>
        Theme{' '}
        <select
          value={theme.value}
          onChange={({ currentTarget }) => setLooks({ theme: currentTarget.value as Theme })}
        >
          {themes.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={projector.value}
          onChange={({ currentTarget }) => setLooks({ projector: currentTarget.checked })}
        />{' '}
        Projector
      </label>
    </div>
  );
}

function Notice() {
  const { kind, text } = connection.value;
  if (kind === 'refused' || kind === 'lost')
    return (
      <p class="notice" role="alert">
        {text}
      </p>
    );
  const target = info.value?.target ?? 'sandbox';
  if (target === 'sandbox') return null;
  const read = cost.value;
  return (
    <p class="notice">
      <strong>{target === 'aws' ? 'A real account.' : 'An emulator.'}</strong> AWS shows no events:
      this is worked out from attributes, the mapping and the log, at most once every 2 s. It comes
      later and coarser than what happens, and receives no message.{' '}
      {read === undefined
        ? ''
        : `So far ${read.rounds} rounds: ${read.sqsRequests} SQS requests (about $${(read.sqsRequests * 4e-7).toFixed(5)} beyond the free tier) and ${read.otherRequests} reads of Lambda and Logs (free).`}{' '}
      {problem.value === undefined ? null : <b>{problem.value}</b>}
    </p>
  );
}

function FeedChoice() {
  return (
    <div class="choice" role="group" aria-label="What the picture shows">
      {(['live', 'recorded'] as const).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={feed.value === one}
          onClick={() => (feed.value = one)}
        >
          {one === 'live' ? 'Live' : 'Recorded run'}
        </button>
      ))}
    </div>
  );
}

function Live() {
  // Drawn again when this changes.
  void drawn.value;
  const where = info.value;
  if (where === undefined) return <p>Waiting for the lab ...</p>;
  const { state, beat, skip } = director;
  const now = director.now();
  const view = viewOf(state, where, now);
  const first = beat?.events[0];
  const isRetry = first?.kind === 'batch ended' && first.failedIds.length > 0;
  const mapping = [...state.mappings.values()].find(({ queue }) => queue === where.queueArn);
  return (
    <>
      <Clock now={now} />
      <Stage
        view={view}
        names={where}
        mapping={mappingText(mapping)}
        worker={workerText(where.functionArn)}
        isRetry={isRetry}
        isCrowded={director.waiting > mostToldBeats}
        skipped={skip === undefined ? undefined : `${span(skip.to - skip.from)} skipped`}
      />
      <AccountPanel />
    </>
  );
}

function Clock({ now }: { readonly now: number }) {
  const { clock, coarse } = director.state;
  const paceTexts = {
    paused: 'paused',
    'real time': 'real time',
    skipping: 'skips waits',
    tenfold: '10x',
  } as const;
  const pace = coarse ? 'clock of this machine' : `lab clock, ${paceTexts[clock.pace]}`;
  return (
    <p class="lab-clock">
      <output aria-live="off">
        {now > 0 ? new Date(now).toISOString().slice(11, 19) : '--:--:--'}
      </output>{' '}
      {pace}
      {director.waiting > 0 ? (
        <span class="behind"> catching up: {director.waiting} moves</span>
      ) : null}
      {clock.stopped === undefined ? null : <span> {clock.stopped}</span>}
    </p>
  );
}

function mappingText(mapping: Mapping | undefined): string {
  if (mapping === undefined) return 'no mapping';
  const { batches } = director.state;
  const working = [...batches.values()].filter(({ mapping: uuid }) => uuid === mapping.uuid).length;
  const most = mapping.maximumConcurrency ?? mapping.limit;
  return [
    `mapping ${mapping.state}`,
    `batch ${mapping.batchSize}, window ${mapping.windowSeconds} s`,
    `partial batch ${mapping.reportsItemFailures ? 'on' : 'off'}`,
    `${working} ${working === 1 ? 'batch' : 'batches'} in work${most === undefined ? '' : ` of at most ${most}`}`,
  ].join(' · ');
}

function workerText(functionArn: string): string {
  const { functions, coarse } = director.state;
  const known = functions.get(functionArn);
  if (coarse) return 'its environments are not shown by AWS';
  if (known === undefined) return 'not created yet';
  return `environments: ${known.running} running, ${known.idle} idle`;
}
