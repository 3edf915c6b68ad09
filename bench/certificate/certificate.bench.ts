import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPaperLab } from '@videosportello/certificates/testing/paper-lab.ts';
import type { CertificateType } from '@videosportello/protocol/messages/document.ts';
import { metricOf } from '../metric.ts';
import type { Metric, Rate } from '../metric.ts';

export type CertificateMetrics = {
  readonly [issue: `issue.${string}`]: Metric;
  readonly 'issue.all': Metric;
  readonly bare: Metric;
  readonly throughput: Rate;
};

export interface CertificateBenchOptions {
  /** Kinds of paper that are made. */
  readonly types: readonly CertificateType[];
  /** Measured papers of each kind. */
  readonly papers: number;
  readonly onPaper?: () => void;
}

/**
 * From facts to sealed original and stamped paper, kind by kind, all in this one thread; the throughput is what this
 * thread made in a second. Beside it, as a floor, a bare page of pdfkit with a QR symbol, sealed by the same key.
 * The registry's answer and the register's row are not in it.
 */
export async function runCertificateBench({ types, papers, onPaper = () => {} }: CertificateBenchOptions): Promise<CertificateMetrics> {
  const folder = await mkdtemp(join(tmpdir(), 'videosportello-bench-'));
  try {
    const lab = await openPaperLab(folder, types);
    // The first of each kind compiles what the others use.
    for (const type of types) await lab.make(type);
    await lab.makeBare();

    const byType = new Map<CertificateType, number[]>(types.map((type) => [type, []]));
    const bare: number[] = [];
    for (let round = 0; round < papers; round += 1) {
      for (const [type, times] of byType) {
        times.push(await timed(() => lab.make(type)));
        onPaper();
      }
      bare.push(await timed(() => lab.makeBare()));
    }
    const all = [...byType.values()].flat();
    const seconds = all.reduce((sum, ms) => sum + ms, 0) / 1000;
    const byName = Object.fromEntries([...byType].map(([type, times]): [`issue.${string}`, Metric] => [`issue.${type}`, metricOf(times)]));
    return {
      ...byName,
      'issue.all': metricOf(all),
      bare: metricOf(bare),
      throughput: { unit: '1/s', value: Math.round((10 * all.length) / seconds) / 10 },
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}
