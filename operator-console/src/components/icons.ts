import { svg, html } from 'lit';
import type { TemplateResult, SVGTemplateResult } from 'lit';

const shapes = {
  free: svg`<circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="2"/>`,
  'self-service': svg`<circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="9" cy="9" r="3" fill="currentColor"/>`,
  waiting: svg`<path d="M9 1.5 17 16H1z" fill="currentColor"/>`,
  offered: svg`<path d="M9 1 17 9 9 17 1 9z" fill="currentColor"/>`,
  'with-operator': svg`<rect x="2" y="2" width="14" height="14" rx="2" fill="currentColor"/>`,
  offline: svg`<path d="M3 3 15 15M15 3 3 15" stroke="currentColor" stroke-width="3"/>`,
  revoked: svg`<circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="2"/><path d="M4 14 14 4" stroke="currentColor" stroke-width="2"/>`,
  yes: svg`<circle cx="9" cy="9" r="8" fill="currentColor"/><path d="M5 9.5 8 12.5 13.5 6" fill="none" stroke="#fff" stroke-width="2.2"/>`,
  no: svg`<path d="M5.5 1h7L17 5.5v7L12.5 17h-7L1 12.5v-7z" fill="currentColor"/><path d="M6 6 12 12M12 6 6 12" stroke="#fff" stroke-width="2.2"/>`,
  'not-asked': svg`<circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="3 2.4"/><path d="M5.5 9h7" stroke="currentColor" stroke-width="2.2"/>`,
  running: svg`<path d="M9 2a7 7 0 1 1-7 7" fill="none" stroke="currentColor" stroke-width="2.6"/>`,
  wrong: svg`<path d="M9 1 17.5 16.5h-17z" fill="currentColor"/><path d="M9 6.5v5M9 13v2" stroke="#fff" stroke-width="2"/>`,
  good: svg`<path d="M2 10 7 15 16 4" fill="none" stroke="currentColor" stroke-width="3"/>`,
  microphone: svg`<rect x="6" y="1" width="6" height="10" rx="3" fill="currentColor"/><path d="M3 8a6 6 0 0 0 12 0M9 14v3" fill="none" stroke="currentColor" stroke-width="2"/>`,
  'microphone-off': svg`<rect x="6" y="1" width="6" height="10" rx="3" fill="currentColor"/><path d="M3 8a6 6 0 0 0 12 0M9 14v3M2 2l14 14" fill="none" stroke="currentColor" stroke-width="2"/>`,
  camera: svg`<rect x="1" y="4" width="11" height="10" rx="1.5" fill="currentColor"/><path d="M12 8l5-3v8l-5-3z" fill="currentColor"/>`,
  'camera-off': svg`<rect x="1" y="4" width="11" height="10" rx="1.5" fill="currentColor"/><path d="M12 8l5-3v8l-5-3zM2 2l14 14" fill="currentColor" stroke="currentColor" stroke-width="2"/>`,
  network: svg`<path d="M2 15h2v-4H2zM8 15h2V7H8zM14 15h2V3h-2z" fill="currentColor"/>`,
  mine: svg`<path d="M9 1l2.3 5.2 5.7.6-4.300 3.800 1.300 5.600L9 13.300 4 16.200l1.300-5.600L1 6.800l5.700-.6z" fill="currentColor"/>`,
} as const satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof shapes;

/** A small drawing beside a word; never alone, so it says nothing to a screen reader. */
export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 18 18" aria-hidden="true" focusable="false">${shapes[name]}</svg>`;
