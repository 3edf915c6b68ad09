import { expect } from 'chai';
import { z } from 'zod';
import { refusalOf } from '../../testing/talk.ts';
import { startTown, until } from '../../testing/town-fixture.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const viewed = z.object({
  waiting: z.number(),
  byClass: z.object({ 'walk-up': z.number(), assisted: z.number() }),
  queues: z.array(z.object({ language: z.string(), waiting: z.number(), longestWaitMs: z.number() })),
  operators: z.object({ onDuty: z.number(), places: z.number(), busy: z.number(), occupancy: z.number().optional() }),
  lastHour: z.object({ tickets: z.number(), answered: z.number() }),
});

describe('the view of the queue', function () {
  this.timeout(20_000);

  it('tells who waits and who is busy, as an answer and as events, to the administrator alone', async () => {
    await using town = await startTown();
    const desk = await town.desk('marta');
    const [first, second] = [await town.kiosk('kiosk-1'), await town.kiosk('kiosk-2')];
    await first.openVisit('it');
    await first.openTicket([]);
    const { offers } = await until(desk, (state) => state.offers.length === 1);
    await desk.accept(offers[0]?.offerId ?? expect.fail());
    await desk.setPresence('not-ready', 'break');
    await second.openVisit('en');
    // Who is on a break and has somebody in hand is on duty.
    expect(await refusalOf(second.openTicket(['assisted']))).to.equal('none');

    const view = viewed.parse(await town.admin('GET', '/admin/queue'));
    expect(view.waiting).to.equal(1);
    expect(view.byClass).to.deep.equal({ 'walk-up': 0, assisted: 1 });
    expect(view.queues.map(({ language, waiting }) => [language, waiting])).to.deep.equal([['en', 1]]);
    expect(view.operators).to.deep.equal({ onDuty: 1, places: 2, busy: 1, occupancy: 0.5 });
    expect(view.lastHour).to.deep.equal({ tickets: 2, answered: 1 });
    expect(JSON.stringify(view)).not.to.match(/kiosk-|op_|v_/);

    for (const path of ['/admin/queue', '/admin/queue/events']) {
      expect((await fetch(`${town.http}${path}`)).status).to.equal(401);
    }
    const token = (await readFile(join(town.config.dataDir, 'admin-token'), 'utf8')).trim();
    const reader = new AbortController();
    const stream = await fetch(`${town.http}/admin/queue/events`, { headers: { authorization: `Bearer ${token}` }, signal: reader.signal });
    expect(stream.headers.get('content-type')).to.match(/^text\/event-stream/);
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of stream.body ?? expect.fail()) {
      text += decoder.decode(piece as Uint8Array);
      if (text.includes('\n\n')) break;
    }
    reader.abort();
    const [, event, data] = /^event: (\w+)\ndata: (.*)\n\n/.exec(text) ?? [];
    expect(event).to.equal('queue');
    expect(viewed.parse(JSON.parse(data ?? '')).waiting).to.equal(1);
  });
});
