/// <reference lib="dom" />
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import {
  beatsOf,
  endOf,
  labAt,
  playAt,
  playingTime,
  scheduleOf,
  seconds,
  storyOf,
} from '../../page/replay/model.ts';
import type { Replay } from '../../page/replay/model.ts';
import { viewOfReplay } from '../model/view.ts';
import { call } from './api.ts';
import { Stage } from './stage.tsx';

/** The other feed: the latest recorded run, from the evidence. */
export function Recorded() {
  const replay = useSignal<Replay | null | undefined>(undefined);
  useEffect(() => {
    call<Replay | null>('replay').then(
      (found) => (replay.value = found),
      () => (replay.value = null),
    );
  }, []);
  if (replay.value === undefined) return <p>Reading the evidence ...</p>;
  if (replay.value === null)
    return <p>No whole run is recorded yet: npm start records one, and so does npx lab check.</p>;
  return <Player replay={replay.value} />;
}

function Player({ replay }: { readonly replay: Replay }) {
  const schedule = scheduleOf(replay);
  const whole = playingTime(schedule);
  const play = useSignal(0);
  const isPlaying = useSignal(!matchMedia('(prefers-reduced-motion: reduce)').matches);
  useEffect(() => {
    if (!isPlaying.value) return undefined;
    let earlier = performance.now();
    let frame = requestAnimationFrame(function tick(time) {
      play.value = Math.min(whole, play.value + Math.max(0, time - earlier));
      earlier = time;
      if (play.value >= whole) isPlaying.value = false;
      else frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying.value, replay]);
  const at = labAt(schedule, play.value);
  const beats = beatsOf(replay);
  const current = beats.findLastIndex((beat) => beat.at <= at);
  const toggle = () => {
    if (play.value >= whole) play.value = 0;
    isPlaying.value = !isPlaying.value;
  };
  return (
    <>
      <p class="lab-clock">
        <output aria-live="off">{seconds(at)}</output> on the lab clock
      </p>
      <Stage
        view={viewOfReplay(replay, at)}
        names={replay}
        mapping="event source mapping"
        worker="handles each batch"
        isRetry={beats[current]?.kind === 'failed'}
        skipped={undefined}
      />
      <div class="controls-row">
        <button type="button" onClick={toggle}>
          {isPlaying.value ? 'Pause' : play.value >= whole ? 'Play again' : 'Play'}
        </button>
        <label>
          Seconds since the first send
          <input
            type="range"
            min={0}
            max={endOf(replay)}
            step="any"
            value={at}
            onInput={({ currentTarget }) => {
              isPlaying.value = false;
              play.value = playAt(schedule, Number(currentTarget.value));
            }}
          />
        </label>
      </div>
      <ol class="story" aria-label="What happened in the recorded run">
        {storyOf(replay).map((sentence, i) => (
          <li key={sentence} aria-current={i === current ? 'step' : undefined}>
            <span class="at">{seconds(beats[i]?.events[0].at ?? 0)}</span>
            <span>{sentence}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
