import { metricOf } from '../metric.ts';
import type { Metric } from '../metric.ts';
import { BENCH_CAN, createBenchCard, FILE_BYTES } from './bench-card.ts';
import { startCardLine } from './card-line.ts';
import type { CardLine, ReadingCost } from './card-line.ts';

/** A number of commands or trips. */
export interface Count {
  readonly unit: 'count';
  readonly value: number;
}

export type CardMetrics = Readonly<
  Record<`roundTrips.${'text' | 'photo'}.${'short' | 'extended'}` | `networkTrips.${'text' | 'photo'}`, Count> &
    Record<`read.text.${'0' | '30' | '60'}ms`, Metric>
>;

export interface CardBenchOptions {
  /** Measured readings for each delay. */
  readonly readings: number;
  readonly onReading?: () => void;
}

/** Chip that reads with short commands only, and chip with extended ones of the smallest announced limit. */
const FAMILY = { short: 'nxp', extended: 'actalis' } as const;

const TEXT_BYTES = { dg1: FILE_BYTES.dg1, dg11: FILE_BYTES.dg11, sod: FILE_BYTES.sod };

/**
 * Reads a virtual CIE over a line: PACE with 3DES on the 2048-bit group, then DG1, DG11 and the security object, with or
 * without the photo. Commands and trips are counted where the card lies. Times are of the short chip, which takes the most
 * commands, with the delay added to each network trip; the chip computes in no time but this machine's, and no reader's
 * radio is in them.
 */
export async function runCardBench({ readings, onReading = () => {} }: CardBenchOptions): Promise<CardMetrics> {
  await using line = startCardLine();
  const costs = {
    textShort: await readOnce(line, 'short', false),
    textExtended: await readOnce(line, 'extended', false),
    photoShort: await readOnce(line, 'short', true),
    photoExtended: await readOnce(line, 'extended', true),
  };
  const times = async (delayMs: number): Promise<Metric> => {
    const card = createBenchCard(FAMILY.short);
    const measured: number[] = [];
    // The first reading after a change is not counted: it compiles what the others use.
    for (let reading = 0; reading <= readings; reading += 1) {
      const { ms } = await line.read(card, { can: BENCH_CAN, photo: false, lengths: 'short', delayMs }, TEXT_BYTES);
      if (reading === 0) continue;
      measured.push(ms);
      onReading();
    }
    return metricOf(measured);
  };
  return {
    ...countsOf(costs),
    'read.text.0ms': await times(0),
    'read.text.30ms': await times(30),
    'read.text.60ms': await times(60),
  };
}

function readOnce(line: CardLine, kind: keyof typeof FAMILY, photo: boolean): Promise<ReadingCost> {
  const expected = photo ? FILE_BYTES : TEXT_BYTES;
  return line.read(createBenchCard(FAMILY[kind]), { can: BENCH_CAN, photo, lengths: kind, delayMs: 0 }, expected);
}

type Costs = Readonly<
  Record<'textShort' | 'textExtended' | 'photoShort' | 'photoExtended', Pick<ReadingCost, 'roundTrips' | 'networkTrips'>>
>;

/** The counts by metric name. Network trips are those of the chip that needs more of them. */
export function countsOf({ textShort, textExtended, photoShort, photoExtended }: Costs) {
  const count = (value: number): Count => ({ unit: 'count', value });
  return {
    'roundTrips.text.short': count(textShort.roundTrips),
    'roundTrips.text.extended': count(textExtended.roundTrips),
    'roundTrips.photo.short': count(photoShort.roundTrips),
    'roundTrips.photo.extended': count(photoExtended.roundTrips),
    'networkTrips.text': count(Math.max(textShort.networkTrips, textExtended.networkTrips)),
    'networkTrips.photo': count(Math.max(photoShort.networkTrips, photoExtended.networkTrips)),
  };
}
