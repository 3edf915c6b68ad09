import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SignatureAlgorithm } from '../../signer.ts';
import { tokenAnswer } from './token-messages.ts';
import type { TokenAnswer, TokenCommand, TokenErrorCode, TokenKeyKind } from './token-messages.ts';

const PROCESS = fileURLToPath(new URL('token-process.ts', import.meta.url));

/** A PKCS#11 token. */
export interface TokenConfig {
  /** File of the module, a shared library: `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly module: string;
  /** Label of the token. */
  readonly token: string;
  /** File with the user PIN, readable by its owner only. */
  readonly pinFile: string;
  /** Environment of the module's process. Default: empty; many modules read a variable or two of their own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long one command may take, log-in included, milliseconds. Default 10,000. */
  readonly deadline?: number;
}

/** The token does not do what it is asked to. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;
  /** Whether the same may succeed later without anybody changing a setting. */
  readonly retryable: boolean;

  constructor(code: TokenErrorCode) {
    super(`The PKCS#11 token does not serve: ${code}.`);
    this.code = code;
    this.retryable = code === 'device' || code === 'deadline' || code === 'token-missing';
  }
}

/** A token, reached through a process of its own. Commands are done one after the other. */
export interface Token extends AsyncDisposable {
  /**
   * Signs with the key under a label.
   *
   * @returns ECDSA: r‖s, 64 bytes
   * @throws {TokenError}, or the reason of `signal`
   */
  sign(label: string, algorithm: SignatureAlgorithm, data: Uint8Array, options: Waiting): Promise<Uint8Array>;
  /** SubjectPublicKeyInfo (DER) of the key under a label. @throws {TokenError}, or the reason of `signal` */
  publicKey(label: string, options: Waiting): Promise<Uint8Array>;
  /** Makes a key that never leaves the token; answers with its public key. @throws {TokenError}, or the reason of `signal` */
  generate(label: string, kind: TokenKeyKind, options: Waiting): Promise<Uint8Array>;
  /** Ends the process. Commands under way fail with `device`. May be called twice. */
  close(): Promise<void>;
}

interface Waiting {
  readonly signal: AbortSignal;
}

/** After these, another try could lock the token: nothing is asked of it until somebody has started us anew. */
const FINAL: readonly TokenErrorCode[] = ['pin-refused', 'pin-locked'];

type Request = TokenCommand extends infer Command ? (Command extends { id: number } ? Omit<Command, 'id'> : never) : never;

/** One life of the process. */
interface Life {
  readonly child: ChildProcess;
  readonly waiting: Map<number, PromiseWithResolvers<TokenAnswer>>;
}

/**
 * A token. Its process starts with the first command; when it has ended, by a fault of the module or because it was silent
 * past the deadline, the next command starts another, which logs in anew. A command that meets such an end is done once
 * more; nothing of what is asked here does harm when it is done twice, since `generate` refuses a label that is taken.
 */
export function openToken(config: TokenConfig): Token {
  const { deadline = 10_000 } = config;
  let life: Life | undefined;
  let lastId = 0;
  let final: TokenErrorCode | undefined;
  let closed = false;

  function start(): Life {
    const child = fork(PROCESS, [], {
      env: { ...config.environment },
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const started: Life = { child, waiting: new Map() };
    const end = (): void => {
      if (life === started) life = undefined;
      for (const { reject } of started.waiting.values()) reject(new TokenError('device'));
      started.waiting.clear();
    };
    child.on('message', (received: unknown) => {
      const read = tokenAnswer.safeParse(received);
      if (read.success) started.waiting.get(read.data.id)?.resolve(read.data);
      else child.kill('SIGKILL');
    });
    child.once('error', end);
    child.once('exit', end);
    const { module, token, pinFile } = config;
    child.send({ type: 'open', module, token, pinFile }, () => undefined);
    return started;
  }

  async function askOnce(request: Request, signal: AbortSignal): Promise<Uint8Array> {
    const current = (life ??= start());
    const id = (lastId += 1);
    const answer = Promise.withResolvers<TokenAnswer>();
    current.waiting.set(id, answer);
    const abort = (): void => answer.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const timer = setTimeout(() => {
      answer.reject(new TokenError('deadline'));
      current.child.kill('SIGKILL');
    }, deadline);
    try {
      current.child.send({ ...request, id } satisfies TokenCommand, (error) => {
        if (error === null) return;
        // It is dying, and its end not heard of yet: the second try must not meet it.
        if (life === current) life = undefined;
        current.child.kill('SIGKILL');
        answer.reject(new TokenError('device'));
      });
      const message = await answer.promise;
      if (message.type !== 'failed') return message.bytes;
      // The process that said so ends by itself; the next command must not meet it on its way out.
      if (life === current && message.code !== 'key-missing' && message.code !== 'key-doubled') life = undefined;
      throw new TokenError(message.code);
    } finally {
      current.waiting.delete(id);
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  async function ask(request: Request, { signal }: Waiting): Promise<Uint8Array> {
    for (const isLast of [false, true]) {
      signal.throwIfAborted();
      if (closed) throw new TokenError('device');
      if (final !== undefined) throw new TokenError(final);
      try {
        return await askOnce(request, signal);
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        if (FINAL.includes(error.code)) final = error.code;
        if (isLast || error.code !== 'device') throw error;
      }
    }
    throw new TypeError('The second try returns or throws.');
  }

  async function close(): Promise<void> {
    closed = true;
    const child = life?.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  return {
    sign: (label, algorithm, data, options) =>
      ask({ type: 'sign', label, algorithm, data: new Uint8Array(data) }, options),
    publicKey: (label, options) => ask({ type: 'public-key', label }, options),
    generate: (label, kind, options) => ask({ type: 'generate', label, kind }, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}
