import { expect } from 'chai';
import { startDemoSignIn } from './provider.ts';
import { startTown } from '@videosportello/queue-service/testing/town-fixture.ts';

/** A browser's cookie jar and redirects, host by host. */
function browser() {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: URL) => jars.get(url.host) ?? jars.set(url.host, new Map()).get(url.host) ?? new Map<string, string>();
  const request = async (address: string | URL, init: RequestInit = {}) => {
    const url = new URL(address);
    // The name console.localhost is this machine for a browser; not every resolver knows that.
    const target = new URL(url);
    if (target.hostname.endsWith('.localhost')) target.hostname = '127.0.0.1';
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(target, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return { answer, url, next: () => new URL(answer.headers.get('location') ?? '', url) };
  };
  return { request, jarOf };
}

describe('sign-in by OpenID Connect', function () {
  this.timeout(20_000);

  const signInAs = async (account: string, path = '/sign-in') => {
    const signIn = await startDemoSignIn({ listen: { host: '127.0.0.1', port: 0 }, clientId: 'console', clientSecret: 's'.repeat(32) });
    const town = await startTown({ config: { oidc: { issuer: signIn.issuer, clientId: 'console', clientSecret: 's'.repeat(32) } } });
    const { request, jarOf } = browser();
    const begun = await request(`${town.service.url}${path}`);
    const asked = await request(begun.next());
    const page = await request(asked.next());
    const html = await page.answer.text();
    const chosen = await request(page.url, {
      method: 'POST',
      body: new URLSearchParams({ account }),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const resumed = await request(chosen.next());
    const callback = resumed.next();
    return {
      town,
      signIn,
      html,
      callback,
      request,
      begun: begun.answer.headers.getSetCookie(),
      jar: () => jarOf(new URL(town.service.url)),
      close: async () => {
        await town.close();
        await signIn.close();
      },
    };
  };

  it('leads an operator by code and PKCE to a session cookie that opens his desk', async () => {
    const flow = await signInAs('marta');
    try {
      expect(flow.html).to.include('Entra come Marta');
      expect(flow.html).not.to.match(/https?:\/\//);
      expect(flow.callback.href).to.match(/^http:\/\/console\.localhost:\d+\/callback\?code=/);
      const arrived = await flow.request(flow.callback);
      expect(arrived.answer.status).to.equal(302);
      expect(arrived.answer.headers.getSetCookie().join()).to.match(/vs-console=[^;]+; Path=\/; HttpOnly; SameSite=Lax/);
      const desk = await flow.town.desk('marta', { cookie: `vs-console=${flow.jar().get('vs-console')}` });
      expect(desk.state.ended).to.equal(undefined);
    } finally {
      await flow.close();
    }
  });

  it('leads to the page that it was begun for, if that is one of the console', async () => {
    for (const [path, page] of [
      ['/sign-in', '/'],
      ['/sign-in?page=queue', '/queue.html'],
      ['/sign-in?page=//elsewhere.example', '/'],
      ['/sign-in?page=toString', '/'],
    ] as const) {
      const flow = await signInAs('marta', path);
      try {
        expect((await flow.request(flow.callback)).answer.headers.get('location'), path).to.equal(page);
      } finally {
        await flow.close();
      }
    }
  });

  it('refuses an account that is no operator here', async () => {
    const flow = await signInAs('ospite');
    try {
      const arrived = await flow.request(flow.callback);
      expect(arrived.answer.status).to.equal(403);
      expect(flow.jar().has('vs-console')).to.equal(false);
    } finally {
      await flow.close();
    }
  });

  it('refuses a callback without the cookie it was begun with, and one that is shown twice', async () => {
    const flow = await signInAs('paolo');
    try {
      const stranger = await browser().request(flow.callback);
      expect(stranger.answer.status).to.equal(400);
      expect((await flow.request(flow.callback)).answer.status).to.equal(302);
      expect((await flow.request(flow.callback)).answer.status).to.equal(400);
    } finally {
      await flow.close();
    }
  });

  it('answers with a plain sentence when the provider is away', async () => {
    const town = await startTown();
    try {
      const answer = await fetch(`${town.http}/sign-in`, { redirect: 'manual' });
      expect(answer.status).to.equal(503);
      expect(await answer.text()).to.equal('The sign-in service does not answer; try again in a moment.');
    } finally {
      await town.close();
    }
  });
});
