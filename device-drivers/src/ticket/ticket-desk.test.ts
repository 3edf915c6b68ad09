import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { ticketSlip } from '@videosportello/protocol/device/commands.ts';
import type { TicketSlip } from '@videosportello/protocol/device/commands.ts';
import { KEPT_TICKET_MAX } from '@videosportello/protocol/kept-ticket.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { startKiosk } from '../../test/kiosk.ts';
import type { Kiosk } from '../../test/kiosk.ts';
import { startEsclScanner } from '../../virtual/peers/escl-scanner.ts';
import type { EsclScannerPeer } from '../../virtual/peers/escl-scanner.ts';
import { createDocumentScanner } from '../scanner/document-scanner.ts';
import type { DocumentScanner } from '../scanner/document-scanner.ts';
import { createSaneScanner } from '../scanner/sane-scanner.ts';
import { createTicketDesk } from './ticket-desk.ts';
import { ticketSlipPdf } from './ticket-slip.ts';

const run = promisify(execFile);
const ANOTHER_SHEET = fileURLToPath(new URL('../../virtual/bench/sheet/specimen-sheet.pdf', import.meta.url));
/** As long as a ticket may be: the largest symbol there is. */
const longest = `${'eyJh'.repeat(10)}.${'W10-'.repeat(40)}.${'s'.repeat(KEPT_TICKET_MAX - 40 - 160 - 2)}`;
const slip: TicketSlip = {
  issuer: 'Comune di Valfiorita',
  title: 'Il Suo posto è tenuto fino alle 12:40',
  label: 'A07',
  lines: ['Torni con questo foglio a un qualsiasi sportello in video: l’attesa continua da dov’era.', 'Vale una volta sola, per chi lo mostra.'],
  ticket: longest,
};

describe('a kept ticket on paper', function () {
  this.timeout(30_000);
  this.slow(3_000);
  let directory: string;
  let peer: EsclScannerPeer;
  let scanner: DocumentScanner;
  let kiosk: Kiosk;
  /** What the scanner gave out, to see that it is wiped. */
  let given: Uint8Array[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ticket-'));
    peer = await startEsclScanner({ directory });
    scanner = createDocumentScanner(
      createSaneScanner({ device: peer.device, configDirectory: peer.configDirectory, options: ['--mode', 'Color', '--resolution', '200'] }),
    );
    given = [];
    const watching: DocumentScanner = {
      ...scanner,
      scan: async (signal) => {
        const page = await scanner.scan(signal);
        given.push(page.png);
        return page;
      },
    };
    kiosk = await startKiosk({ scanner: watching });
  });
  afterEach(async () => {
    await kiosk.close();
    await scanner.close();
    await peer[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  const onGlass = async (pdf: Uint8Array | string) => {
    const file = join(directory, 'slip.pdf');
    await writeFile(file, pdf);
    await peer.putSheet(file);
  };
  const read = async () => (await kiosk.page()).command('BarcodeReader.Read', {}, { timeoutMs: 20_000 });

  it('is printed without a visit, and read back from the glass as it was', async () => {
    const page = await kiosk.page();
    await page.command('Videosportello.PrintTicket', slip);
    const [pdf = expect.fail('nothing was printed'), ...more] = kiosk.printer.given;
    expect(more).to.deep.equal([]);
    await onGlass(pdf);
    expect((await read()).ticket).to.equal(longest);
    expect(given.map((bytes) => bytes.every((byte) => byte === 0)), 'wiped').to.deep.equal([true]);
    expect(kiosk.log()).to.not.include(longest.slice(0, 40));
    expect(JSON.stringify(kiosk.printer.jobs)).to.not.include('A07');
  });

  for (const turned of [90, 180, 270]) {
    it(`may lie on the glass turned by ${turned} degrees`, async () => {
      const file = Buffer.from(ticketSlipPdf(slip)).toString('latin1');
      await onGlass(file.replace('/Type /Page /Parent', `/Type /Page /Rotate ${turned} /Parent`));
      expect((await read()).ticket).to.equal(longest);
    });
  }

  it('is missed on another sheet, and what another code says is not passed on', async () => {
    await peer.putSheet(ANOTHER_SHEET);
    expect(await read()).to.deep.equal({});
    await onGlass(ticketSlipPdf({ ...slip, ticket: 'https://stamp.example/#ANOTHER+CODE' }));
    expect(await read()).to.deep.equal({});
    expect(given.map((bytes) => bytes.every((byte) => byte === 0)), 'wiped').to.deep.equal([true, true]);
  });

  it('is missed on an empty glass, and at a kiosk without a scanner', async () => {
    expect(await codeOf(read())).to.equal('scanner-empty');
    const bare = await startKiosk();
    try {
      expect(await codeOf((await bare.page()).command('BarcodeReader.Read', {}))).to.equal('scanner-failed');
    } finally {
      await bare.close();
    }
  });

  it('is not waited for at a printer that somebody has to see to', async () => {
    const page = await kiosk.page();
    const held = kiosk.printer.hold('media-empty');
    expect(await codeOf(page.command('Videosportello.PrintTicket', slip))).to.equal('printer-unavailable');
    held.resolve();
  });

  it('that may or may not have come out counts as not printed', async () => {
    const desk = createTicketDesk({ printer: { print: async () => ({ state: 'uncertain' }) }, scanner: undefined });
    expect(await codeOf(desk.print(slip))).to.equal('printer-unavailable');
  });
});

describe('the slip of a kept ticket', () => {
  it('is one page that says what it was given, accents and all', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'slip-'));
    try {
      const file = join(directory, 'slip.pdf');
      await writeFile(file, ticketSlipPdf(slip));
      expect((await run('pdfinfo', [file])).stdout).to.match(/^Pages: +1$/m).and.to.match(/595\.28 x 841\.89 pts \(A4\)/);
      const words = (await run('pdftotext', ['-layout', file, '-'])).stdout.replaceAll(/\s+/g, ' ');
      for (const text of [slip.issuer, slip.title, slip.label, ...slip.lines]) expect(words).to.include(text);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('has Latin letters only; an accent that no printer’s own font has is left out', () => {
    const pdf = (issuer: string) => Buffer.from(ticketSlipPdf({ ...slip, issuer })).toString('latin1');
    expect(pdf('Doberdob – Općina')).to.equal(pdf('Doberdob – Opcina'));
    expect(ticketSlip.safeParse({ ...slip, lines: ['Für später – «é»'] }).success).to.equal(true);
    for (const line of ['排队', 'two\nlines', 'x'.repeat(201)]) expect(ticketSlip.safeParse({ ...slip, lines: [line] }).success, line).to.equal(false);
  });
});
