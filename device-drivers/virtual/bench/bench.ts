/**
 * The bench: the hands at a kiosk whose devices are virtual. It holds an identity card and a health card for each invented
 * person, the reader they are put on, the printer and the scanner.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VirtualCard } from '../cie/virtual-card.ts';
import { createVirtualCie } from '../cie/virtual-cie.ts';
import type { CardBehaviour } from '../cie/virtual-cie.ts';
import { createVpcdSlot, SlotError } from '../cie/vpcd-slot.ts';
import { startEsclScanner } from '../peers/escl-scanner.ts';
import { startIppPrinter } from '../peers/ipp-printer.ts';
import { startPcscd } from '../peers/pcscd.ts';
import { PeerError } from '../peers/peer-error.ts';
import { BenchError } from './bench-error.ts';
import { personaliseTown } from './town-cards.ts';
import { makeServiceCards, TOWN_PIN } from './town-service-cards.ts';

/** The sheet that is put in the scanner. */
const SPECIMEN_SHEET = fileURLToPath(new URL('./sheet/specimen-sheet.pdf', import.meta.url));

/** Sheets put back by `refill`. */
const FULL_TRAY = 250;

/** What is put behind a person's id to name his health card. */
const SERVICE_CARD = '-ts';

/** Time a sheet takes, in milliseconds, so that printing can be seen. */
const SHEET_MS = 1_000;

/** What the page shows. */
export interface BenchState {
  /** Whose card lies on the reader; null when none does, also after a card left by itself. */
  readonly card: string | null;
  /** `code` opens the card: the CAN of a CIE, the PIN of a health card. */
  readonly cards: readonly { readonly id: string; readonly name: string; readonly kind: 'cie' | 'ts-cns'; readonly code: string }[];
  readonly printer: {
    readonly paper: 'loaded' | 'out';
    readonly jammed: boolean;
    /** What came out, in the order of printing. */
    readonly pages: readonly { readonly id: string }[];
  };
  readonly scanner: { readonly sheet: boolean };
}

/** Where a device service finds the virtual devices. */
export interface BenchDevices {
  /** Value of `PCSCLITE_CSOCK_NAME`. */
  readonly pcscSocket: string;
  readonly printerUri: string;
  /** SANE's name of the device. */
  readonly scannerDevice: string;
  readonly saneConfigDirectory: string;
  /** Folder with the trust anchor of the demo authority (`csca-*.der`). */
  readonly cardTrustDirectory: string;
}

export interface Bench extends AsyncDisposable {
  readonly devices: BenchDevices;
  /** Whether the reader's daemon runs. */
  running(): boolean;
  state(): BenchState;
  /**
   * Does one thing: `put-card` ID (`-ts` behind it: the person's health card), `remove-after` ID:N (a card that leaves after answering N commands), `take-card`,
   * `paper-out`, `refill`, `jam`, `clear-jam`, `put-sheet` (with the ID of a printed page: that one), `take-sheet`.
   * @throws {BenchError} with the sentence for the page.
   */
  perform(action: string, argument?: string): Promise<void>;
  /** The JPEG portrait on a person's card. */
  portrait(id: string): Uint8Array | undefined;
  /** Path of a printed document. */
  printed(id: string): string | undefined;
}

/**
 * Starts the devices and personalises a CIE for each person of the file. The demo authority is kept in the data folder, so
 * that cards of the next start are trusted by the same anchor.
 *
 * @param config.runDirectory - short folder for sockets, spool and printed sheets; the caller removes it.
 * @throws {PeerError} when a program is missing or does not start; as {@link personaliseTown}.
 */
export async function startBench(
  config: { readonly dataDirectory: string; readonly citizensFile: string; readonly runDirectory: string; readonly signal?: AbortSignal },
  deps: { readonly now: Date; readonly random: (bytes: number) => Uint8Array },
): Promise<Bench> {
  const place = (name: string): string => join(config.runDirectory, name);
  const starting = config.signal === undefined ? {} : { signal: config.signal };
  const keyFolder = join(config.dataDirectory, 'authority');
  const cardTrustDirectory = join(config.dataDirectory, 'card-trust');
  const people = { citizensFile: config.citizensFile, keyFolder, trustFolder: cardTrustDirectory };
  // First, as it fails without having started anything.
  const cards = await personaliseTown(people, deps);
  const holders = Array.from(cards.values(), ({ holder }) => holder);
  const serviceKeys = join(config.dataDirectory, 'authority-cns');
  const serviceCards = await makeServiceCards(holders, { keyFolder: serviceKeys, trustFolder: cardTrustDirectory }, deps);
  await Promise.all(['r', 'p', 's'].map((name) => mkdir(place(name))));

  await using started = new AsyncDisposableStack();
  const keep = async <Peer extends AsyncDisposable>(peer: Promise<Peer>): Promise<Peer> => started.use(await peer);
  // All are waited for, so that none is still starting when one has failed.
  const [pcscdStart, printerStart, scannerStart] = await Promise.allSettled([
    keep(startPcscd({ directory: place('r'), ...starting })),
    keep(startIppPrinter({ directory: place('p'), sheetMs: SHEET_MS, ...starting })),
    keep(startEsclScanner({ directory: place('s') })),
  ]);
  const pcscd = valueOf(pcscdStart);
  const printer = valueOf(printerStart);
  const scanner = valueOf(scannerStart);
  const slot = started.use(createVpcdSlot({ host: '127.0.0.1', port: pcscd.ports[0] }));
  let onReader: { readonly id: string; readonly card: VirtualCard } | undefined;
  const kept = started.move();

  async function putCard(id: string | undefined, behaviour: CardBehaviour): Promise<void> {
    const card = cardOf(id ?? '', behaviour);
    if (id === undefined || card === undefined) throw new BenchError('unknown-citizen');
    if (slot.card !== undefined) throw new BenchError('reader-occupied');
    onReader = { id, card };
    await slot.insert(card);
  }

  function cardOf(id: string, behaviour: CardBehaviour): VirtualCard | undefined {
    const personalised = cards.get(id);
    if (personalised) return createVirtualCie(personalised.image, { random: deps.random, behaviour });
    return id.endsWith(SERVICE_CARD) ? serviceCards.get(id.slice(0, -SERVICE_CARD.length)) : undefined;
  }

  async function putSlippingCard(argument: string | undefined): Promise<void> {
    const [, id, commands] = /^([a-z0-9-]+):([1-9]\d{0,3})$/.exec(argument ?? '') ?? [];
    if (id === undefined) throw new BenchError('bad-argument');
    await putCard(id, { removeAfterApdu: Number(commands) });
  }

  const printed = (id: string): string | undefined => printer.printedPages().find(({ jobId }) => String(jobId) === id)?.path;

  async function putSheet(id: string | undefined): Promise<void> {
    const sheet = id === undefined ? SPECIMEN_SHEET : printed(id);
    if (sheet === undefined) throw new BenchError('bad-argument');
    await scanner.putSheet(sheet);
  }

  const actions: ReadonlyMap<string, (argument: string | undefined) => Promise<void>> = new Map([
    ['put-card', (id) => putCard(id, {})],
    ['remove-after', putSlippingCard],
    ['take-card', () => slot.remove()],
    ['paper-out', () => printer.setPaper(0)],
    ['refill', () => printer.setPaper(FULL_TRAY)],
    ['jam', async () => printer.jam()],
    ['clear-jam', async () => printer.clearJam()],
    ['put-sheet', putSheet],
    ['take-sheet', () => scanner.takeSheet()],
  ]);

  return {
    devices: {
      pcscSocket: pcscd.socketName,
      printerUri: printer.uri,
      scannerDevice: scanner.device,
      saneConfigDirectory: scanner.configDirectory,
      cardTrustDirectory,
    },
    running: () => pcscd.pid() !== undefined,
    state: () => ({
      card: onReader !== undefined && slot.card === onReader.card ? onReader.id : null,
      cards: holders.flatMap((holder) => {
        const name = `${holder.givenNames} ${holder.surname}`;
        return [
          { id: holder.id, name, kind: 'cie' as const, code: holder.card.can },
          { id: `${holder.id}${SERVICE_CARD}`, name, kind: 'ts-cns' as const, code: TOWN_PIN },
        ];
      }),
      printer: {
        paper: printer.paper() > 0 ? 'loaded' : 'out',
        jammed: printer.jammed(),
        pages: printer.printedPages().map(({ jobId }) => ({ id: String(jobId) })),
      },
      scanner: { sheet: scanner.sheet !== null },
    }),
    perform: async (action, argument) => {
      const act = actions.get(action);
      if (act === undefined) throw new BenchError('unknown-action');
      try {
        await act(argument);
      } catch (cause) {
        if (cause instanceof SlotError && cause.code === 'slot-occupied') throw new BenchError('reader-occupied', { cause });
        if (cause instanceof SlotError || cause instanceof PeerError) throw new BenchError('device-silent', { cause });
        throw cause;
      }
    },
    portrait: (id) => cards.get(id)?.photo,
    printed,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function valueOf<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
