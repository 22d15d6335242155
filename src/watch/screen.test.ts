import { EventEmitter } from 'node:events';
import type { WriteStream } from 'node:tty';
import { describe, expect, test } from 'vitest';
import { createScreen } from './screen.ts';

/** A terminal that writes down what it is sent. */
function fakeTerminal(columns: number | undefined) {
  const written: string[] = [];
  const output = Object.assign(new EventEmitter(), {
    columns,
    write: (text: string) => written.push(text),
  });
  return {
    output: output as unknown as WriteStream,
    resize: (to: number) => {
      output.columns = to;
      output.emit('resize');
    },
    /** What was sent since the last time it was asked. */
    sent: () => written.splice(0).join(''),
  };
}

describe('on a terminal', () => {
  const open = (columns = 20) => {
    const terminal = fakeTerminal(columns);
    const screen = createScreen(terminal.output, { manual: false, rewrites: true });
    return { ...terminal, screen };
  };

  test('the waiting line is rewritten in place, and never wraps', () => {
    const { screen, sent } = open();
    screen.rewrite('one');
    screen.rewrite('12345678901234567890');
    expect(sent()).toBe('\r\u001B[2Kone\r\u001B[2K123456789012345678…');
  });

  test('lines go above it, in one write', () => {
    const { screen, sent } = open();
    screen.print(['a']);
    expect(sent()).toBe('a\n');
    screen.rewrite('now');
    sent();
    screen.print(['b', 'c']);
    expect(sent()).toBe('\r\u001B[2Kb\nc\nnow');
  });

  test('a narrower terminal breaks the line into rows: all of them go', () => {
    const { screen, sent, resize } = open(40);
    screen.rewrite('012345678901234567890123456789');
    sent();
    resize(12);
    expect(sent()).toBe('\r\u001B[2K\u001B[1A\u001B[2K\u001B[1A\u001B[2K0123456789…');
  });

  test('it is taken away at the end, and nothing is written after that', () => {
    const { screen, sent, resize } = open();
    screen.rewrite('now');
    sent();
    screen.close();
    expect(sent()).toBe('\r\u001B[2K');
    screen.print(['late']);
    screen.rewrite('late');
    resize(10);
    expect(sent()).toBe('');
  });
});

describe('where no cursor can be moved', () => {
  test('the waiting line is a line, written when more than its numbers have changed', () => {
    const { output, sent } = fakeTerminal(undefined);
    const screen = createScreen(output, { manual: false, rewrites: false });
    for (const text of ['01 at 12:00', '01 at 12:01', '01 done']) screen.rewrite(text);
    screen.clear();
    screen.close();
    expect(sent()).toBe('01 at 12:00\n01 done\n');
  });

  test('with --manual it answers every Enter', () => {
    const { output, sent } = fakeTerminal(undefined);
    const screen = createScreen(output, { manual: true, rewrites: false });
    screen.rewrite('01 at 12:00');
    screen.rewrite('01 at 12:01');
    expect(sent()).toBe('01 at 12:00\n01 at 12:01\n');
  });
});
