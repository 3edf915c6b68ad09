import * as oidc from 'openid-client';
import { z } from 'zod';
import type { KnownOperator, OperatorDirectory } from '../operator/operator-directory.ts';
import { signedValues } from './signed-value.ts';

export const FLOW_COOKIE = 'vs-sign-in';
/** How long somebody may take at the provider, ms. */
export const FLOW_LIFE_MS = 10 * 60_000;
/** How long the provider may take to answer this service, seconds. */
const PROVIDER_TIMEOUT_S = 10;

/** The console's pages that somebody signs in for, and where they are. */
export const consolePages = { desk: '/', queue: '/queue.html' } as const;
const consolePage = z.enum(Object.keys(consolePages) as [ConsolePage, ...ConsolePage[]]).catch('desk');
export type ConsolePage = keyof typeof consolePages;

/** Why a sign-in came to nothing. `provider`: it did not answer or refused; `flow`: begun elsewhere or too long ago; `unknown`: not an operator here. */
export class SignInError extends Error {
  readonly why: 'provider' | 'flow' | 'unknown';

  constructor(why: SignInError['why'], options?: ErrorOptions) {
    super(`sign-in failed: ${why}`, options);
    this.name = 'SignInError';
    this.why = why;
  }
}

/** Sign-in by OpenID Connect Core 1.0 (3.1, authorization code) with PKCE (RFC 7636), state and nonce. */
export interface SignInFlow {
  /**
   * Where to send the browser, and what it must bring back in a cookie. `page`, from the address, names one of
   * {@link consolePages}; anything else means the desk. @throws SignInError `provider`
   */
  begin(page: unknown): Promise<{ location: string; cookie: string }>;
  /** Who came back, and where he wanted to go. @throws SignInError */
  finish(callback: URL, cookie: string | undefined): Promise<{ readonly operator: KnownOperator; readonly page: ConsolePage }>;
}

const isLoopbackUrl = (url: URL) => url.hostname === 'localhost' || url.hostname.endsWith('.localhost') || url.hostname === '127.0.0.1';

export function createSignInFlow(
  config: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string; readonly nodeSecret: string },
  deps: { readonly redirectUri: () => string; readonly directory: OperatorDirectory; readonly now: () => number },
): SignInFlow {
  const begun = signedValues(
    z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), page: consolePage }),
    config.nodeSecret,
    'sign-in flow',
  );
  let discovered: Promise<oidc.Configuration> | undefined;
  const provider = () => {
    const issuer = new URL(config.issuer);
    discovered ??= oidc.discovery(issuer, config.clientId, config.clientSecret, undefined, {
      timeout: PROVIDER_TIMEOUT_S,
      // Plain HTTP only to a provider on this very machine.
      execute: issuer.protocol === 'http:' && isLoopbackUrl(issuer) ? [oidc.allowInsecureRequests] : [],
    });
    const mine = discovered;
    return mine.catch((cause: unknown) => {
      if (discovered === mine) discovered = undefined;
      throw new SignInError('provider', { cause });
    });
  };

  return {
    async begin(page) {
      const configuration = await provider();
      const flow = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
        page: consolePage.parse(page),
      };
      const location = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: deps.redirectUri(),
        scope: 'openid email',
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      });
      return { location: location.href, cookie: begun.seal(flow, deps.now() + FLOW_LIFE_MS) };
    },
    async finish(callback, cookie) {
      const flow = begun.open(cookie, deps.now())?.value;
      if (!flow) throw new SignInError('flow');
      const configuration = await provider();
      let claims: oidc.IDToken | undefined;
      try {
        const tokens = await oidc.authorizationCodeGrant(configuration, callback, {
          pkceCodeVerifier: flow.verifier,
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          idTokenExpected: true,
        });
        claims = tokens.claims();
      } catch (cause) {
        throw new SignInError('provider', { cause });
      }
      const email = typeof claims?.['email'] === 'string' ? claims['email'] : undefined;
      const operator = claims && deps.directory.find({ sub: claims.sub, email, emailVerified: claims['email_verified'] === true });
      if (!operator) throw new SignInError('unknown');
      return { operator, page: flow.page };
    },
  };
}
