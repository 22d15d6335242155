import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from './checkout.ts';
import type { Checkout } from './checkout.ts';

/** IPv6 is off, so that the kernel itself sends nothing. */
const trapScript = `
set -e
echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
ip link set lo up
ip link add trap type veth peer name trap-end
ip address add 192.0.2.1/24 dev trap
ip link set trap up
ip link set trap-end up
ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev trap
ip route add default via 192.0.2.2
"$@" || failed=$?
ip -s -j link show trap | grep -o '"tx":{"bytes":[0-9]*,"packets":[0-9]*' | grep -o '[0-9]*$' | sed 's/^/trapped packets: /'
exit \${failed:-0}
`;

/**
 * Runs a command in a network namespace whose only way out is a trap, and prints how many packets it sent
 * there. What it starts in the background has to end in there too.
 */
export function inTrap(
  command: readonly string[],
  cwd: string,
  environment: Record<string, string>,
) {
  return runChild(
    'unshare',
    ['--map-root-user', '--net', 'bash', '-c', trapScript, 'trap', ...command],
    {
      cwd,
      environment: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, ...environment },
    },
  );
}

export const trapped = (stdout: string) => Number(/trapped packets: (\d+)/.exec(stdout)?.[1]);

/** Namespaces are Linux, and some containers forbid them; there the tests that need them are skipped. */
export const canTrap =
  process.platform === 'linux' &&
  (await inTrap(['true'], '/', {}).then(
    ({ stdout }) => trapped(stdout) === 0,
    () => false,
  ));

/** Keys and addresses that lie around where the lab is run, and that it must never use. */
const canary = {
  key: 'AKIACANARYCANARY0001',
  secret: 'canary/secret/that/must/never/be/used/0001',
} as const;

const canaryHome = ({ root }: Checkout) => join(root, '.lab', 'canary-home');

/** A home with a profile, an alias of the CLI and keys of somebody's account, and the variables for all of it. */
export async function canaryEnvironment(checkout: Checkout): Promise<Record<string, string>> {
  const home = canaryHome(checkout);
  await mkdir(join(home, '.aws', 'cli'), { recursive: true });
  const keys = `aws_access_key_id = ${canary.key}\naws_secret_access_key = ${canary.secret}\n`;
  await writeFile(join(home, '.aws', 'credentials'), `[default]\n${keys}[lab-dev]\n${keys}`);
  await writeFile(
    join(home, '.aws', 'config'),
    '[default]\nregion = eu-west-1\n[profile lab-dev]\nregion = eu-west-1\n',
  );
  await writeFile(join(home, '.aws', 'cli', 'alias'), '[toplevel]\nsqs = !echo canary alias\n');
  return {
    HOME: home,
    AWS_ACCESS_KEY_ID: canary.key,
    AWS_SECRET_ACCESS_KEY: canary.secret,
    AWS_SESSION_TOKEN: 'canary-token',
    AWS_PROFILE: 'canary',
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'https://sqs.eu-west-1.amazonaws.com',
    AWS_ENDPOINT_URL_SQS: 'https://sqs.eu-west-1.amazonaws.com',
    HTTPS_PROXY: 'http://203.0.113.9:3128',
    HTTP_PROXY: 'http://203.0.113.9:3128',
    http_proxy: 'http://203.0.113.9:3128',
  };
}

/** The files that the kit wrote and that hold one of the keys. */
export async function filesWithCanary(checkout: Checkout): Promise<string[]> {
  const folders = ['.lab', 'docs'].map((name) => filesBelow(join(checkout.root, name)));
  const found: string[] = [];
  for (const file of (await Promise.all(folders)).flat()) {
    if (file.startsWith(canaryHome(checkout))) continue;
    const content = await readFile(file);
    if (content.includes(canary.key) || content.includes(canary.secret)) found.push(file);
  }
  return found;
}

async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const paths = names.filter((name) => !name.startsWith('tools')).map((name) => join(folder, name));
  const kinds = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (entry) => entry.isFile(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => kinds[i]);
}
