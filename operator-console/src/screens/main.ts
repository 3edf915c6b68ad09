import type { DeskActions } from '../desk/desk-state.ts';
import { DeskPages } from '../desk-app.ts';
import { DeskView } from '../desk-view.ts';
import { texts } from '../i18n/texts.ts';
import { PapersPanel } from '../panels/papers-panel.ts';
import { QueuePages } from '../queue-view/queue-app.ts';
import { queueSamples } from './queue-samples.ts';
import { samples } from './samples.ts';

/**
 * One screen by `?screen=NAME&language=it`; without a name the list of all. For pictures and checks; no server behind
 * it.
 */
const query = new URLSearchParams(location.search);
const name = query.get('screen');
if (query.get('language') === 'en') texts.setLanguage('en');

// Whatever is pressed here does nothing. Lit asks values for members of its own, whose names begin with an underscore.
const idle = new Proxy(
  {},
  { get: (_, key) => (String(key).startsWith('_') ? undefined : () => undefined) },
) as DeskActions;
const sample = name === null ? undefined : samples[name];
const queueSample = name === null ? undefined : queueSamples[name];
if (sample) {
  const pages = document.createElement('desk-pages');
  if (pages instanceof DeskPages) {
    pages.state = sample();
    pages.actions = idle;
  }
  document.body.append(pages);
  // Screens about the certificate show its leaf.
  if (/document|print|paper|long/.test(name ?? '') && pages instanceof DeskPages) {
    await pages.updateComplete;
    const view = pages.renderRoot.querySelector('desk-view');
    if (view instanceof DeskView) await view.updateComplete;
    const papers = view?.shadowRoot?.querySelector('papers-panel');
    if (papers instanceof PapersPanel) papers.paper = 'document';
  }
  document.documentElement.lang = texts.language;
} else if (queueSample) {
  const pages = document.createElement('queue-pages');
  if (pages instanceof QueuePages) pages.state = queueSample();
  document.body.append(pages);
  document.documentElement.lang = texts.language;
} else {
  for (const each of Object.keys({ ...samples, ...queueSamples })) {
    const link = document.createElement('a');
    link.href = `?screen=${each}`;
    link.textContent = each;
    document.body.append(link, document.createElement('br'));
  }
}
