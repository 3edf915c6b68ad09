import type { AtDesk, AtKiosk } from './visit-scenes.ts';
import { openSetting } from './town-setting.ts';
import type { Setting } from './town-setting.ts';

/** What tests play on: a town, Marta's desk, a citizen's kiosk at its first screen. */
export interface Stage {
  readonly setting: Setting;
  readonly kiosk: AtKiosk;
  /** A test that goes on with another page of the desk leaves that one here. */
  desk: AtDesk;
}

/**
 * Sets the stage before the tests of the suite that calls it and clears it after them. `onDuty`: Marta takes up her duty
 * (default: she does). `media: false`: neither machine has a camera or a microphone. `eachTest`: every test has a stage of its
 * own, so that what one leaves behind reaches no other (default: the suite shares one, which is sooner set). What is on the
 * stage can be asked for within tests only.
 */
export function setStage({ onDuty = true, media = true, eachTest = false } = {}): Stage {
  let setting: Setting | undefined;
  let desk: AtDesk | undefined;
  let kiosk: AtKiosk | undefined;
  const [set, clear] = eachTest ? [beforeEach, afterEach] : [before, after];
  set(async () => {
    setting = await openSetting();
    desk = await setting.openDesk('Marta', { media });
    if (onDuty) await desk.screen.goAvailable();
    kiosk = await setting.openKiosk({ media });
  });
  clear(async () => {
    await setting?.close();
    setting = desk = kiosk = undefined;
  });
  const standing = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error('The stage is not set yet.');
    return thing;
  };
  return {
    get setting() {
      return standing(setting);
    },
    get kiosk() {
      return standing(kiosk);
    },
    get desk() {
      return standing(desk);
    },
    set desk(other) {
      desk = other;
    },
  };
}
