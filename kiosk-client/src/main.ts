import { newHolderKey } from '@videosportello/protocol/keys.ts';
import { systemTimers } from '@videosportello/queue-service/client/renewal.ts';
import { createCallController } from '@videosportello/sfu-server/client/call-controller.ts';
import './kiosk.css';
import './app/kiosk-shell.ts';
import { createKioskController } from './app/kiosk-controller.ts';
import { applyPreferences } from './app/preferences.ts';
import { IntentEvent } from './components/intent.ts';
import { guardTouches } from './components/tap-guard.ts';
import { textIn, translator } from './i18n/translations.ts';
import { wipePage } from './visit/privacy-wipe.ts';

const meta = (name: string): string | undefined => document.head.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;

const kiosk = createKioskController({
  token: meta('device-token') ?? '',
  sessionKey: await newHolderKey(),
  makeSocket: (url) => new WebSocket(url),
  deviceUrl: `ws://${location.host}/device`,
  createCall: createCallController,
  // On one machine two open microphones howl; the device service says so of a demo.
  muted: meta('demo') !== undefined,
  textIn,
  wipe: () => void wipePage({ fetch: (address, options) => fetch(address, options), replace: (address) => location.replace(address) }),
  reload: () => location.replace('/'),
  timers: systemTimers,
});
const shell = document.createElement('kiosk-shell');

const show = (): void => {
  const view = kiosk.state;
  translator.setLanguage(view.visit.language);
  document.documentElement.lang = view.visit.language;
  applyPreferences(document.documentElement, view.preferences);
  Object.assign(shell, { view });
};
kiosk.subscribe(show);
shell.addEventListener(IntentEvent.type, (event) => kiosk.intend((event as IntentEvent).detail));
guardTouches(document);
// After the key's own meaning: a touch that answers the idle warning must not close it first.
for (const name of ['click', 'keyup']) document.addEventListener(name, () => kiosk.activity());
show();
document.body.append(shell);
