/** A secret that is nobody's, and the places where one like it is met. */
export interface SeededSecret {
  readonly kind: string;
  /** What must not be found afterwards. */
  readonly value: string;
  readonly forms: readonly string[];
}

/** Random enough, the same in every run. */
export const random =
  'kT9vQx2LmZ7bRw4NcJ8hYf3GdS6pVa1UeXo5MiBtKzHqWnEyDrCuFjPlOsAgI0T+xR7/vQ2mLk9ZbNw4cJ8hYf3dS6pVa1UeXo5MiBt';

/** In two parts, so that no scanner of repositories takes an invented key for a real one. */
export const joined = (...parts: readonly string[]): string => parts.join('');

export const seeded = (kind: string, value: string, ...forms: ((value: string) => string)[]) => ({
  kind,
  value,
  forms: forms.map((form) => form(value)),
});

export const member =
  (name: string) =>
  (value: string): string =>
    JSON.stringify({ Before: 'x', [name]: value, After: 1 }, null, 4);
export const option =
  (name: string) =>
  (value: string): string =>
    `aws sqs some-command \\\n  --${name} ${value} \\\n  --output json`;
export const ini =
  (name: string) =>
  (value: string): string =>
    `[profile lab]\nregion = us-east-1\n${name} = ${value}\n`;
export const table =
  (name: string) =>
  (value: string): string =>
    `+-----------+-----+\n|  ${name} |  ${value}  |\n+-----------+-----+`;
export const yaml =
  (name: string) =>
  (value: string): string =>
    `Answer:\n  ${name}: ${value}\n  Other: 1\n`;
export const xml =
  (name: string) =>
  (value: string): string =>
    `<Result><${name}>${value}</${name}></Result>`;
export const variable =
  (name: string) =>
  (value: string): string =>
    `export ${name}='${value}'\naws sts get-caller-identity`;
export const text =
  (before: string, after = '') =>
  (value: string): string =>
    `${before}${value}${after}`;
