/**
 * The steps of the kit itself: each of their expectations has its proof on paper and its wrong state. A step that somebody
 * adds to a copy is three files (step, check, page); one that is added to the kit also brings these, and its number here.
 */
export const shippedSteps: readonly string[] = Array.from({ length: 12 }, (_, i) =>
  String(i).padStart(2, '0'),
);

export const isShipped = ({ number }: { readonly number: string }): boolean =>
  shippedSteps.includes(number);
