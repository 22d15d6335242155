/// <reference lib="dom" />
import { signal } from '@preact/signals';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** How the page looks. Kept in this browser, where it may keep something. */
export const theme = signal<Theme>('auto');
export const projector = signal(false);

const place = 'lab-board-looks';

export function applyLooks(): void {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? '{}') as Record<string, unknown>;
    theme.value = themes.find((one) => one === kept['theme']) ?? 'auto';
    projector.value = kept['projector'] === true;
  } catch {
    // Then it looks as at first.
  }
  show();
}

export function setLooks(looks: { readonly theme?: Theme; readonly projector?: boolean }): void {
  if (looks.theme !== undefined) theme.value = looks.theme;
  if (looks.projector !== undefined) projector.value = looks.projector;
  try {
    localStorage.setItem(place, JSON.stringify({ theme: theme.value, projector: projector.value }));
  } catch {
    // As above.
  }
  show();
}

function show(): void {
  const { dataset } = document.documentElement;
  dataset['theme'] = theme.value;
  dataset['size'] = projector.value ? 'projector' : 'desk';
}
