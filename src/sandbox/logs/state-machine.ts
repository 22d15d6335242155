/** A character or an anchor, and whether it may be left out or come again. */
export interface Step {
  readonly test: 'end' | 'start' | ((character: string) => boolean);
  readonly optional: boolean;
  readonly repeats: boolean;
}

/** One bit for each step: "this step is next". 32 of them in a number. */
type Bits = Uint32Array;

/**
 * The steps of all alternatives, one after the other. Behind each alternative stands one bit more: it was found. So all
 * ways through the steps are gone at once, a character is looked at once, and no message takes more than its length.
 * @see Navarro and Raffinot, Flexible Pattern Matching in Strings (2002), chapter 4: extended Shift-And
 */
export interface Machine {
  readonly steps: readonly (Step | 'found')[];
  readonly starts: Bits;
  readonly found: Bits;
  readonly repeats: Bits;
  /** Passed without a character, at that place of the message. */
  readonly optional: Bits;
  readonly startAnchors: Bits;
  readonly endAnchors: Bits;
  /** The steps that take a character, by its code; filled as characters come. */
  readonly taking: Map<number, Bits>;
}

export function machineOf(alternatives: readonly (readonly Step[])[]): Machine {
  const steps = alternatives.flatMap((alternative): (Step | 'found')[] => [
    ...alternative,
    'found',
  ]);
  const bits = (holds: (step: Step | 'found', index: number) => boolean) => bitsOf(steps, holds);
  const ofStep = (holds: (step: Step) => boolean) =>
    bits((step) => step !== 'found' && holds(step));
  return {
    steps,
    starts: bits((_, index) => index === 0 || steps[index - 1] === 'found'),
    found: bits((step) => step === 'found'),
    repeats: ofStep(({ repeats }) => repeats),
    optional: ofStep(({ optional }) => optional),
    startAnchors: ofStep(({ test }) => test === 'start'),
    endAnchors: ofStep(({ test }) => test === 'end'),
    taking: new Map(),
  };
}

/** Whether the steps of an alternative are anywhere in the message, and how many numbers of 32 bits were worked on. */
export function findIn(machine: Machine, message: string): { found: boolean; worked: number } {
  const size = machine.starts.length;
  let [next, after] = [new Uint32Array(size), new Uint32Array(size)];
  for (let at = 0; at <= message.length; at += 1) {
    if (isFound(next, machine, { start: at === 0, end: at === message.length })) {
      return { found: true, worked: (at + 1) * size };
    }
    if (at < message.length) take(next, after, machine, message.charCodeAt(at));
    [next, after] = [after, next];
  }
  return { found: false, worked: (message.length + 1) * size };
}

/** Adds to what is next: the first steps, and what comes behind steps that can be passed without a character here. */
function isFound(
  next: Bits,
  machine: Machine,
  place: { readonly start: boolean; readonly end: boolean },
): boolean {
  const { starts, optional, startAnchors, endAnchors, found } = machine;
  let carry = 0;
  let isThere = false;
  for (let word = 0; word < next.length; word += 1) {
    const from = ((next[word] ?? 0) | (starts[word] ?? 0)) >>> 0;
    const anchors =
      (place.start ? (startAnchors[word] ?? 0) : 0) | (place.end ? (endAnchors[word] ?? 0) : 0);
    const passed = ((optional[word] ?? 0) | anchors) >>> 0;
    // The sum carries a bit through the whole row of steps that can be passed, up to the first that cannot.
    const sum = passed + ((from & passed) >>> 0) + carry;
    carry = sum > 0xff_ff_ff_ff ? 1 : 0;
    next[word] = from | (sum ^ passed);
    isThere ||= ((next[word] ?? 0) & (found[word] ?? 0)) !== 0;
  }
  return isThere;
}

/** A step that takes the character leads to the one behind it, or to itself again. */
function take(next: Bits, after: Bits, machine: Machine, code: number): void {
  const taking = stepsTaking(machine, code);
  let carry = 0;
  for (let word = 0; word < next.length; word += 1) {
    const taken = (next[word] ?? 0) & (taking[word] ?? 0);
    const again = taken & (machine.repeats[word] ?? 0);
    const done = taken & ~again;
    after[word] = again | (done << 1) | carry;
    carry = done >>> 31;
  }
}

function stepsTaking({ steps, taking }: Machine, code: number): Bits {
  const known = taking.get(code);
  if (known !== undefined) return known;
  const character = String.fromCharCode(code);
  // Many steps share one test: `[a-z]{200}`.
  const answers = new Map<Step['test'], boolean>();
  const takes = ({ test }: Step): boolean => {
    if (typeof test === 'string') return false;
    const answer = answers.get(test) ?? test(character);
    answers.set(test, answer);
    return answer;
  };
  const bits = bitsOf(steps, (step) => step !== 'found' && takes(step));
  taking.set(code, bits);
  return bits;
}

function bitsOf<T>(list: readonly T[], holds: (element: T, index: number) => boolean): Bits {
  const bits = new Uint32Array(Math.ceil(list.length / 32));
  for (const [index, element] of list.entries()) {
    if (holds(element, index)) bits[index >>> 5] = (bits[index >>> 5] ?? 0) | (1 << (index & 31));
  }
  return bits;
}
