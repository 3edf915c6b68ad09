import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import { RegisterError } from '../register/register-error.ts';
import type { Register } from '../register/register.ts';
import { clientOf } from './opening-limit.ts';
import type { OpeningLimit } from './opening-limit.ts';
import { originalPages, POLICY } from './pages.ts';

/** How an attempt ended; nothing in it tells which document. */
export type OpeningOutcome = 'opened' | 'not-found' | 'too-many' | 'unavailable';

/** A code as it is printed, once spaces, hyphens and small letters of whoever typed it are put right. */
const CODE = /^[A-Z0-9]{8,40}$/;
const MAX_FORM_BYTES = 1_024;

/** What the door needs. */
export interface OriginalsDeps {
  readonly register: Pick<Register, 'openOriginal'>;
  readonly limit: OpeningLimit;
  readonly municipality: string;
  /** Whether our own proxy stands before us and says in X-Forwarded-For who asks. */
  readonly behindProxy: boolean;
  readonly now: () => Date;
  readonly onAttempt: (outcome: OpeningOutcome) => void;
}

/**
 * Serves `/o/CODE`, the address printed in the stamp (AgID circ. 62/2013, 6.1: a URI that names one item, and data for
 * controlled access). Opening it shows a page with one key; only that key's POST opens the original, so neither the preview
 * of a messenger nor a search engine does. The code is never logged, and unknown, malformed and expired codes are
 * answered alike. `/o/` asks for the code instead. Other paths go on to what comes next.
 */
export function originalsDoor(deps: OriginalsDeps): Middleware {
  const pages = originalPages(deps.municipality);
  return async (context, next) => {
    const [, inPath] = /^\/o(?:\/([^/]*))?$/.exec(context.path) ?? [];
    if (inPath === undefined && context.path !== '/o') return next();
    context.set({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    switch (context.method) {
      case 'GET':
      case 'HEAD':
        return showPage(context, 200, inPath ? pages.open : pages.ask);
      case 'POST':
        break;
      default:
        context.set('allow', 'GET, HEAD, POST');
        return void (context.status = 405);
    }
    const waitMs = deps.limit.take(clientOf(context.socket.remoteAddress, deps.behindProxy ? context.get('x-forwarded-for') : undefined));
    if (waitMs > 0) {
      deps.onAttempt('too-many');
      context.set('retry-after', String(Math.ceil(waitMs / 1000)));
      return showPage(context, 429, pages.tooMany);
    }
    try {
      const original = await open(deps, inPath || (await codeInForm(context.req)));
      deps.onAttempt(original === null ? 'not-found' : 'opened');
      if (original === null) return showPage(context, 404, pages.notFound);
      context.type = 'application/pdf';
      // Saved, not shown: what is saved can be given to the checker, and its own seal is checked there.
      context.set('content-disposition', 'attachment; filename="originale.pdf"');
      context.body = original;
    } catch (error) {
      if (!(error instanceof RegisterError && error.code === 'register-unavailable')) throw error;
      deps.onAttempt('unavailable');
      context.set('retry-after', '60');
      showPage(context, 503, pages.unavailable);
    }
  };
}

async function open({ register, now }: OriginalsDeps, typed: string): Promise<Buffer | null> {
  const code = typed.replaceAll(/[\s-]/g, '').toUpperCase();
  return CODE.test(code) ? register.openOriginal(code, now()) : null;
}

/** The field `code` of a short form; empty when there is none. The server's own time limits end a slow one. */
async function codeInForm(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  // The connection stays for the answer also when the form is left half read.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_FORM_BYTES) return '';
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8')).get('code') ?? '';
}

function showPage(context: Context, status: number, page: string): void {
  context.status = status;
  context.type = 'text/html; charset=utf-8';
  context.body = page;
}
