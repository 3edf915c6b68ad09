import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Need } from '@videosportello/protocol/messages/visit.ts';
import { icon } from '../components/icons.ts';

/** Wishes that have a key of their own, in its order; writing needs none, for it goes beside every talk. */
const offered = [
  { need: 'sign-language', picture: 'hand' },
  { need: 'assisted', picture: 'helper' },
] as const satisfies readonly { need: Need; picture: string }[];

/**
 * Keys for what a citizen needs of the person who comes, for a row `.wishes`. `chosen` undefined: each key calls a person at once;
 * else it is a switch, on for what was chosen.
 */
export const needKeys = (options: {
  readonly text: (key: string) => string;
  readonly chosen: readonly Need[] | undefined;
  readonly choose: (need: Need) => void;
}): readonly TemplateResult[] =>
  offered.map(({ need, picture }) => {
    const { text, chosen, choose } = options;
    if (!chosen) return html`<button type="button" @click=${() => choose(need)}>${icon(picture)} <span>${text(`need-${need}`)}</span></button>`;
    const isOn = chosen.includes(need);
    return html`<button type="button" aria-pressed=${isOn} @click=${() => choose(need)}>
      ${icon(isOn ? 'check' : picture)} <span>${text(`need-${need}`)}</span>
    </button>`;
  });

/** The needs with one more, or one less. */
export const toggled = (needs: readonly Need[], need: Need): readonly Need[] =>
  needs.includes(need) ? needs.filter((one) => one !== need) : [...needs, need];
