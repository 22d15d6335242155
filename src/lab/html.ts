const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for attribute values in quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** The text of which `escapeHtml` made this. */
export function unescapeHtml(escaped: string): string {
  const signs = new Map(Object.entries(entities).map(([sign, entity]) => [entity, sign]));
  return escaped.replaceAll(/&(?:amp|lt|gt|quot|#39|apos);/g, (entity) =>
    entity === '&apos;' ? "'" : (signs.get(entity) ?? entity),
  );
}
