/* Shows the bench as it is and asks for changes; the truth is in the process behind it. */
const byId = (id) => document.getElementById(id);
const token = document.querySelector('meta[name="bench-token"]').content;

async function act(action, argument) {
  const answer = await fetch('do', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-bench-token': token },
    body: JSON.stringify({ action, ...(argument === undefined ? {} : { argument }) }),
  }).catch(() => undefined);
  const body = answer && (await answer.json().catch(() => undefined));
  const trouble = byId('trouble');
  trouble.hidden = answer?.ok === true;
  trouble.textContent = answer?.ok ? '' : (body?.sentence ?? 'Il banco non risponde.');
  await show();
}

/* Commands a card that slips away still answers: enough to begin reading it, too few to end. */
const slipsAfter = 8;

const kinds = {
  cie: { name: 'la carta d’identità', title: 'Carta d’identità', code: 'CAN' },
  'ts-cns': { name: 'la tessera sanitaria', title: 'Tessera sanitaria', code: 'PIN' },
};

let shown = '';
async function show() {
  const answer = await fetch('state').catch(() => undefined);
  if (!answer?.ok) {
    byId('trouble').hidden = false;
    byId('trouble').textContent = 'Il banco non risponde: la città di prova è ancora aperta?';
    return;
  }
  const text = await answer.text();
  if (text === shown) return;
  shown = text;
  const { card, cards, printer, scanner } = JSON.parse(text);
  const onReader = cards.find(({ id }) => id === card);
  byId('card-now').textContent = onReader ? `Sul lettore: ${kinds[onReader.kind].name} di ${onReader.name}.` : 'Il lettore è vuoto.';
  byId('take-card').disabled = !card;
  byId('cards').replaceChildren(
    ...cards.map(({ id, name, kind, code }) => {
      const item = document.createElement('li');
      const face = kind === 'cie' ? Object.assign(document.createElement('img'), { src: `portrait/${id}.jpg`, alt: '' }) : document.createElement('span');
      const words = document.createElement('div');
      words.append(Object.assign(document.createElement('strong'), { textContent: name }), document.createElement('br'), kinds[kind].title, document.createElement('br'), `${kinds[kind].code} `, Object.assign(document.createElement('code'), { textContent: code }));
      const key = Object.assign(document.createElement('button'), { textContent: 'Metti sul lettore', disabled: card !== null });
      key.setAttribute('aria-label', `Metti sul lettore ${kinds[kind].name} di ${name}`);
      key.addEventListener('click', () => act('put-card', id));
      const keys = Object.assign(document.createElement('div'), { className: 'card-keys' });
      keys.append(key);
      item.append(face, words, keys);
      // A health card is pushed into its reader, and does not slip.
      if (kind !== 'cie') return item;
      const slipping = Object.assign(document.createElement('button'), { className: 'small', textContent: 'Carta che scivola via', disabled: card !== null });
      slipping.setAttribute('aria-label', `Metti sul lettore la carta d’identità di ${name}, che scivola via durante la lettura`);
      slipping.addEventListener('click', () => act('remove-after', `${id}:${slipsAfter}`));
      keys.append(slipping);
      return item;
    }),
  );
  byId('printer-now').textContent = `${printer.paper === 'loaded' ? 'C’è carta nel cassetto.' : 'Il cassetto è vuoto.'} ${printer.jammed ? 'Il prossimo foglio si inceppa.' : ''}`;
  byId('scanner-now').textContent = scanner.sheet ? 'C’è un foglio nello scanner.' : 'Lo scanner è vuoto.';
  byId('printed-none').hidden = printer.pages.length > 0;
  byId('printed').replaceChildren(
    ...printer.pages.map(({ id }, index) => {
      const item = document.createElement('li');
      const link = Object.assign(document.createElement('a'), { href: `printed/${id}.pdf`, target: '_blank', rel: 'noopener' });
      link.append(
        Object.assign(document.createElement('img'), { src: `printed/${id}.png`, alt: `Foglio ${index + 1}, prima pagina` }),
        `Foglio ${index + 1}: apri il PDF`,
      );
      const key = Object.assign(document.createElement('button'), { textContent: 'Metti nello scanner' });
      key.setAttribute('aria-label', `Metti nello scanner il foglio ${index + 1}`);
      key.addEventListener('click', () => act('put-sheet', id));
      item.append(link, key);
      return item;
    }),
  );
}

for (const key of document.querySelectorAll('button[data-action]')) key.addEventListener('click', () => act(key.dataset.action));
await show();
setInterval(show, 1000);
