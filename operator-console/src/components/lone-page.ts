import { css, html } from 'lit';
import { icon } from './icons.ts';

/** The look of a page that says one thing and has one key at most. */
export const lonePageStyles = css`
  .page {
    display: grid;
    place-content: center;
    min-block-size: 100dvh;
    padding: 24px;
    background: #17324d;
  }
  .card {
    display: grid;
    gap: 16px;
    max-inline-size: 560px;
    padding: 40px;
    border-radius: 8px;
    background: #fff;
  }
  h1 {
    margin: 0;
    font-size: 28px;
    line-height: 1.2;
  }
  .key {
    justify-self: start;
    text-decoration: none;
    font-size: 18px;
    padding: 10px 24px;
  }
`;

/** What words come from, in the language of the page. */
interface Words {
  text(key: string): string;
}

/** Such a page: `title` and `text` are keys of the catalogue; `key` is what is pressed there, or a sign that something is under way. */
export const lonePage = (words: Words, title: string, text: string, key: unknown) =>
  html`<main class="page">
    <div class="card">
      <p class="quiet">${words.text('desk-title')}</p>
      <h1>${words.text(title)}</h1>
      <p>${words.text(text)}</p>
      ${key}
    </div>
  </main>`;

/** Nothing can be shown yet. */
export const connectingPage = (words: Words, title: string, text: string) => lonePage(words, title, text, html`<p>${icon('running')}</p>`);

/** The service speaks a newer language than this page. */
export const outdatedPage = (words: Words) =>
  lonePage(
    words,
    'outdated-title',
    'outdated-text',
    html`<button class="key main" @click=${() => location.reload()}>${words.text('outdated-key')}</button>`,
  );
