import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** Of a page beside its content. */
export interface PageParts {
  /** Default: FlateDecode. */
  readonly filter?: string;
  /** Default: A4, points. */
  readonly box?: string;
  /** More entries of the page's dictionary. */
  readonly page?: string;
  /** Side of a picture without data, object 5, pixels. */
  readonly picture?: number;
}

/** A PDF of one page with this stream as its content, as it stands. */
export function pdfOfStream(content: Uint8Array, { filter = '/FlateDecode', box = '0 0 595 842', page = '', picture = 1 }: PageParts = {}): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Contents 4 0 R${page}>>`,
    Buffer.concat([Buffer.from(`<</Length ${content.length}/Filter${filter}>>stream\n`), content, Buffer.from('\nendstream')]),
    `<</Type/XObject/Subtype/Image/Width ${picture}/Height ${picture}/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n0\nendstream`,
  ];
  const parts = objects.flatMap((object, index) => [Buffer.from(`${index + 1} 0 obj`), Buffer.from(object), Buffer.from('endobj\n')]);
  return Buffer.concat([Buffer.from('%PDF-1.7\n'), ...parts, Buffer.from('trailer<</Root 1 0 R>>\n%%EOF\n')]);
}

/** How often memory is looked at, ms. */
const LOOK_MS = 50;

/** Watches the memory of the largest of the browser's renderers until `stop`, which says the most it had, in MB. */
export async function peakOfRenderers(page: Page): Promise<{ stop(): Promise<number> }> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  let peak = 0;
  const look = async () => {
    const processes = (await session?.send('SystemInfo.getProcessInfo'))?.processInfo ?? [];
    for (const { id } of processes.filter(({ type }) => type === 'renderer')) peak = Math.max(peak, residentMb(id));
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  return {
    async stop() {
      clearInterval(timer);
      await look();
      await session?.detach();
      return peak;
    },
  };
}

/** The most a process ever had; 0 when it is gone. */
function residentMb(id: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1000;
  } catch {
    return 0;
  }
}
