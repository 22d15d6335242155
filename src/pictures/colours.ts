/** Every colour of the pictures, as on a dark page. What is written stands out from each ground by 4.5:1 or more (tested). */
export const grounds = {
  card: '#191e32',
  band: '#232a47',
  panel: '#12162a',
  row: '#1f2540',
  /** Behind what is lit: what decides, what is right, what is wrong, what ties. */
  keyTint: '#3a2f1f',
  goodTint: '#20351f',
  badTint: '#43202f',
  tieTint: '#302a52',
} as const;

export const inks = {
  text: '#e8ebff',
  quiet: '#a9b2d8',
  blue: '#7dcfff',
  green: '#9fd56e',
  red: '#ff8fa3',
  amber: '#ffb86b',
  violet: '#c6abff',
} as const;

export type Ink = (typeof inks)[keyof typeof inks];

/** For what is written on a patch of ink: the words of a badge. */
export const onInk = '#10142a';

/** For lines and frames: seen on white pages and on black ones. */
export const edge = '#4a5583';

/** Large areas of a drawing on which nothing is written. */
export const areas = {
  hatch: '#22406a',
  hatchLine: '#315a8f',
  waiting: '#33416f',
  deadLettered: '#4b3d75',
} as const;

/** What each of them is on a light page. */
export const lightOf: Readonly<Record<string, string>> = {
  [grounds.card]: '#ffffff',
  [grounds.band]: '#eef1fb',
  [grounds.panel]: '#f7f9ff',
  [grounds.row]: '#f1f4fc',
  [grounds.keyTint]: '#fff0cf',
  [grounds.goodTint]: '#e6f5da',
  [grounds.badTint]: '#ffe6ea',
  [grounds.tieTint]: '#f0e8ff',
  [inks.text]: '#1a2140',
  [inks.quiet]: '#505a85',
  [inks.blue]: '#0b58a5',
  [inks.green]: '#2c6a0d',
  [inks.red]: '#b3173d',
  [inks.amber]: '#8a4700',
  [inks.violet]: '#6a35c2',
  [onInk]: '#fdfdff',
  [edge]: '#aab5dc',
  [areas.hatch]: '#d7e7f8',
  [areas.hatchLine]: '#b3d1ef',
  [areas.waiting]: '#c6d1ee',
  [areas.deadLettered]: '#dccff6',
};

export type Theme = 'dark' | 'light';

/** A drawing in the colours of a theme. @throws Error for a colour that has no light one */
export function themed(elements: string, theme: Theme): string {
  if (theme === 'dark') return elements;
  return elements.replaceAll(/"(#[0-9a-f]{6})"/g, (_, colour: string) => {
    const light = lightOf[colour];
    if (light === undefined) throw new Error(`${colour} has no light counterpart`);
    return `"${light}"`;
  });
}
