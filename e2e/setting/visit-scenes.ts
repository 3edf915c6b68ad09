import type { Locator } from 'playwright-core';
import type { PersonBrowser } from './browser.ts';
import type { DeskScreen } from './desk-screen.ts';
import type { KioskScreen } from './kiosk-screen.ts';
import { colourDistance, colourSeen, eventually, pitchHeard } from './seen-and-heard.ts';
import { kioskSignal } from './test-media.ts';
import type { PersonSignal } from './test-media.ts';
import type { Setting } from './town-setting.ts';

/** One person with a browser and the screen it shows. */
export interface AtKiosk {
  readonly browser: PersonBrowser;
  readonly screen: KioskScreen;
}
export interface AtDesk {
  readonly browser: PersonBrowser;
  readonly screen: DeskScreen;
}

/** Colours through camera, VP8 and screen differ a little; two codes differ by more than 150. */
const COLOUR_TOLERANCE = 40;
const PITCH_TOLERANCE_HZ = 25;

/** Waits until a video shows the picture of a person's camera. */
export async function seePicture(video: Locator, { colour }: PersonSignal, timeoutMs = 20_000): Promise<void> {
  await eventually(
    video.page(),
    async () => {
      const seen = await colourSeen(video);
      return seen && colourDistance(seen, colour.rgb) < COLOUR_TOLERANCE;
    },
    `the ${colour.name} picture of the other side`,
    timeoutMs,
  );
}

/** Waits until a media element plays the pitch of a person's voice. */
export async function hearVoice(media: Locator, { pitch }: PersonSignal): Promise<void> {
  await eventually(
    media.page(),
    async () => Math.abs((await pitchHeard(media, { timeoutMs: 1_000 })) - pitch) < PITCH_TOLERANCE_HZ,
    `the other side's voice of ${pitch} Hz`,
    20_000,
  );
}

/** Waits until each side sees the other's camera. */
export async function seeEachOther(kiosk: AtKiosk, desk: AtDesk, operator: PersonSignal, timeoutMs?: number): Promise<void> {
  await seePicture(desk.screen.citizenVideo(), kioskSignal, timeoutMs);
  await seePicture(kiosk.screen.operatorVideo(), operator, timeoutMs);
}

/** Opens both microphones, which a demo on one machine leaves closed at first. */
export async function openMicrophones(kiosk: AtKiosk, desk: AtDesk): Promise<void> {
  await kiosk.screen.touch(/^Microfono (spento|chiuso)/);
  await desk.screen.press(/^Parla a Centro La Torre/);
}

/** Waits until each side hears the other's microphone. */
export async function hearEachOther(kiosk: AtKiosk, desk: AtDesk, operator: PersonSignal): Promise<void> {
  await hearVoice(kiosk.screen.operatorVoice(), operator);
  await hearVoice(desk.screen.citizenVideo(), kioskSignal);
}

/** From the first screen to Marta's face with the words "Marta è con Lei". */
export async function meet(kiosk: AtKiosk, desk: AtDesk, operator = 'Marta'): Promise<void> {
  await kiosk.screen.askForPerson();
  await desk.screen.accept();
  await kiosk.screen.heading(`${operator} è con Lei`);
}

/** From the first screen to the card's own answer, with the specimen of Giulia. */
export async function identify(setting: Setting, kiosk: AtKiosk): Promise<void> {
  await kiosk.screen.walkToCard();
  await setting.bench.act('put-card', 'giulia');
  await kiosk.screen.typeAccessNumber('123456');
  await kiosk.screen.heading('Buongiorno, GIULIA CONTI');
}

/** The operator ends the visit and writes how it went; the kiosk is free again. */
export async function part(setting: Setting, kiosk: AtKiosk, desk: AtDesk): Promise<void> {
  await desk.screen.endVisit('Servito');
  await kiosk.screen.heading('Grazie, arrivederci');
  if ((await setting.bench.state()).card !== null) await setting.bench.act('take-card');
  await kiosk.screen.heading('Certificati con l’aiuto di una persona');
  await desk.browser.page.getByText('0/2').first().waitFor();
}
