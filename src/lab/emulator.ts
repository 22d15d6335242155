import { request } from 'node:http';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { LabError } from './errors.ts';
import { labHome } from './settings.ts';
import { writeWhole } from './write-whole.ts';

/** Other people's emulators take any key; this is the one that most of them document. */
export const emulatorKeys = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

/** The profile of the CLI that leads to an emulator. */
export const emulatorProfile = 'emulator';

/** The account that emulators have when nobody says another, and the answer of one that serves no STS. */
const usualAccount = '000000000000';

/**
 * The address of an emulator on this machine, in one spelling: `http://127.0.0.1:4566`.
 * @throws LabError (exit code 2) for anything but plain HTTP on loopback: a key that anybody may know must not leave
 *   this machine, and an address elsewhere may be AWS, or lead there
 */
export function emulatorEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url?.hostname ?? '');
  const isBare = url?.pathname === '/' && url.search === '' && url.hash === '' && !url.username;
  if (url?.protocol !== 'http:' || !isLoopback || !isBare) {
    throw new LabError(`--endpoint "${text}" is not the address of an emulator on this machine`, {
      hint: 'Use http://127.0.0.1:PORT, without a path. For a real account use --profile NAME.',
      exitCode: 2,
    });
  }
  // A name may be resolved to anything; loopback is what was meant.
  return `http://${url.hostname === 'localhost' ? '127.0.0.1' : url.hostname}:${url.port || '80'}`;
}

/**
 * Asks the emulator who the caller is.
 * @returns its account; the usual one of emulators where it serves no STS
 * @throws LabError when nobody listens there
 */
export async function emulatorAccount(endpoint: string, region: string): Promise<string> {
  await requireListener(endpoint);
  const client = new STSClient({ endpoint, region, credentials: emulatorKeys, maxAttempts: 1 });
  try {
    const { Account = '' } = await client.send(new GetCallerIdentityCommand({}));
    return /^\d{12}$/.test(Account) ? Account : usualAccount;
  } catch {
    return usualAccount;
  } finally {
    client.destroy();
  }
}

/** Any answer will do: it says that somebody speaks HTTP there. */
async function requireListener(endpoint: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const asked = request(endpoint, { timeout: 10_000 }, (response) => {
      response.resume();
      resolve();
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 10 s')));
    asked.on('error', reject);
    asked.end();
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LabError(`No emulator answers at ${endpoint}: ${reason}`, {
      hint: 'Start the emulator, or use its port. Without --endpoint the lab runs in its own sandbox.',
      exitCode: 2,
      cause,
    });
  });
}

/** Writes the configuration of the CLI that leads to this emulator and nowhere else. @returns its two variables */
export async function writeEmulatorProfile(
  profileText: string,
): Promise<{ AWS_CONFIG_FILE: string; AWS_SHARED_CREDENTIALS_FILE: string; HOME: string }> {
  const folder = join(labHome, 'emulator');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  };
  await writeWhole(files.AWS_CONFIG_FILE, profileText, 0o600);
  await writeWhole(
    files.AWS_SHARED_CREDENTIALS_FILE,
    `[${emulatorProfile}]\naws_access_key_id = ${emulatorKeys.accessKeyId}\naws_secret_access_key = ${emulatorKeys.secretAccessKey}\n`,
    0o600,
  );
  // The CLI reads aliases from ~/.aws: none of the user's may change what a command means.
  return { ...files, HOME: folder };
}
