import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runChild, temporaryCheckout } from '../testing/checkout.ts';

const canaryKey = 'AKIACANARYCANARY0001';
const canarySecret = 'canary/secret/that/must/never/be/used/0001';

/**
 * Runs a command in a network namespace whose only way out is a trap, and prints how many packets it sent
 * there. IPv6 is off, so that the kernel itself sends none.
 */
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

function inTrap(command: readonly string[], cwd: string, environment: Record<string, string>) {
  return runChild(
    'unshare',
    ['--map-root-user', '--net', 'bash', '-c', trapScript, 'trap', ...command],
    {
      cwd,
      environment: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, ...environment },
    },
  );
}

const trapped = (stdout: string) => Number(/trapped packets: (\d+)/.exec(stdout)?.[1]);

/** Namespaces are Linux, and some containers forbid them; there the test is skipped, and says so. */
const canTrap =
  process.platform === 'linux' &&
  (await inTrap(['true'], '/', {}).then(
    ({ stdout }) => trapped(stdout) === 0,
    () => false,
  ));

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

describe.skipIf(!canTrap)('a sandbox run', () => {
  it('would be caught by the trap if it opened a connection to the outside', async () => {
    const { stdout } = await inTrap(
      ['timeout', '1', 'bash', '-c', 'exec 3<>/dev/tcp/198.51.100.7/443'],
      '/',
      {},
    );
    expect(trapped(stdout)).toBeGreaterThan(0);
  });

  it('opens no connection other than to loopback, and never uses the keys that lie around', async () => {
    await using checkout = await temporaryCheckout();
    const home = join(checkout.root, '.lab', 'canary-home');
    await mkdir(join(home, '.aws', 'cli'), { recursive: true });
    const keys = `aws_access_key_id = ${canaryKey}\naws_secret_access_key = ${canarySecret}\n`;
    await writeFile(join(home, '.aws', 'credentials'), `[default]\n${keys}[lab-dev]\n${keys}`);
    await writeFile(
      join(home, '.aws', 'config'),
      '[default]\nregion = eu-west-1\n[profile lab-dev]\nregion = eu-west-1\n',
    );
    await writeFile(join(home, '.aws', 'cli', 'alias'), '[toplevel]\nsqs = !echo canary alias\n');

    // The sandbox is started inside, so it is stopped inside.
    const script = `'${process.execPath}' src/cli.ts run && '${process.execPath}' src/cli.ts sandbox stop`;
    const { code, stdout, stderr } = await inTrap(['bash', '-c', script], checkout.root, {
      HOME: home,
      AWS_ACCESS_KEY_ID: canaryKey,
      AWS_SECRET_ACCESS_KEY: canarySecret,
      AWS_SESSION_TOKEN: 'canary-token',
      AWS_PROFILE: 'canary',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'https://sqs.eu-west-1.amazonaws.com',
      AWS_ENDPOINT_URL_SQS: 'https://sqs.eu-west-1.amazonaws.com',
      HTTPS_PROXY: 'http://203.0.113.9:3128',
      HTTP_PROXY: 'http://203.0.113.9:3128',
      http_proxy: 'http://203.0.113.9:3128',
    });
    expect(stderr + stdout).toContain('15 proofs in docs/evidence/sandbox/');
    expect(code).toBe(0);
    expect(trapped(stdout)).toBe(0);

    // The sandbox answers only keys that it issued, so a lab that was built was built without the canary.
    expect(stdout + stderr).not.toMatch(/canary/i);
    for (const folder of ['.lab', 'docs']) {
      for (const file of await filesBelow(join(checkout.root, folder))) {
        if (file.startsWith(home)) continue;
        expect((await readFile(file)).includes(canaryKey), `${file} holds the canary`).toBe(false);
        expect((await readFile(file)).includes(canarySecret), `${file} holds the canary`).toBe(
          false,
        );
      }
    }
  });
});
