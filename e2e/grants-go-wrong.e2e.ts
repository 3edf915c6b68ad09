import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { messageId, newId } from '@videosportello/protocol/ids.ts';
import { z } from 'zod';
import { takeWires } from './setting/page-wires.ts';
import type { Line, PageWires } from './setting/page-wires.ts';
import { setStage } from './setting/stage.ts';
import { colourSeen, eventually } from './setting/seen-and-heard.ts';
import { colleagueSignal, operatorSignal } from './setting/test-media.ts';
import { identify, meet, part, seeEachOther } from './setting/visit-scenes.ts';
import type { AtDesk } from './setting/visit-scenes.ts';
import type { Setting } from './setting/town-setting.ts';

/** A grant lives for a minute; whoever cannot renew it is out soon after. */
const OUT_WITHIN_MS = 75_000;
/** An unanswered renewal is given up after ten seconds and asked for again two seconds later. */
const BACK_WITHIN_MS = 30_000;

const REFUSED = 'Il servizio video non accetta il permesso di questa pagina: ne ha chiesto un altro. Il testo continua.';
const TAKEN_OVER = 'La visita è passata a un altro operatore.';

/** What an operator's page is given with an acceptance. */
const accepted = z.looseObject({
  visit: z.looseObject({ visitId: z.string() }),
  access: z.looseObject({ media: z.looseObject({ grant: z.string() }) }),
});
type Accepted = z.output<typeof accepted>;
const acceptedOn = (wires: PageWires): Accepted => accepted.parse(wires.newest('queue', 'offer.accept', 'result'));

/** A desk whose sockets are in the test's hands. */
async function wiredDesk(setting: Setting, account: 'Marta' | 'Paolo'): Promise<AtDesk & { wires: PageWires }> {
  const desk = await setting.openDesk(account);
  return { ...desk, wires: await takeWires(desk.browser) };
}

/** Makes a page believe that a visit is on its desk, with this access to it. */
function forgeDesk(wires: PageWires, { visit, access }: Accepted): void {
  wires.alter('queue', (said) => {
    if (said.method === 'desk.changed') return { ...said, params: { ...said.params, visits: [visit] } };
    const { desk } = said.result ?? {};
    if (typeof desk !== 'object') return said;
    return { ...said, result: { ...said.result, desk: { ...desk, visits: [visit] }, access: [{ ...access, visitId: visit.visitId }] } };
  });
}

/** Waits until a server has refused a page's last hello with this code. */
const untilRefused = (page: Page, wires: PageWires, line: Line, code: string) =>
  eventually(page, () => Promise.resolve(wires.refusals(line, 'hello').at(-1) === code), `${code} on the line to ${line}`);

/** The steps of visits that were logged since a moment: none while nothing happens to a visit. */
const stepsSince = (setting: Setting, from: number) => setting.logs.slice(from).filter((line) => /"msg":"visit\./.test(line));

describe('grants, when something goes wrong', function () {
  this.timeout(200_000);
  const stage = setStage({ onDuty: false, eachTest: true });
  let kioskWires: PageWires;
  let deskWires: PageWires;
  beforeEach(async () => {
    kioskWires = await takeWires(stage.kiosk.browser);
    deskWires = await takeWires(stage.desk.browser);
    await stage.desk.screen.goAvailable();
  });

  it('that cannot be renewed and expire: both screens say so, text goes on, and face is back when renewal works again', async () => {
    const { setting, kiosk, desk } = stage;
    const [kioskPage, deskPage] = [kiosk.browser.page, desk.browser.page];
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    await seeEachOther(kiosk, desk, operatorSignal);
    const from = setting.logs.length;
    for (const wires of [kioskWires, deskWires]) wires.holdBack('grants.renew');
    await Promise.all([
      deskPage.getByText(REFUSED).first().waitFor({ timeout: OUT_WITHIN_MS }),
      kioskPage.getByText('La linea è debole. Stiamo riprovando: resti qui.').waitFor({ timeout: OUT_WITHIN_MS }),
    ]);
    for (const wires of [kioskWires, deskWires]) await untilRefused(deskPage, wires, 'room', 'grant-expired');
    await desk.screen.write('Un momento, prego.');
    await kioskPage.getByText('Un momento, prego.').waitFor();
    await kiosk.screen.write('su');
    await desk.screen.textLines().filter({ hasText: /su\s*$/ }).filter({ hasNotText: 'sta scrivendo' }).waitFor();

    for (const wires of [kioskWires, deskWires]) wires.letThrough('grants.renew');
    await seeEachOther(kiosk, desk, operatorSignal, BACK_WITHIN_MS);
    await deskPage.getByText('14/03/1985').first().waitFor();
    expect(stepsSince(setting, from)).to.deep.equal([]);
    await part(setting, kiosk, desk);
  });

  it('that were stolen open nothing to another page, which says so; the visit goes on untouched', async () => {
    const { setting, kiosk, desk } = stage;
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    await seeEachOther(kiosk, desk, operatorSignal);
    const from = setting.logs.length;

    const thief = await wiredDesk(setting, 'Paolo');
    forgeDesk(thief.wires, acceptedOn(deskWires));
    await thief.browser.page.reload();
    await thief.browser.page.getByText(REFUSED).first().waitFor();
    for (const line of ['room', 'certificates'] as const) await untilRefused(thief.browser.page, thief.wires, line, 'grant-foreign');
    expect(await thief.screen.words()).not.to.match(/14\/03\/1985|CONTI/);
    expect(await colourSeen(thief.screen.citizenVideo())).to.equal(undefined);
    await thief.screen.write('Mi dica il Suo nome.');
    await thief.screen.textLines().getByText('Non consegnato.').waitFor();
    expect(thief.wires.refusals('queue', 'message.send')).to.include('visit-unknown');

    expect(await kiosk.screen.words()).not.to.include('Mi dica il Suo nome.');
    await seeEachOther(kiosk, desk, operatorSignal);
    await kiosk.screen.heading('Marta è con Lei');
    expect(stepsSince(setting, from)).to.deep.equal([]);
    await part(setting, kiosk, desk);
  });

  it('of another visit open nothing, and the page says so; the visit goes on untouched', async () => {
    const { setting, kiosk, desk } = stage;
    await meet(kiosk, desk);
    const own = acceptedOn(deskWires);
    await part(setting, kiosk, desk);
    await desk.screen.pause();

    const paolo = await wiredDesk(setting, 'Paolo');
    await paolo.screen.goAvailable();
    await meet(kiosk, paolo, 'Paolo');
    await seeEachOther(kiosk, paolo, colleagueSignal);
    const from = setting.logs.length;

    forgeDesk(deskWires, { ...acceptedOn(paolo.wires), access: own.access });
    await deskWires.freeze('queue');
    await deskWires.wake('queue');
    await desk.browser.page.getByText('La visita è finita: qui non si vede più nulla della persona.').waitFor();
    await untilRefused(desk.browser.page, deskWires, 'room', 'visit-unknown');
    expect(await colourSeen(desk.screen.citizenVideo())).to.equal(undefined);
    await kiosk.screen.heading('Paolo è con Lei');
    await seeEachOther(kiosk, paolo, colleagueSignal);
    expect(stepsSince(setting, from)).to.deep.equal([]);
    await part(setting, kiosk, paolo);
  });

  it('of an operator who lapsed are worth nothing any more: he is told, citizen and new operator notice nothing', async () => {
    const { setting, kiosk, desk } = stage;
    const deskPage = desk.browser.page;
    await identify(setting, kiosk);
    await meet(kiosk, desk);
    await seeEachOther(kiosk, desk, operatorSignal);
    const { visit } = acceptedOn(deskWires);
    const paolo = await setting.openDesk('Paolo');
    await paolo.screen.goAvailable();

    // Her sockets freeze; her page goes on as if nothing were.
    await deskWires.freeze('queue', 'room', 'certificates');
    await kiosk.screen.heading('Un momento: torniamo subito da Lei');
    await paolo.screen.accept();
    await kiosk.screen.heading('Paolo è con Lei');
    await seeEachOther(kiosk, paolo, colleagueSignal);
    const from = setting.logs.length;

    // She wakes and shows her old grants again, to send picture and voice and to ask for a certificate.
    await deskWires.wake('room', 'certificates');
    await deskPage.getByText(TAKEN_OVER).first().waitFor();
    await deskPage.getByText('La visita è passata a un altro operatore: qui non si vede più nulla della persona.').waitFor();
    for (const line of ['room', 'certificates'] as const) await untilRefused(deskPage, deskWires, line, 'fence-stale');
    expect(await desk.screen.words()).not.to.match(/14\/03\/1985|CONTI/);

    // The queue's line is back as well, without the visit; a text for it, sent all the same, goes nowhere.
    await deskWires.wake('queue');
    await deskPage.getByText('La visita di Centro La Torre non è più a questo sportello: la linea è mancata troppo a lungo.').first().waitFor();
    const text = { messageId: newId(messageId, 'm'), body: { kind: 'text', line: 1, text: 'Sono ancora qui.', done: true } };
    const answer = await deskWires.ask('queue', 'message.send', { visitId: visit.visitId, message: text });
    expect(answer.error?.data?.code).to.equal('visit-unknown');

    await kiosk.screen.heading('Paolo è con Lei');
    expect(await kiosk.screen.words()).not.to.include('Sono ancora qui.');
    await seeEachOther(kiosk, paolo, colleagueSignal);
    await paolo.browser.page.getByText('14/03/1985').first().waitFor();
    expect(stepsSince(setting, from)).to.deep.equal([]);
    await part(setting, kiosk, paolo);
  });
});
