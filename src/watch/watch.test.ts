import { describe, expect, test } from 'vitest';
import { waitingLine } from './lines.ts';
import {
  blockedBy,
  empty,
  fail,
  key,
  looked,
  pass,
  refused,
  resultOf,
  started,
  watching,
} from '../testing/watch.ts';

// What the learner sees, without a terminal: state and events in, lines and actions out.

const recordOf = (step: string) => ({ kind: 'record', step });
const look = (purpose: string) => ({ kind: 'look', purpose });

describe('the start', () => {
  test('looks at everything, and says nothing yet', () => {
    expect(watching([])).toMatchObject({ lines: [], actions: [look('start')] });
  });

  test('goes to the first step that is not green, and names the green ones', () => {
    const { state, text, actions } = watching([started(2)]);
    expect(state.current).toBe('02');
    expect(text).toContain('✓ Green already: 00, 01');
    expect(actions).toEqual([look('watch')]);
  });

  test('goes to the clean-up when all others are green', () => {
    const { state, all } = watching([started(7), looked(fail('11'))]);
    expect(state.current).toBe('11');
    expect(all).toContain('All steps are green. The last step cleans up; q keeps the lab.');
  });

  test('begins an empty lab with its first step, green by itself, and takes it for no clean-up done', () => {
    const results = ['00', '11'].map(pass);
    const begun = { kind: 'looked', purpose: 'start', results } as const;
    expect(watching([begun]).state.current).toBe('00');
    const { state, text, actions } = watching([begun, looked(pass('00'))]);
    expect(text).toMatch(/Step 00 {2}Title 00[\s\S]*✓ Step 00 is green/);
    expect(text).not.toContain('in the other terminal:');
    expect(actions).toEqual([recordOf('00'), { kind: 'solution', step: '00' }, look('watch')]);
    expect(state.current).toBe('01');
  });

  test('says once how to point the other terminal at the lab, with the first task to be done', () => {
    const { all } = watching([
      started(2),
      looked(fail('02')),
      looked(pass('02')),
      looked(fail('03')),
    ]);
    expect(all.match(/Run once in the other terminal/g)).toHaveLength(1);
    expect(all).toMatch(/page 02\n {2}Run once in the other terminal:\n {2}eval /);
  });

  test('goes where it is told', () => {
    expect(watching([started(1), looked(fail('03'))], '03').text).toContain('Step 03  Title 03');
  });

  test('stays at a green step that was asked for: it can be reset and done once more, or left', () => {
    const asked = [started(7), looked(pass('02')), looked(pass('02'))];
    const { state, all, lines } = watching(asked, '02');
    expect(all).toContain(
      '✓ Step 02 is green already: s shows its commands, r resets it, n continues.',
    );
    expect(lines).toEqual([]);
    expect(state.current).toBe('02');
    expect(watching([...asked, key('n')], '02').state.current).toBe('11');
    const again = [...asked, looked(fail('02')), looked(pass('02'))];
    expect(watching(again, '02').lines[0]).toBe('✓ Step 02 is green: 1 of 1 hold');
  });
});

describe('a task', () => {
  test('says title, why, when it is green and where the commands are, and blames nobody', () => {
    const { text } = watching([
      started(2),
      looked(resultOf('02', { exists: 'pass', timeout: 'fail', arn: { cause: 'blocked' } })),
    ]);
    expect(text.split('\n')).toEqual([
      '',
      'Step 02  Title 02',
      '  Why 02.',
      '',
      '  Green when',
      '    ✓ Claim exists',
      '    · Claim timeout: expected right, is wrong',
      '    · Claim arn',
      '',
      '  page 02',
      '  Run once in the other terminal:',
      '  eval "$(npx lab env)"',
      '  h hint  l list  a check all  r reset step  s solution  b back  n next  q quit',
    ]);
  });

  test('does not say what is there instead when nothing is there', () => {
    expect(watching([...empty, looked(fail('01'))]).text).toContain('· Claim exists\n');
  });

  test('is not written again by looks that see the same', () => {
    expect(watching([...empty, looked(fail('01')), looked(fail('01'))]).lines).toEqual([]);
  });
});

describe('a change', () => {
  const before = looked(resultOf('02', { exists: 'fail', timeout: { cause: 'blocked' } }));

  test('is told as it happens: what holds now, and what is wrong with the rest', () => {
    const after = looked(resultOf('02', { exists: 'pass', timeout: 'fail' }));
    expect(watching([started(2), before, after]).lines).toEqual([
      '  ✓ Claim exists',
      '  ✗ Claim timeout: expected right, is wrong',
    ]);
  });

  test('is told for another wrong value, and not for seconds that count down', () => {
    const wrong = (actual: string) =>
      looked(resultOf('02', { exists: 'pass', timeout: { outcome: 'fail', actual } }));
    expect(watching([started(2), wrong('5'), wrong('6')]).lines).toHaveLength(1);
    const waiting = (reason: string) =>
      looked(resultOf('02', { exists: 'pass', timeout: { cause: 'AWS not ready yet', reason } }));
    expect(watching([started(2), waiting('9 s'), waiting('8 s')]).lines).toEqual([]);
  });

  test('AWS that does not answer is told once, and what was known before stays known', () => {
    const events = [started(2), looked(fail('02')), looked(refused('02'))];
    expect(watching(events).lines).toEqual(['  … AWS could not be asked: no connection']);
    expect(watching([...events, looked(refused('02'))]).lines).toEqual([]);
    expect(watching([...events, looked(fail('02'))]).lines).toEqual([]);
  });
});

describe('green', () => {
  test('comes by itself, records the evidence and goes on to the next step', () => {
    const { state, text, actions } = watching([...empty, looked(fail('01')), looked(pass('01'))]);
    expect(text).toBe('✓ Step 01 is green: 1 of 1 hold\n  Exam\n  - Cue 01.');
    expect(actions).toEqual([recordOf('01'), look('watch')]);
    expect(state.current).toBe('02');
  });

  test('shows the task of a step that is green before the learner saw it', () => {
    const { text } = watching([...empty, looked(pass('01')), looked(pass('02'))]);
    expect(text).toMatch(/Step 02 {2}Title 02[\s\S]*✓ Step 02 is green/);
  });

  test.each(['09', '10'])(
    'of step %s shows its commands and the timeline, and stays until a key',
    (step) => {
      const before = [started(step === '09' ? 5 : 6), looked(pass(step))];
      const { state, actions } = watching(before);
      expect(actions).toEqual([
        recordOf(step),
        { kind: 'solution', step },
        { kind: 'timeline', step },
      ]);
      const later = watching([...before, looked(pass(step)), looked(pass(step))]);
      expect(later).toMatchObject({
        lines: [],
        actions: [],
        state: { current: step, paused: true },
      });
      expect(state.current).toBe(step);
      const after = step === '09' ? '10' : '11';
      for (const name of ['n', 'Enter', ' ']) {
        const gone = watching([...before, key(name)]);
        expect(gone.state).toMatchObject({ current: after, paused: false });
        expect(gone.actions).toEqual([look('watch')]);
      }
      for (const name of ['l', 'h', 'a', 's', 'x']) {
        expect(watching([...before, key(name)]).state).toMatchObject({
          current: step,
          paused: true,
        });
      }
    },
  );

  test('that is lost while its timeline stands there is told, and comes again', () => {
    const events = [started(5), looked(pass('09')), looked(fail('09'))];
    const { state, text } = watching(events);
    expect(state.paused).toBe(false);
    expect(text).toContain('Claim exists');
    expect(watching([...events, looked(pass('09'))]).state).toMatchObject({
      current: '09',
      paused: true,
    });
  });

  test('goes back for what was passed over', () => {
    const { state } = watching([...empty, key('n'), looked(fail('02')), looked(pass('02'))]);
    expect(state.current).toBe('01');
  });

  test('ends after the clean-up, with its certificate', () => {
    const { text, actions } = watching([started(7), looked(fail('11')), looked(pass('11'))]);
    expect(text).toContain('Nothing of the lab is left.');
    expect(actions).toEqual([recordOf('11'), { kind: 'end' }]);
  });

  test('is not for ever: a step that broke later is gone back to', () => {
    const { state, text } = watching([
      started(2),
      looked(fail('02')),
      looked(fail('01'), blockedBy('02', '01')),
    ]);
    expect(text).toContain('Step 02 needs step 01 first.');
    expect(text).toContain('Step 01  Title 01');
    expect(state.current).toBe('01');
    expect(state.green.has('01')).toBe(false);
  });

  test('waits where it is when AWS could not be asked about an earlier step', () => {
    const { state } = watching([
      started(2),
      looked(fail('02')),
      looked(refused('01'), blockedBy('02', '01')),
    ]);
    expect(state.current).toBe('02');
  });
});

describe('keys', () => {
  const at = (...events: Parameters<typeof watching>[0]) =>
    watching([...empty, looked(fail('01')), ...events]);

  test('h looks again before it gives a hint, and climbs the ladder', () => {
    const hint = { kind: 'looked', purpose: 'hint', results: [fail('01')] } as const;
    expect(at(key('h')).actions).toEqual([look('hint')]);
    expect(at(hint).text).toMatch(/Hint 1 of 3[\s\S]*look exists/);
    expect(at(hint, hint).text).toMatch(/Hint 2 of 3[\s\S]*hint exists/);
    expect(at(hint, hint, hint).text).toMatch(/Hint 3 of 3[\s\S]*fix exists/);
    expect(at(hint, hint, hint, hint).text).toMatch(/Hint 3 of 3/);
  });

  test('h begins a new ladder for another fault, and gives no hint that does not fit', () => {
    const hint = (id: string) =>
      ({ kind: 'looked', purpose: 'hint', results: [resultOf('01', { [id]: 'fail' })] }) as const;
    expect(at(hint('a'), hint('a'), hint('b')).text).toMatch(/Hint 1 of 3[\s\S]*look b/);
    const waiting = resultOf('01', {
      moved: {
        cause: 'AWS not ready yet',
        reason: 'receive 2 of 3',
        clock: { name: 'visibility timeout', atMostSeconds: 30, leftSeconds: 21.6 },
      },
    });
    expect(at({ kind: 'looked', purpose: 'hint', results: [waiting] }).text).toBe(
      '  Nothing is wrong: receive 2 of 3. 22 s left: visibility timeout (AWS clock)',
    );
  });

  test('l lists every step with its state; the clean-up has none before it is its turn', () => {
    const results = [pass('00'), fail('01'), blockedBy('02', '01'), refused('03'), pass('11')];
    const { lines } = at({ kind: 'looked', purpose: 'list', results });
    expect(lines).toContain('  ✓ 00 Title 00');
    expect(lines).toContain('  · 01 Title 01 (you are here): 0/1, your turn');
    expect(lines).toContain('  · 02 Title 02: 0/1, after step 01');
    expect(lines).toContain('  … 03 Title 03: 0/2, no answer: no connection');
    expect(lines).toContain('  · 11 Title 11');
  });

  test('a checks all of them, and looks again', () => {
    expect(at(key('a')).actions).toEqual([{ kind: 'check all' }, look('watch')]);
  });

  test('l and the waiting line say the same of a step', () => {
    const half = resultOf('01', { a: 'pass', b: 'fail', c: { cause: 'blocked' } });
    const clock = { name: 'visibility timeout', atMostSeconds: 30, leftSeconds: 9 };
    const waiting = resultOf('01', {
      a: 'pass',
      b: { cause: 'AWS not ready yet', reason: 'receive 1 of 3', clock },
    });
    for (const result of [half, waiting, blockedBy('01', '00'), refused('01'), fail('01')]) {
      const { lines } = at({ kind: 'looked', purpose: 'list', results: [result] });
      const listed = lines.find((line) => line.includes('you are here'))?.split('here): ')[1] ?? '';
      expect(listed).not.toBe('');
      const waiting = waitingLine({ result, at: new Date(), nextMs: 1000, paused: false });
      expect(waiting.split(' · ')[1]).toBe(listed);
    }
  });

  test('s shows the commands of a step that is not green when it is asked twice', () => {
    const first = watching([started(2), looked(fail('02')), key('s')]);
    expect(first.text).toBe(
      '  Step 02 is not green yet. h gives a hint; s again shows its commands.',
    );
    expect(first.actions).toEqual([]);
    const twice = watching([
      started(2),
      looked(fail('02')),
      key('s'),
      looked(fail('02')),
      key('s'),
    ]);
    expect(twice.actions).toEqual([{ kind: 'solution', step: '02' }]);
    // Asked twice of this one, once of the next.
    const next = watching([
      ...[started(2), looked(fail('02')), key('s'), key('s'), looked(pass('02'))],
      ...[looked(fail('03')), key('s')],
    ]);
    expect(next.actions).toEqual([]);
  });

  test('b goes back to the step before, which stays there although it is green, and s shows its commands', () => {
    const back = at(key('b'), looked(pass('00')), looked(pass('00')));
    expect(at(key('b')).actions).toEqual([look('watch')]);
    expect(back.state.current).toBe('00');
    expect(back.all).toContain('Step 00 is green already: s shows its commands');
    const events = [key('b'), looked(pass('00'))];
    expect(at(...events, key('s')).actions).toEqual([{ kind: 'solution', step: '00' }]);
    expect(at(...events, key('n')).state.current).toBe('01');
    expect(at(...events, key('b')).text).toContain('This is the first step.');
  });

  test('b back to what the lab is about shows the timeline again, and Enter goes on', () => {
    const back = [started(7), looked(fail('11')), key('b'), looked(pass('10'))];
    expect(watching(back).actions).toEqual([recordOf('10'), { kind: 'timeline', step: '10' }]);
    expect(watching([...back, key('Enter')]).state).toMatchObject({ current: '11', paused: false });
  });

  test('b leaves a timeline, and goes back from the clean-up', () => {
    const at10 = [started(6), looked(pass('10'))];
    expect(watching([...at10, key('b')]).state).toMatchObject({ current: '09', paused: false });
    expect(watching([started(7), looked(fail('11')), key('b')]).state.current).toBe('10');
  });

  test('a command of a hint that needs a variable of the lab begins with how to get it', () => {
    const fix = 'aws sqs create-queue --attributes "file://$LAB_INFRA/a.json"';
    const failed = resultOf('01', {
      exists: {
        outcome: 'fail',
        hints: { look: 'aws sqs list-queues', hint: 'It is not there.', fix },
      },
    });
    const hint = { kind: 'looked', purpose: 'hint', results: [failed] } as const;
    expect(at(hint).text).not.toContain('eval');
    const { lines, text } = at(hint, hint, hint);
    const first = lines.indexOf('  eval "$(npx lab env)" # once in each terminal');
    expect(lines[first + 1]).toBe(`  ${fix}`);
    expect(text).toContain('If AWS says QueueDeletedRecently');
  });

  test('n goes to another open step, not to one that needs this one', () => {
    const results = [pass('00'), fail('01'), blockedBy('02', '01'), fail('03')];
    const { state, actions } = watching([
      { kind: 'looked', purpose: 'start', results },
      looked(pass('00')),
      key('n'),
    ]);
    expect(state.current).toBe('03');
    expect(actions).toEqual([look('watch')]);
  });

  test('n says so when there is no other', () => {
    const results = [pass('00'), fail('01'), blockedBy('02', '01')];
    const { state, text } = watching([
      { kind: 'looked', purpose: 'start', results },
      looked(pass('00')),
      key('n'),
    ]);
    expect(state.current).toBe('01');
    expect(text).toContain('Every other step is green, or needs step 01 first.');
  });

  test('r shows the commands and runs them after a y only', () => {
    expect(at(key('r')).actions).toEqual([{ kind: 'offer reset', step: '01' }]);
    const offer = { kind: 'offered', commands: ['aws a \\\n  --b', 'aws c'] } as const;
    expect(at(offer).lines.slice(1)).toEqual([
      '  To reset step 01 these commands would run:',
      '    aws a \\',
      '      --b',
      '    aws c',
      '  Run them? y/n',
    ]);
    expect(at(offer, key('y')).actions).toEqual([
      { kind: 'reset', commands: offer.commands },
      look('watch'),
    ]);
    for (const other of ['n', 'q', 'Enter', 'Esc']) {
      const { actions, text, state } = at(offer, key(other));
      expect([actions, text, state.offered]).toEqual([[], '  Nothing was deleted.', undefined]);
    }
  });

  test('r has nothing to delete where a step made nothing', () => {
    const { text, state } = at({ kind: 'offered', commands: [] });
    expect(text).toContain('Step 01 created nothing to delete.');
    expect(state.offered).toBeUndefined();
  });

  test('Enter looks now, q ends, and any other key shows the keys', () => {
    expect(at(key('Enter')).actions).toEqual([look('watch')]);
    expect(at(key('q')).actions).toEqual([{ kind: 'end' }]);
    expect(at(key('x')).text).toContain('h hint  l list');
  });

  test('a command that is pasted into the wrong terminal does nothing', () => {
    const { text, actions } = at({ kind: 'pasted' });
    expect(text).toContain('type it in the other terminal');
    expect(actions).toEqual([]);
  });
});
