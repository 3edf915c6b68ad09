import { css, html } from 'lit';
import { cardOnReader, healthCardInReader } from '../components/drawings.ts';
import { icon } from '../components/icons.ts';
import { StepElement } from './step-element.ts';

/** Phases of a reading that are told, by the kind of card. */
const phases = {
  cie: ['connecting', 'access-number', 'reading', 'photo', 'checking'],
  'ts-cns': ['connecting', 'reading', 'pin', 'checking'],
} as const;

/** The card is being read: where that is, in words. */
class StepReading extends StepElement {
  static override styles = [
    ...[StepElement.styles].flat(),
    css`
      li {
        display: flex;
        align-items: center;
        gap: calc(4 * var(--mm));
        padding-block: calc(2 * var(--mm));
      }
      .mark {
        display: inline-grid;
        place-items: center;
        inline-size: 1.4em;
        block-size: 1.4em;
        border: calc(0.75 * var(--mm)) solid var(--line);
        border-radius: 50%;
        flex: none;
      }
      .past .mark {
        background: var(--good);
        border-color: var(--good);
        color: var(--ground);
      }
      .present {
        font-weight: 700;
      }
      .present .mark {
        border-color: var(--action);
        border-block-start-color: var(--soft);
        animation: turn 1.2s linear infinite;
      }
      @keyframes turn {
        to {
          transform: rotate(1turn);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .present .mark {
          animation: none;
        }
      }
    `,
  ];

  protected override render() {
    const { card } = this.view.visit;
    const phase = card.kind === 'reading' ? card.phase : 'waiting-for-card';
    const shown: readonly string[] = phases[card.kind === 'reading' ? card.document : 'cie'];
    const present = shown.findIndex((name) => name === phase);
    const index = phase === 'done' ? shown.length : Math.max(present, 0);
    return this.layout(
      html`<div class="story">
        ${this.heading(this.t.text('reading-title'))}
        <div class="picture">${card.kind === 'reading' && card.document === 'ts-cns' ? healthCardInReader() : cardOnReader()}</div>
        <div role="status"><ul>
          ${shown.map(
            (name, at) => html`<li class=${at < index ? 'past' : at === index ? 'present' : ''} aria-current=${at === index ? 'step' : 'false'}>
              <span class="mark">${at < index ? icon('check') : ''}</span> <span>${this.t.text(`reading-${name}`)}</span>
            </li>`,
          )}
        </ul></div>
        <p class="note">${this.t.text('reading-hold')}</p>
      </div>`,
      '',
    );
  }
}
customElements.define('step-reading', StepReading);
