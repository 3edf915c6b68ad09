/** The parts of oidc-provider 9 that the demo uses; the package has no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface GrantInstance {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }
  interface OidcContext {
    readonly oidc: {
      readonly client: { readonly clientId: string };
      readonly session: { readonly accountId: string };
      readonly provider: { readonly Grant: new (fields: { clientId: string; accountId: string }) => GrantInstance };
    };
  }
  interface Account {
    readonly accountId: string;
    claims(): Record<string, unknown>;
  }

  export interface Configuration {
    readonly clients: readonly object[];
    readonly jwks: { readonly keys: readonly object[] };
    readonly cookies: { readonly keys: readonly string[] };
    readonly claims: Readonly<Record<string, readonly string[]>>;
    readonly features: Readonly<Record<string, { readonly enabled: boolean }>>;
    readonly interactions: { url(context: unknown, interaction: { readonly uid: string }): string };
    readonly ttl: Readonly<Record<string, number>>;
    findAccount(context: unknown, subject: string): Promise<Account | undefined>;
    loadExistingGrant(context: OidcContext): Promise<GrantInstance>;
    readonly conformIdTokenClaims: boolean;
  }

  export default class Provider {
    constructor(issuer: string, configuration: Configuration);
    readonly Client: { readonly prototype: { redirectUriAllowed(uri: string): boolean } };
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ readonly uid: string }>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  }
}
