import { css, html, LitElement, nothing } from 'lit';
import { TranslationController } from '@videosportello/web-parts/translation-controller.ts';
import { translator } from '../i18n/translations.ts';
import { icon } from './icons.ts';
import { shared } from './styles.ts';

/** What does not fit is not hidden: two large keys turn the pages of a text (ui.md K46), since a kiosk knows no swipe. */
class MoreArea extends LitElement {
  static override properties = { above: { state: true }, below: { state: true } };
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: calc(3 * var(--mm));
        min-block-size: 0;
      }
      .window {
        flex: 1 1 auto;
        min-block-size: 0;
        overflow: hidden;
        container-type: size;
        display: flex;
        flex-direction: column;
      }
      slot {
        display: flex;
        flex-direction: column;
        flex: 1 0 auto;
      }
      .keys {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 1fr;
        gap: calc(3 * var(--mm));
      }
    `,
  ];
  declare above: boolean;
  declare below: boolean;
  readonly #t = new TranslationController(this, translator);
  readonly #observer = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    this.above = false;
    this.below = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  protected override firstUpdated(): void {
    this.#observer.observe(this.#window);
    this.#observeContent();
  }

  protected override render() {
    const pages = this.above || this.below;
    return html`
      <div
        class="window"
        role=${pages ? 'region' : nothing}
        tabindex=${pages ? '0' : nothing}
        aria-label=${pages ? this.#t.text('more-region') : nothing}
        @scroll=${this.#measure}
      >
        <slot @slotchange=${this.#observeContent}></slot>
      </div>
      <div class="keys" ?hidden=${!pages}>
        <button type="button" ?hidden=${!this.above} @click=${() => this.#turn(-1)}>${icon('up')} ${this.#t.text('more-up')}</button>
        <button type="button" ?hidden=${!this.below} @click=${() => this.#turn(1)}>${icon('down')} ${this.#t.text('more-down')}</button>
      </div>
    `;
  }

  get #window(): HTMLElement {
    const found = this.renderRoot.querySelector<HTMLElement>('.window');
    if (!found) throw new Error('The area has not been drawn yet.');
    return found;
  }

  #observeContent(): void {
    const slot = this.renderRoot.querySelector('slot');
    for (const element of slot?.assignedElements() ?? []) this.#observer.observe(element);
  }

  #turn(pages: 1 | -1): void {
    const view = this.#window;
    view.scrollBy({ top: pages * view.clientHeight * 0.8 });
    this.#measure();
  }

  #measure(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#window;
    this.above = scrollTop > 2;
    this.below = scrollTop + clientHeight < scrollHeight - 2;
  }
}
customElements.define('more-area', MoreArea);
