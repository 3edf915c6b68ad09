import { readFile } from 'node:fs/promises';
import { startDemoSignIn } from './provider.ts';

const loopback = ['127.0.0.1', 'localhost'];

/** Reads the environment: DEMO, LISTEN (loopback, default 127.0.0.1:0), OIDC_CLIENT_ID, OIDC_CLIENT_SECRET_FILE. */
async function readSettings(env: NodeJS.ProcessEnv) {
  if (env['DEMO'] !== '1') throw new Error('The demo sign-in starts only with DEMO=1: its accounts have no passwords.');
  const [host = '', port = ''] = (env['LISTEN'] ?? '127.0.0.1:0').split(':');
  if (!loopback.includes(host) || !/^\d{1,5}$/.test(port)) throw new Error('LISTEN must be a loopback address with a port.');
  const clientId = env['OIDC_CLIENT_ID'];
  const secretFile = env['OIDC_CLIENT_SECRET_FILE'];
  if (!clientId || !secretFile) throw new Error('OIDC_CLIENT_ID and OIDC_CLIENT_SECRET_FILE are needed.');
  return { listen: { host, port: Number(port) }, clientId, clientSecret: (await readFile(secretFile, 'utf8')).trim() };
}

try {
  const signIn = await startDemoSignIn(await readSettings(process.env));
  process.send?.({ ready: true, url: signIn.issuer });
  const stop = () => void signIn.close().then(() => process.connected && process.disconnect());
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Whoever started this process is gone: nobody would be left to stop it.
  process.once('disconnect', stop);
} catch (error) {
  process.stderr.write(`demo-sign-in: ${error instanceof Error ? error.message : 'it could not be started.'}\n`);
  process.exit(1);
}
