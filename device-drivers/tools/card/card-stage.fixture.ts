/** The card tool as a process, and a reader to put cards on; for tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { VirtualCard } from '../../virtual/cie/virtual-card.ts';
import { createVpcdSlot } from '../../virtual/cie/vpcd-slot.ts';
import { startPcscd } from '../../virtual/peers/pcscd.ts';

const TOOL = fileURLToPath(new URL('../card.ts', import.meta.url));

const hint = z.strictObject({ it: z.string().min(1), en: z.string().min(1) });
export const failure = z.strictObject({ error: z.strictObject({ code: z.string(), hint }) });
const answer = z.enum(['yes', 'no', 'not-asked']);
const text = z.string().min(1);
export const report = z.strictObject({
  protocol: text,
  person: z.strictObject({
    surname: text,
    givenNames: text,
    birthDate: z.iso.date(),
    sex: z.enum(['F', 'M', 'X']),
    nationality: text,
    documentNumber: text,
    expiryDate: z.iso.date(),
    taxCode: text,
  }),
  answers: z.strictObject({ genuine: answer, notCloned: answer, notExpired: answer, notRevoked: answer, holder: answer }),
  apdus: z.int().positive(),
  bytes: z.int().positive(),
  ms: z.number().positive(),
});
export const reportWithPhoto = report.extend({ photo: z.strictObject({ mediaType: z.literal('image/jpeg'), base64: text }) });

/** A report whose card may say nothing in some fields. */
export const looseReport = report.extend({
  person: z.record(z.string(), text.nullable()),
});
const readers = z.strictObject({
  readers: z.array(z.strictObject({ name: text, card: text, atr: z.string().nullable() })),
});

/** How a run of the tool ended. */
export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** A reader of a private PC/SC service, and the tool beside it. */
export interface CardStage extends AsyncDisposable {
  /** Runs the tool to its end; `socket` is the PC/SC service it finds. */
  run(parameters: readonly string[], socket?: string): Promise<Ended>;
  /** Puts a card on the reader and waits until the tool sees it there. */
  put(card: VirtualCard, state?: 'present' | 'mute'): Promise<void>;
  /** Takes the card away and waits until the tool sees it gone: otherwise the next one would be taken for this one. */
  take(): Promise<void>;
}

/** Starts the service in a short folder of the caller's. */
export async function startCardStage(directory: string): Promise<CardStage> {
  const peer = await startPcscd({ directory });
  const slot = createVpcdSlot({ host: '127.0.0.1', port: peer.ports[0] });
  async function run(parameters: readonly string[], socket = peer.socketName): Promise<Ended> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', TOOL, ...parameters], {
      env: { PATH: process.env['PATH'] ?? '', PCSCLITE_CSOCK_NAME: socket },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString('utf8')));
    await once(child, 'close');
    return { status: child.exitCode, ...said };
  }
  /** The service looks at its readers now and then: until it has, it tells what was there before. */
  async function untilSeen(state: string): Promise<void> {
    for (;;) {
      const { out } = await run(['readers', '--json']);
      if (readers.parse(JSON.parse(out)).readers[0]?.card === state) return;
    }
  }
  return {
    run,
    async put(card, state = 'present') {
      await slot.insert(card);
      await untilSeen(state);
    },
    async take() {
      await slot.remove();
      await untilSeen('none');
    },
    async [Symbol.asyncDispose]() {
      await slot.close();
      await peer[Symbol.asyncDispose]();
    },
  };
}
