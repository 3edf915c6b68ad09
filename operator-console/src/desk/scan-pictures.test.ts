import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { scanId } from '@videosportello/protocol/ids.ts';
import type { ScanView } from '@videosportello/protocol/messages/scan.ts';
import { createScanPictures } from './scan-pictures.ts';
import type { ScanPicture } from './scan-pictures.ts';

const scanOf = (digit: string): ScanView => ({
  scanId: scanId.parse(`s_${digit.repeat(24)}`),
  side: 'front',
  mediaType: 'image/png',
  bytes: 3,
  width: 1,
  height: 1,
  at: 0,
});
const one = scanOf('1');
const two = scanOf('2');
const listing = (...scans: ScanView[]) => ({
  connection: 'open' as const,
  file: { evidence: { phase: 'waiting-for-card' as const, wrongNumbers: 0 }, documents: [], scans },
});

/** Pictures over a node that answers when the test says so. */
function bench() {
  const asked: { readonly id: string; readonly answer: PromiseWithResolvers<Uint8Array<ArrayBuffer>> }[] = [];
  const kept = new Map<string, Blob>();
  let pictures: readonly ScanPicture[] = [];
  const changes: (() => void)[] = [];
  const scans = createScanPictures({
    fetch: (id) => {
      const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
      asked.push({ id, answer });
      return answer.promise;
    },
    memory: {
      keep: (content) => {
        const url = `blob:${asked.length}-${kept.size}`;
        kept.set(url, content);
        return url;
      },
      release: (url) => void kept.delete(url),
    },
    onChange: (now) => {
      pictures = now;
      for (const change of changes.splice(0)) change();
    },
  });
  const changed = () => new Promise<void>((resolve) => void changes.push(resolve));
  const answerOf = (index: number) => {
    const request = asked[index];
    if (!request) throw new Error('Nothing was asked.');
    return request.answer;
  };
  return { scans, asked, kept, changed, answerOf, shown: () => pictures };
}

describe('the pictures of scanned pages', () => {
  it('are fetched once, kept in memory as what they are, and their bytes wiped', async () => {
    const { scans, asked, kept, changed, answerOf, shown } = bench();
    scans.follow(listing(one));
    scans.follow(listing(one));
    expect(shown()).to.deep.equal([{ scan: one, url: undefined, failed: false }]);
    const bytes = Uint8Array.of(1, 2, 3);
    const drawn = changed();
    answerOf(0).resolve(bytes);
    await drawn;
    expect(asked.map(({ id }) => id)).to.deep.equal([one.scanId]);
    const [content] = kept.values();
    expect([content?.type, [...((await content?.bytes()) ?? [])], [...bytes]]).to.deep.equal(['image/png', [1, 2, 3], [0, 0, 0]]);
    expect(kept.has(shown()[0]?.url ?? '')).to.equal(true);
  });

  it('are released when the page is discarded, and the others stay', async () => {
    const { scans, kept, changed, answerOf, shown } = bench();
    scans.follow(listing(one, two));
    for (const index of [0, 1]) {
      const drawn = changed();
      answerOf(index).resolve(Uint8Array.of(index));
      await drawn;
    }
    scans.follow(listing(two));
    expect([shown().map(({ scan }) => scan), kept.size]).to.deep.equal([[two], 1]);
  });

  it('are all released when the node says nothing of the visit any more, and when the visit is closed here', async () => {
    for (const end of ['follow', 'close'] as const) {
      const { scans, kept, changed, answerOf } = bench();
      scans.follow(listing(one, two));
      const drawn = changed();
      answerOf(0).resolve(Uint8Array.of(1));
      await drawn;
      expect(kept.size).to.equal(1);
      if (end === 'follow') scans.follow({ connection: 'closed', file: undefined });
      else scans.close();
      expect(kept.size, end).to.equal(0);
      const late = Uint8Array.of(9);
      answerOf(1).resolve(late);
      await answerOf(1).promise;
      await Promise.resolve();
      expect([kept.size, [...late]], 'one that comes after the end').to.deep.equal([0, [0]]);
    }
  });

  it('are asked for again with the next word of the node when the line was cut, and stay over a cut when they are here', async () => {
    const { scans, asked, changed, answerOf, shown } = bench();
    scans.follow(listing(one));
    const failed = changed();
    answerOf(0).reject(new ProtocolError('link-lost'));
    await failed;
    expect(shown()).to.deep.equal([{ scan: one, url: undefined, failed: true }]);
    scans.follow({ ...listing(one), connection: 'lost' });
    expect(asked).to.have.length(1);
    scans.follow(listing(one));
    const drawn = changed();
    answerOf(1).resolve(Uint8Array.of(1));
    await drawn;
    const [picture] = shown();
    expect([picture?.failed, typeof picture?.url]).to.deep.equal([false, 'string']);
    scans.follow({ ...listing(one), connection: 'lost' });
    scans.follow(listing(one));
    expect([shown()[0]?.url, asked.length]).to.deep.equal([picture?.url, 2]);
  });
});
