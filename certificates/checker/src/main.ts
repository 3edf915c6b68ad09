import { carriedTrustSchema } from '../../src/trust/carried-trust.ts';
import { CheckerApp } from './checker-app.ts';

const app = document.querySelector('checker-app');
const carried = carriedTrustSchema.safeParse(JSON.parse(document.querySelector('#carried-trust')?.textContent ?? 'null'));
if (app instanceof CheckerApp) app.carried = carried.data ?? null;

// Served, the page can be installed; from a disk it already is where it is needed.
if (location.protocol.startsWith('http') && isSecureContext && 'serviceWorker' in navigator) {
  const manifest = document.createElement('link');
  manifest.rel = 'manifest';
  manifest.href = './manifest.webmanifest';
  document.head.append(manifest);
  // Without it the page only needs the network to be opened the next time.
  void navigator.serviceWorker.register('./checker-worker.js').catch(() => undefined);
}
