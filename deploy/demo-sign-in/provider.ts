import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { demoAccounts } from './accounts.ts';
import { loginPage, loginStyles } from './login-page.ts';

/** How long somebody may look at the page, and how long the provider remembers a choice: just long enough to go back, seconds. */
const INTERACTION_LIFE_S = 600;
const SESSION_LIFE_S = 10;
const BODY_MAX_BYTES = 1_024;

export interface DemoSignInConfig {
  /** Loopback only: `main.ts` refuses anything else. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A running demo provider. `issuer` is what OIDC_ISSUER of queue-service must be. */
export interface DemoSignIn extends AsyncDisposable {
  readonly issuer: string;
  close(): Promise<void>;
}

/** The console of a demo town has a free port: any `/callback` on this machine will do (as RFC 8252, 7.3, has it for loopback). */
const isLocalCallback = (uri: string): boolean => {
  const url = URL.parse(uri);
  return (
    url !== null &&
    url.protocol === 'http:' &&
    url.pathname === '/callback' &&
    (url.hostname === '127.0.0.1' || url.hostname === 'localhost' || url.hostname.endsWith('.localhost'))
  );
};

/** Nothing but the page's own style and its form; Chromium applies form-action to the redirects after it as well. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(loginStyles).digest('base64')}'`,
  "form-action 'self' http://localhost:* http://*.localhost:* http://127.0.0.1:*",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const piece of request) {
    text += String(piece);
    if (text.length > BODY_MAX_BYTES) throw new Error('too much');
  }
  return new URLSearchParams(text);
}

/** Starts an OpenID provider with the demo's accounts: real protocol, no passwords, nothing kept. */
export async function startDemoSignIn(config: DemoSignInConfig): Promise<DemoSignIn> {
  let serve: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async (_, response) => {
    response.writeHead(503).end();
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('Questo accesso non è più valido: torni alla console e ricominci.');
    });
  });
  server.listen(config.listen.port, config.listen.host);
  await once(server, 'listening');
  const issuer = `http://${config.listen.host}:${(server.address() as AddressInfo).port}`;

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: config.clientId,
        client_secret: config.clientSecret,
        redirect_uris: ['http://console.localhost/callback'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        application_type: 'web',
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    // The accounts' claims are in the ID token: the console asks for nothing else.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    ttl: { Interaction: INTERACTION_LIFE_S, Session: SESSION_LIFE_S, Grant: SESSION_LIFE_S, AccessToken: 60, AuthorizationCode: 60, IdToken: 300 },
    async findAccount(_, subject) {
      const account = demoAccounts.find((known) => known.subject === subject);
      return account && { accountId: subject, claims: () => ({ sub: subject, email: `${subject}@valfiorita.example`, email_verified: true }) };
    },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  });
  provider.Client.prototype.redirectUriAllowed = isLocalCallback;
  const protocol = provider.callback();
  serve = async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return protocol(request, response);
    const { uid } = await provider.interactionDetails(request, response);
    if (request.method === 'POST') {
      const subject = (await readForm(request)).get('account');
      if (!demoAccounts.some((account) => account.subject === subject)) throw new Error('no such account');
      return provider.interactionFinished(request, response, { login: { accountId: subject, remember: false } });
    }
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(loginPage(uid, demoAccounts));
  };

  let closing: Promise<void> | undefined;
  const close = () =>
    (closing ??= (async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    })());
  return { issuer, close, [Symbol.asyncDispose]: close };
}
