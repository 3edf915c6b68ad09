import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startDemoSignIn } from './provider.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

describe('demo sign-in', () => {
  it('refuses to start without DEMO=1 and beyond loopback', async () => {
    const outcome = async (env: Record<string, string>) => {
      const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr.on('data', (piece) => (said += String(piece)));
      const [code] = await once(child, 'close');
      return { code, said };
    };
    expect(await outcome({})).to.deep.equal({
      code: 1,
      said: 'demo-sign-in: The demo sign-in starts only with DEMO=1: its accounts have no passwords.\n',
    });
    const open = await outcome({ DEMO: '1', LISTEN: '0.0.0.0:0', OIDC_CLIENT_ID: 'console', OIDC_CLIENT_SECRET_FILE: 'none' });
    expect(open.said).to.equal('demo-sign-in: LISTEN must be a loopback address with a port.\n');
  }).timeout(10_000);

  it('sends nobody to a callback that is not on this machine', async () => {
    await using signIn = await startDemoSignIn({ listen: { host: '127.0.0.1', port: 0 }, clientId: 'console', clientSecret: 'a'.repeat(32) });
    const ask = (callback: string) =>
      fetch(
        `${signIn.issuer}/auth?${new URLSearchParams({
          client_id: 'console',
          response_type: 'code',
          scope: 'openid',
          redirect_uri: callback,
          code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
          code_challenge_method: 'S256',
        }).toString()}`,
        { redirect: 'manual' },
      );
    expect((await ask('http://console.localhost:4100/callback')).status).to.equal(303);
    expect((await ask('https://elsewhere.example/callback')).status).to.equal(400);
    expect((await ask('http://console.localhost.elsewhere.example/callback')).status).to.equal(400);
  });
});
