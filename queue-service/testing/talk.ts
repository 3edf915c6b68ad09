import type { Town } from './town-fixture.ts';
import { until } from './town-fixture.ts';

/** What a request was refused with, its code where it has one; `none` when it was not refused. */
export const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { code?: string; message?: string }) => error.code ?? error.message ?? 'a failure without words',
  );

/** Kiosk and desk in talk. @throws Error when there was no offer. */
export async function talk(town: Town) {
  const desk = await town.desk('marta');
  const kiosk = await town.kiosk('kiosk-1');
  const { visitId } = await kiosk.openVisit('it');
  await kiosk.openTicket([]);
  const { offers } = await until(desk, (state) => state.offers.length === 1);
  const [offer] = offers;
  if (!offer) throw new Error('There was no offer.');
  await desk.accept(offer.offerId);
  await until(kiosk, (state) => state.visit?.state === 'with-operator');
  return { desk, kiosk, visitId };
}
