import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { setStage } from './setting/stage.ts';
import { meet } from './setting/visit-scenes.ts';

/** The card of the specimen holder; the kiosk's drawings show another number, so that this one is the visit's own. */
const ACCESS_NUMBER = '123456';

/** What is read of a heap snapshot: flat tables, their columns named in `meta` (V8, heap-snapshot-generator). */
interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[]];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

/**
 * Names of all nodes and of all properties. Not those that only a number holds: V8 writes down plain numbers, places in code
 * among them, as words, and one of a hundred thousand places has six figures like any other.
 */
function namesIn({ snapshot: { meta }, nodes, edges, strings }: HeapSnapshot): readonly string[] {
  const columnOf = (fields: readonly string[]) => (name: string) => fields.indexOf(name);
  const [node, edge] = [columnOf(meta.node_fields), columnOf(meta.edge_fields)];
  const [nodeType, nodeName, edgeCount] = [node('type'), node('name'), node('edge_count')];
  const [edgeType, edgeName, target] = [edge('type'), edge('name_or_index'), edge('to_node')];
  const number = meta.node_types[0].indexOf('number');
  // Of these two kinds of edge the name is an index, not a string.
  const unnamed = ['element', 'hidden'].map((kind) => meta.edge_types[0].indexOf(kind));
  const names = new Set<number>();
  let at = 0;
  for (let from = 0; from < nodes.length; from += meta.node_fields.length) {
    for (let count = nodes[from + edgeCount] ?? 0; count > 0; count -= 1, at += meta.edge_fields.length) {
      if (nodes[from + nodeType] === number) continue;
      if (!unnamed.includes(edges[at + edgeType] ?? 0)) names.add(edges[at + edgeName] ?? 0);
      names.add(nodes[(edges[at + target] ?? 0) + nodeName] ?? 0);
    }
  }
  return [...names].map((index) => strings[index] ?? '');
}

/**
 * The strings on the page's heap after garbage collection, joined: of every script world and every document that is still
 * held, detached ones too. V8 writes at most the first 1,024 characters of each.
 */
async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  try {
    const chunks: string[] = [];
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
    await session.send('HeapProfiler.enable');
    // What is held only by something collected in the first round goes in the second.
    for (let round = 0; round < 2; round += 1) await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    const names = namesIn(JSON.parse(chunks.join('')) as HeapSnapshot);
    expect(names.length).to.be.above(1_000);
    return names.join('\n');
  } finally {
    await session.detach();
  }
}

/** Whether a string stands on the heap as words of its own: CONTI, not the beginning of CONTINUE. */
function standsIn(heap: string, string: string): boolean {
  for (let at = heap.indexOf(string); at >= 0; at = heap.indexOf(string, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(`${heap[at - 1] ?? ''}${heap[at + string.length] ?? ''}`)) return true;
  }
  return false;
}
const foundIn = (heap: string, strings: readonly string[]) => strings.filter((string) => standsIn(heap, string));

describe('the memory of the kiosk page', function () {
  this.timeout(180_000);
  const stage = setStage();

  it('holds the words of a visit while it runs, and none of them after it', async () => {
    const { setting, desk, kiosk } = stage;
    const { page } = kiosk.browser;

    await kiosk.screen.walkToCard();
    await setting.bench.act('put-card', 'giulia');
    await kiosk.screen.heading('Scriva le sei cifre della carta');
    for (const figure of ACCESS_NUMBER) await kiosk.screen.touch(new RegExp(`^${figure}$`));
    expect(foundIn(await heapOf(page), [ACCESS_NUMBER])).to.deep.equal([ACCESS_NUMBER]);
    await kiosk.screen.touch(/^Avanti$/);
    await kiosk.screen.heading('Buongiorno, GIULIA CONTI');

    await meet(kiosk, desk);
    await kiosk.screen.touch('Scrivo');
    for (const letter of 'zia') await kiosk.screen.touch(new RegExp(`^${letter}$`));
    await kiosk.screen.touch('Invia');
    await desk.screen.write('Ho qui il Suo trasloco.');
    await page.getByRole('log').getByText('Ho qui il Suo trasloco.').waitFor();
    await kiosk.screen.touch('Chiudo la tastiera');

    await desk.screen.press('Sì, corrisponde');
    await desk.browser.page.getByText('È il titolare').first().waitFor();
    await desk.screen.prepareResidence({ code: '01234567890123', date: '2026-01-15' });
    await desk.screen.press(/^Mostra a .* per il controllo/);
    await kiosk.screen.heading('È tutto giusto?');
    const shown = await page.locator('step-review dd').allTextContents();
    const visit = ['GIULIA', 'CONTI', 'CNTGLI85C54X000O', 'Ho qui il Suo trasloco.', ...shown];
    // The same look finds them while they are there: without this, a look that finds nothing would prove nothing.
    expect(foundIn(await heapOf(page), visit)).to.deep.equal(visit);

    await kiosk.screen.touch('Sì, stampate');
    await desk.screen.issue();
    await kiosk.screen.heading('Prenda il Suo foglio');
    const numbered = await desk.browser.page.getByRole('tabpanel', { name: /^Certificato/ }).getByText(/^Numero /).first().textContent();
    const certificateNumber = numbered?.replace(/^Numero\s+/, '').split(/[\s,.;]/)[0] ?? '';
    expect(certificateNumber).to.match(/\d/);
    await kiosk.screen.touch('Ho il foglio');
    await desk.screen.endVisit('Certificato rilasciato');
    await kiosk.screen.heading('Grazie, arrivederci');
    await setting.bench.act('take-card');
    await kiosk.screen.heading('Certificati con l’aiuto di una persona');

    const never = ['Giulia', '1985-03-14', '14/03/1985', 'CA00001AA', '01234567890123', 'Marta', certificateNumber];
    expect(foundIn(await heapOf(page), [...visit, ACCESS_NUMBER, ...never])).to.deep.equal([]);
  });
});
