import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { newId, visitId } from '@videosportello/protocol/ids.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { startKiosk } from '../../test/kiosk.ts';
import type { Kiosk } from '../../test/kiosk.ts';
import { startEsclScanner } from '../../virtual/peers/escl-scanner.ts';
import type { EsclScannerPeer } from '../../virtual/peers/escl-scanner.ts';
import { startSaneScanner } from '../../virtual/peers/sane-scanner.ts';
import { createDocumentScanner } from './document-scanner.ts';
import type { DocumentScanner, Repeat } from './document-scanner.ts';
import { readWholePng } from './png.ts';
import { createSaneScanner } from './sane-scanner.ts';

const SHEET = fileURLToPath(new URL('../../virtual/bench/sheet/specimen-sheet.pdf', import.meta.url));

/** Looks when it is told to. */
function repeatByHand(): { readonly repeat: Repeat; look(): void; stopped(): boolean } {
  let run: (() => void) | undefined;
  return {
    repeat: (given) => {
      run = given;
      return () => void (run = undefined);
    },
    look: () => run?.(),
    stopped: () => run === undefined,
  };
}

/** Resolves when the scanner says it is in the state. */
const untilDevice = (scanner: DocumentScanner, device: string): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (scanner.device() === device) resolve();
    };
    scanner.subscribe(look);
    look();
  });

describe('a document in the scanner, to the certificate node', function () {
  this.timeout(20_000);
  this.slow(2_000);
  let directory: string;
  let peer: EsclScannerPeer;
  let scanner: DocumentScanner;
  let kiosk: Kiosk;
  /** What the scanner gave out, to see that it is wiped. */
  let given: Uint8Array[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'document-'));
    peer = await startEsclScanner({ directory });
    scanner = createDocumentScanner(createSaneScanner({ device: peer.device, configDirectory: peer.configDirectory, options: ['--mode', 'Color', '--resolution', '200'] }));
    await untilDevice(scanner, 'online');
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

  async function openVisit() {
    const page = await kiosk.page();
    const visit = newId(visitId, 'v');
    await page.openVisit(visit);
    const link = await kiosk.node.link();
    const scan = (of = visit) => page.command('Check.ReadImage', { visitId: of, side: 'front' }, { timeoutMs: 60_000 });
    const media = async () => (await page.command('Common.Status', {})).status?.scanner.media;
    return { page, visit, link, scan, media };
  }

  it('is scanned once and arrives whole, without a file left behind', async () => {
    const { scan, media } = await openVisit();
    await peer.putSheet(SHEET);
    const before = await readdir(kiosk.folder);
    const { scanId } = await scan();
    const [sent, ...more] = kiosk.node.scans;
    expect(more).to.deep.equal([]);
    const png = Buffer.concat(sent?.pieces ?? []);
    expect(sent?.announced).to.deep.equal({
      scanId,
      side: 'front',
      mediaType: 'image/png',
      bytes: png.length,
      sha256: createHash('sha256').update(png).digest('hex'),
    });
    expect(readWholePng(png)).to.deep.equal({ width: 1653, height: 2338 });
    expect(given.map((bytes) => bytes.every((byte) => byte === 0)), 'wiped').to.deep.equal([true]);
    expect(await media()).to.equal('present');
    expect(await readdir(kiosk.folder)).to.deep.equal(before);
  });

  it('is missed on an empty glass, which is said, and can be laid down then', async () => {
    const { scan, media } = await openVisit();
    expect(await media()).to.equal('unknown');
    expect(await codeOf(scan())).to.equal('scanner-empty');
    expect(await media()).to.equal('notPresent');
    expect(kiosk.node.scans).to.deep.equal([]);
    await peer.putSheet(SHEET);
    expect(await codeOf(scan())).to.equal('done');
  });

  it('is scanned for the visit that runs only, one at a time', async () => {
    const { visit, scan } = await openVisit();
    await peer.putSheet(SHEET);
    expect(await codeOf(scan(newId(visitId, 'v')))).to.equal('visit-unknown');
    const codes = await Promise.all([codeOf(scan(visit)), codeOf(scan(visit))]);
    expect(codes.toSorted()).to.deep.equal(['done', 'visit-state']);
    expect(kiosk.node.scans).to.have.length(1);
  });

  it('goes no further when the visit ends in the middle', async () => {
    const { page, visit, scan } = await openVisit();
    await peer.putSheet(SHEET);
    const arriving = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    kiosk.node.onScanPiece(async () => {
      arriving.resolve();
      await held.promise;
    });
    const scanning = codeOf(scan());
    await arriving.promise;
    await page.command('Videosportello.CloseVisit', { visitId: visit });
    held.resolve();
    expect(await scanning).to.equal('aborted');
    expect(kiosk.node.scans[0]?.pieces.length ?? 0).to.be.at.most(1);
    expect(given.map((bytes) => bytes.every((byte) => byte === 0)), 'wiped').to.deep.equal([true]);
  });

  it('is not scanned for a node that is not there', async () => {
    const { page, link, scan } = await openVisit();
    link.peer.notify('visit.closed', { why: 'visit-ended' });
    await page.status.until((status) => status?.certificates === 'lost');
    expect(await codeOf(scan())).to.equal('link-lost');
    expect(await codeOf(scan()), 'and can be asked for again').to.equal('link-lost');
  });

  it('is refused by a kiosk without a scanner', async () => {
    const bare = await startKiosk();
    try {
      const page = await bare.page();
      const visit = newId(visitId, 'v');
      await page.openVisit(visit);
      expect((await page.command('Common.Status', {})).status?.scanner.device).to.equal('noDevice');
      expect(await codeOf(page.command('Check.ReadImage', { visitId: visit, side: 'front' }))).to.equal('scanner-failed');
    } finally {
      await bare.close();
    }
  });

  it('leaves nothing on the log but that it was sent', async () => {
    const { scan } = await openVisit();
    await peer.putSheet(SHEET);
    await scan();
    const png = kiosk.node.scans[0]?.pieces[0]?.toString('base64') ?? 'none';
    expect(kiosk.log()).to.include('scanned page sent').and.not.include(png.slice(0, 60));
  });
});

describe('the scanner as the kiosk sees it', function () {
  this.timeout(20_000);
  this.slow(2_000);
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'scanner-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('is offline until looked at, online, offline when it is switched off, and nobody looks after the end', async () => {
    const peer = await startEsclScanner({ directory });
    const hand = repeatByHand();
    const scanner = createDocumentScanner(createSaneScanner({ device: peer.device, configDirectory: peer.configDirectory }), hand);
    expect(scanner.device()).to.equal('offline');
    await untilDevice(scanner, 'online');
    await peer[Symbol.asyncDispose]();
    hand.look();
    await untilDevice(scanner, 'offline');
    await scanner.close();
    await scanner.close();
    expect(hand.stopped()).to.equal(true);
  });

  it('needs somebody after a jam until it opens again; says why a page did not come', async () => {
    await using peer = await startSaneScanner({ directory });
    const hand = repeatByHand();
    const options = ['--read-return-value', 'SANE_STATUS_JAMMED'];
    await using scanner = createDocumentScanner(createSaneScanner({ device: 'test:0', configDirectory: peer.configDirectory, options, deadlineMs: 10_000 }), hand);
    await untilDevice(scanner, 'online');
    const failure: unknown = await scanner.scan(new AbortController().signal).catch((error: unknown) => error);
    expect(failure).to.include({ code: 'scanner-failed', detail: 'jammed' });
    expect(scanner.device()).to.equal('userError');
    hand.look();
    await untilDevice(scanner, 'online');
  });

  it('is broken without the program', async () => {
    const scanner = createDocumentScanner(createSaneScanner({ device: 'test:0', program: join(directory, 'nowhere') }), repeatByHand());
    const failure: unknown = await scanner.scan(new AbortController().signal).catch((error: unknown) => error);
    expect(failure).to.include({ code: 'scanner-failed', detail: 'broken' });
    expect(scanner.device()).to.equal('offline');
    await scanner.close();
  });
});
