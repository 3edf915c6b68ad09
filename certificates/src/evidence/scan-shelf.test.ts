import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { kioskId, newId, scanId, visitId } from '@videosportello/protocol/ids.ts';
import type { ScanId } from '@videosportello/protocol/ids.ts';
import { createVisitRecords } from '../visit/visit-record.ts';
import { codeOf } from '@videosportello/protocol/testing/code-of.ts';
import { startCertificateTown } from '../../test/certificate-town.ts';
import type { CertificateTown } from '../../test/certificate-town.ts';
import { pngSize } from './png-size.ts';
import { createScanShelf } from './scan-shelf.ts';
import type { ScanBudget, ScanShelf } from './scan-shelf.ts';

/** The head of a picture and as many bytes of an invented page as make `length`. */
function picture(length: number, { width = 100, height = 60 } = {}): Buffer {
  const page = Buffer.alloc(length, 0x5a);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(page);
  page.writeUInt32BE(width, 16);
  page.writeUInt32BE(height, 20);
  return page;
}

function announced(page: Buffer, id = newId(scanId, 's')) {
  const sha256 = createHash('sha256').update(page).digest('hex');
  return { scanId: id, side: 'back' as const, mediaType: 'image/png' as const, bytes: page.length, sha256 };
}

const refusal = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof ProtocolError ? error.code : String(error);
  }
};

describe('scanned pages of a visit', () => {
  const put = (shelf: ScanShelf, page: Buffer, id?: ScanId): ScanId => {
    const announcement = announced(page, id);
    shelf.begin(announcement);
    shelf.append(announcement.scanId, 0, page, 7);
    return announcement.scanId;
  };
  const aBudget = (limit = 1_000_000): ScanBudget => ({ held: 0, limit });

  it('are there when they have come whole, piece by piece', () => {
    const shelf = createScanShelf(aBudget());
    const page = picture(1000);
    const announcement = announced(page);
    shelf.begin(announcement);
    expect(shelf.append(announcement.scanId, 0, page.subarray(0, 600), 5)).to.equal(false);
    expect(shelf.views()).to.deep.equal([]);
    expect(refusal(() => shelf.piece(announcement.scanId, 0))).to.equal('document-unknown');
    expect(refusal(() => shelf.discard(announcement.scanId))).to.equal('document-unknown');
    for (const [offset, piece] of [
      [0, page.subarray(0, 10)],
      [601, page.subarray(601)],
      [600, page.subarray(0, 401)],
      [600, page.subarray(0, 0)],
    ] as const) {
      expect(refusal(() => shelf.append(announcement.scanId, offset, piece, 5)), `${offset}`).to.equal('bad-message');
    }
    expect(shelf.append(announcement.scanId, 600, page.subarray(600), 5)).to.equal(true);
    const { sha256: _, ...rest } = announcement;
    expect(shelf.views()).to.deep.equal([{ ...rest, width: 100, height: 60, at: 5 }]);
    expect(Buffer.from(shelf.piece(announcement.scanId, 0).bytes).equals(page)).to.equal(true);
    expect(refusal(() => shelf.piece(announcement.scanId, 1000))).to.equal('document-unknown');
    expect(refusal(() => shelf.append(announcement.scanId, 1000, page, 5)), 'after the end').to.equal('document-unknown');
  });

  it('that are not what was announced, or no picture, are wiped', () => {
    const budget = aBudget();
    const shelf = createScanShelf(budget);
    const page = picture(500);
    shelf.begin({ ...announced(page), scanId: scanId.parse('s_000000000000000000000001'), sha256: '0'.repeat(64) });
    expect(refusal(() => shelf.append(scanId.parse('s_000000000000000000000001'), 0, page, 5))).to.equal('digest-mismatch');
    for (const wrong of [Buffer.alloc(500, 1), picture(500, { width: 0 }), picture(500, { width: 20_000, height: 20_000 }), picture(30)]) {
      expect(refusal(() => put(shelf, wrong))).to.equal('scanner-failed');
    }
    expect(budget.held).to.equal(0);
    expect(shelf.views()).to.deep.equal([]);
  });

  it('make room: the oldest for a fifth, one that never came whole for the next', () => {
    const budget = aBudget();
    const shelf = createScanShelf(budget);
    const ids = [picture(100), picture(200), picture(300), picture(400)].map((page) => put(shelf, page));
    const first = shelf.piece(ids[0] as ScanId, 0).bytes;
    shelf.begin(announced(picture(500)));
    expect(first.every((byte) => byte === 0), 'zeroed').to.equal(true);
    expect(budget.held).to.equal(200 + 300 + 400 + 500);
    put(shelf, picture(600));
    expect(shelf.views().map(({ bytes }) => bytes)).to.deep.equal([200, 300, 400, 600]);
    expect(budget.held).to.equal(1500);
  });

  it('are refused when the node holds too much already, and the same page sent again takes its own place', () => {
    const budget = aBudget(1000);
    const [one, other] = [createScanShelf(budget), createScanShelf(budget)];
    const id = put(one, picture(700));
    expect(refusal(() => other.begin(announced(picture(301))))).to.equal('too-much');
    put(one, picture(900), id);
    expect(budget.held).to.equal(900);
    one.wipe();
    expect(refusal(() => other.begin(announced(picture(301))))).to.equal('done');
  });

  it('are zeroed when discarded and at the end of the visit', () => {
    const records = createVisitRecords();
    const visit = newId(visitId, 'v');
    const { scans } = records.enter({ visit, role: 'kiosk', kiosk: kioskId.parse('kiosk-1') });
    const [first, second] = [put(scans, picture(300)), put(scans, picture(400))];
    const held = [first, second].map((id) => scans.piece(id, 0).bytes);
    scans.discard(first);
    expect(held.map((bytes) => bytes.every((byte) => byte === 0))).to.deep.equal([true, false]);
    records.end(visit, 'visit-ended');
    expect(held.map((bytes) => bytes.every((byte) => byte === 0))).to.deep.equal([true, true]);
    expect(scans.views()).to.deep.equal([]);
    records.endAll();
  });
});

describe('a picture’s size', () => {
  it('is read from a PNG’s header and from nothing else', () => {
    expect(pngSize(picture(33, { width: 7, height: 9 }))).to.deep.equal({ width: 7, height: 9 });
    expect(pngSize(picture(33).subarray(0, 32))).to.equal(undefined);
    expect(pngSize(Buffer.from('%PDF-1.7 of an invented person and more'))).to.equal(undefined);
  });
});

describe('a document put in the scanner, on its way to the operator', function () {
  this.timeout(30_000);
  let town: CertificateTown;
  before(async () => {
    town = await startCertificateTown();
  });
  after(() => town.close());

  it('is shown to the visit’s operator as it was scanned, until he discards it', async () => {
    const visit = town.newVisit();
    const [device, operator] = [await town.device(visit), await town.operator(visit)];
    expect(operator.file.value).not.to.have.property('scans');
    const page = picture(300_000);
    const id = await device.scan(page);
    const file = await operator.file.until((seen) => seen?.scans !== undefined);
    expect(file?.scans).to.have.length(1);
    expect(file?.scans?.[0]).to.include({ scanId: id, side: 'front', bytes: page.length, width: 100, height: 60 });
    expect((await operator.scan(id)).equals(page)).to.equal(true);
    const reloaded = await town.operator(visit);
    expect(reloaded.file.value?.scans).to.have.length(1);
    await reloaded.peer.request('scan.discard', { scanId: id });
    await reloaded.file.until((seen) => seen?.scans === undefined);
    expect(await codeOf(reloaded.scan(id))).to.equal('document-unknown');
    expect(town.log()).to.include('scanned page received').and.not.include(page.subarray(24, 60).toString('base64').slice(0, 40));
  });

  it('is nobody else’s to see, and gone with the visit', async () => {
    const visit = town.newVisit();
    const [device, operator] = [await town.device(visit), await town.operator(visit)];
    const id = await device.scan(picture(2000));
    const other = await town.operator(town.newVisit(), { who: 'b' });
    expect(await codeOf(other.scan(id))).to.equal('document-unknown');
    const [begun, ended] = [device.scan(picture(1000), { bytes: 2000 }), device.peer.closed];
    await begun;
    town.node().notify('visit.ended', { visitId: visit });
    await ended;
    expect(await codeOf(operator.scan(id))).to.equal('link-lost');
  });

  it('that arrives altered is refused, and nothing of it is shown', async () => {
    const visit = town.newVisit();
    const [device, operator] = [await town.device(visit), await town.operator(visit)];
    expect(await codeOf(device.scan(picture(1000), { sha256: 'f'.repeat(64) }))).to.equal('digest-mismatch');
    expect(await codeOf(device.scan(Buffer.alloc(1000)))).to.equal('scanner-failed');
    expect(await codeOf(device.scan(picture(1000), { bytes: 17_000_000 }))).to.equal('bad-params');
    expect(await codeOf(operator.peer.request('scan.fetch', { scanId: newId(scanId, 's'), offset: 0 }))).to.equal('document-unknown');
    expect(operator.file.value).not.to.have.property('scans');
  });
});
