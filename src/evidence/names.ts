import type { Evidence, RecordedProof } from './record.ts';

/** `01-dlq-configuration`: how pictures, page and README call a proof. */
export function pictureName({ number, name }: Pick<RecordedProof, 'name' | 'number'>): string {
  return `${String(number).padStart(2, '0')}-${name}`;
}

/** Where the pictures of a target are, relative to `docs/`. */
export function pictureFolder(target: string): string {
  return `screenshots/${target.toLowerCase()}`;
}

/** The check whose evidence holds a whole run, and so its timeline. */
export const timelineCheck = '10';

/** The pictures of this evidence with their text twins, relative to `docs/`. */
export function pictureFiles({ target, check, proofs }: Evidence): string[] {
  const names = proofs.map((proof) => pictureName(proof));
  if (check === timelineCheck) names.push('timeline');
  return names.flatMap((name) =>
    ['svg', 'png', 'txt'].map((ending) => `${pictureFolder(target)}/${name}.${ending}`),
  );
}
