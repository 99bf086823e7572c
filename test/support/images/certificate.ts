import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCommands } from '../../../scripts/lib/packages.mjs';
import { runCommand } from '../command.ts';

/** Makes a certificate for 127.0.0.1 that no authority has signed. */
export async function makeCertificate(
  folder: string,
): Promise<{ readonly certificate: string; readonly key: string }> {
  await ensureCommands({ openssl: 'openssl' }, (line) => process.stderr.write(`  ${line}\n`));
  const [certificate, key] = [join(folder, 'registry.crt'), join(folder, 'registry.key')];
  writeFileSync(key, '', { mode: 0o600 });
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const { exitCode, stderr } = await runCommand([
    ...['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'],
    ...['-keyout', key, '-out', certificate, ...subject],
  ]);
  if (exitCode !== 0) throw new Error(`openssl: ${stderr}`);
  return { certificate, key };
}
