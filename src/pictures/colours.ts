/** Every colour of the pictures. What is written stands out from each ground by 4.5:1 or more (tested). */
export const grounds = {
  card: '#191e32',
  band: '#232a47',
  panel: '#12162a',
  row: '#1f2540',
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
