import '../kiosk.css';
import '../app/kiosk-shell.ts';
import type { KioskView } from '../app/kiosk-view.ts';
import { applyPreferences } from '../app/preferences.ts';
import { IntentEvent } from '../components/intent.ts';
import type { Preferences } from '../components/intent.ts';
import { guardTouches } from '../components/tap-guard.ts';
import { translator } from '../i18n/translations.ts';
import { advance } from '../visit/visit-machine.ts';
import { samples } from './samples.ts';
import type { SampleName } from './samples.ts';

/** An invented face, drawn: nobody's picture is needed to look at a screen. */
function drawnFace(ground: string, clothes: string): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = 480;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('This browser draws no canvas.');
  const disc = (colour: string, x: number, y: number, across: number, down: number) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x, y, across, down, 0, 0, Math.PI * 2);
    pen.fill();
  };
  const draw = () => {
    pen.fillStyle = ground;
    pen.fillRect(0, 0, 640, 480);
    disc(clothes, 320, 500, 210, 170);
    disc('#5d4037', 320, 190, 118, 138);
    disc('#e6b89c', 320, 210, 92, 118);
    for (const x of [285, 355]) disc('#3b2a20', x, 195, 9, 11);
    pen.strokeStyle = '#a1604a';
    pen.lineWidth = 8;
    pen.beginPath();
    pen.arc(320, 245, 36, 0.2, Math.PI - 0.2);
    pen.stroke();
  };
  draw();
  setInterval(draw, 200);
  return canvas.captureStream(5);
}

let view: KioskView = samples['idle'];
const shell = document.createElement('kiosk-shell');

function show(): void {
  applyPreferences(document.documentElement, view.preferences);
  document.documentElement.lang = translator.language;
  Object.assign(shell, { view });
}

const streams = { face: drawnFace('#b9cfe4', '#2f5d50'), self: drawnFace('#e9e2d4', '#7a4a6a') };

/** Shows one sample; called by the pictures' tool and the tests. */
function showScreen(name: SampleName, language: 'it' | 'en', preferences: Preferences): void {
  const sample: KioskView = samples[name];
  const hasStreams = sample.call.link === 'open';
  const call = hasStreams ? { ...sample.call, pictureStream: streams.face, voiceStream: streams.face, selfStream: streams.self } : sample.call;
  translator.setLanguage(language);
  view = { ...sample, call, preferences };
  show();
}

shell.addEventListener(IntentEvent.type, (event) => {
  const { detail: intent } = event as IntentEvent;
  if (intent.kind === 'preference') view = { ...view, preferences: { ...view.preferences, [intent.name]: !view.preferences[intent.name] } };
  if (intent.kind === 'text-panel') view = { ...view, textPanel: !view.textPanel };
  if (intent.kind === 'visit') {
    if (intent.event.type === 'language') translator.setLanguage(intent.event.language);
    view = { ...view, visit: advance(view.visit, intent.event).state };
  }
  show();
});
guardTouches(document);
Object.assign(window, { showScreen, screenNames: Object.keys(samples) });
show();
document.body.append(shell);
