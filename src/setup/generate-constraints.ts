/**
 * Writes src/sandbox/constraints/table.json: what AWS's service models say of the inputs of the operations
 * that the sandbox serves. Run it after a change of the bundled CLI or of the operations:
 *
 *   node src/setup/generate-constraints.ts                    the models inside .lab/tools/aws-cli-*
 *   node src/setup/generate-constraints.ts <data folder>      another botocore/data
 */
import { spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabClock } from '../sandbox/clock.ts';
import { createServices } from '../sandbox/services.ts';
import { Store } from '../sandbox/store.ts';
import { noFaults } from '../sandbox/types.ts';
import { constraintsOf, endpointPrefixes, readModel } from './service-models.ts';

/** Those whose inputs the table's reader checks. */
const services = ['cloudwatch', 'iam', 'lambda', 'logs', 'sqs', 'sts'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const tableFile = join(root, 'src', 'sandbox', 'constraints', 'table.json');

const dataFolder = process.argv[2] ?? bundledModels();
const served = servedOperations();
const table = {
  models: `AWS CLI ${/aws-cli-([\d.]+)/.exec(dataFolder)?.[1] ?? dataFolder}`,
  generated: new Date().toISOString().slice(0, 10),
  services: Object.fromEntries(
    services.map((name) => [
      name,
      constraintsOf(readModel(dataFolder, name), served.get(name) ?? []),
    ]),
  ),
  endpointPrefixes: endpointPrefixes(dataFolder),
};
writeFileSync(tableFile, `${JSON.stringify(table, undefined, 2)}\n`);
spawnSync(join(root, 'node_modules', '.bin', 'oxfmt'), [tableFile], { stdio: 'inherit' });
console.log(`Wrote ${tableFile} from the models of ${table.models}.`);

function bundledModels(): string {
  const [folder] = globSync(join(root, '.lab/tools/aws-cli-*/awscli/botocore/data'));
  if (folder !== undefined) return folder;
  throw new Error(
    'No service models under .lab/tools. Run `npx lab -- doctor`, which unpacks the AWS CLI there, or name a botocore/data folder.',
  );
}

function servedOperations(): Map<string, string[]> {
  const world = {
    store: new Store(':memory:'),
    clock: new LabClock({ standingAt: 0 }),
    accountId: '111122223333',
    faults: { ...noFaults },
  };
  return new Map(
    createServices(world).all.map(({ name, operations }) => [name, Object.keys(operations)]),
  );
}
