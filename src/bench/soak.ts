/**
 * `npm run soak -- MINUTES` (10 without): the sandbox at full speed under faults and random kills. Then every
 * acknowledged message must have been processed or dead-lettered, or be still there. Exit code 1 when not.
 * SEED=… repeats the times of the kills.
 */
import { growth } from './soak-books.ts';
import { soak } from './soak-run.ts';

const minutes = Number(process.argv[2] ?? 10);
if (!(minutes > 0)) {
  console.error('Usage: npm run soak -- MINUTES');
  process.exit(2);
}
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000));
if (!Number.isSafeInteger(seed) || process.env['SEED']?.trim() === '') {
  console.error(
    `SEED "${process.env['SEED']}" is not a whole number. Use the one that an earlier run printed, or leave SEED out.`,
  );
  process.exit(2);
}
console.log(`soak: ${minutes} min, SEED=${seed}; processed is read from the logs at each kill`);
console.log('   time      sent  processed  in DLQ  waiting  kills  resident     store');

const { books, samples, left, storeInUseMb } = await soak({
  seconds: minutes * 60,
  seed,
  lifeSeconds: { least: 2, most: 30 },
  onSample({ seconds, residentMb, storeMb }, { sent, processed, deadLettered, kills }, waiting) {
    const columns = [
      `${seconds.toFixed(0)} s`.padStart(7),
      String(sent.size).padStart(8),
      String(processed.size).padStart(9),
      String(deadLettered.size).padStart(6),
      String(waiting).padStart(7),
      String(kills).padStart(5),
      `${residentMb.toFixed(0)} MB`.padStart(8),
      `${storeMb.toFixed(1)} MB`.padStart(8),
    ];
    console.log(columns.join('  '));
  },
});

const { missing } = books;
const lost = Math.max(0, missing.length - left);
console.log(
  `\nsent ${books.sent.size} = processed or dead-lettered ${books.sent.size - missing.length} + still there ${missing.length - lost} + lost ${lost}`,
);
console.log(
  `${books.kills} kills; ${books.unanswered} sent without an answer, of which ${books.unacknowledged} were stored`,
);
const calm = samples.filter((sample) => sample.calm);
report(
  'memory, without kills',
  calm.map(({ residentMb }) => residentMb),
);
report(
  'store',
  samples.map(({ storeMb }) => storeMb),
);
console.log(
  `store: ${storeInUseMb.toFixed(1)} MB in use after the drain; the rest of the file is free pages`,
);
if (lost > 0) console.log(`LOST: ${missing.slice(0, 20).join(' ')}`);
process.exitCode = lost > 0 || books.unacknowledged > books.unanswered ? 1 : 0;

function report(what: string, values: readonly number[]): void {
  const grown = growth(values);
  const verdict = grown < 0.15 ? 'levels off' : 'STILL GROWS';
  console.log(
    `${what}: ${verdict} (last third ${grown >= 0 ? '+' : ''}${(grown * 100).toFixed(0)} % against the third before)`,
  );
}
