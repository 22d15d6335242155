const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** For text and for attribute values in quotes, in HTML and in XML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** The text of which `escapeHtml` made this. */
export function unescapeHtml(escaped: string): string {
  const signs = new Map(Object.entries(entities).map(([sign, entity]) => [entity, sign]));
  return escaped.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, (entity) => signs.get(entity) ?? entity);
}
