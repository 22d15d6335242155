import { fileURLToPath } from 'node:url';

/**
 * Where things lie on this machine is nobody's business: traces and logs name the folders that they
 * have on Lambda.
 */
export function showingLambdaFolders(
  codeFolder: string,
  tempFolder: string,
): (text: string) => string {
  const replacements = [
    ...spellings(codeFolder, '/var/task'),
    ...spellings(tempFolder, '/tmp'),
    ...runtimeFolder,
  ];
  return (text) =>
    replacements.reduce((shown, [real, onLambda]) => shown.replaceAll(real, onLambda), text);
}

const runtimeFolder = spellings(
  fileURLToPath(new URL('../runtime', import.meta.url)),
  '/var/runtime',
);

/** A folder as paths, URLs and JSON strings write it. */
function spellings(real: string, onLambda: string): (readonly [string, string])[] {
  const written = new Set([real, encodeURI(real), JSON.stringify(real).slice(1, -1)]);
  return [...written].map((spelling) => [spelling, onLambda] as const);
}
