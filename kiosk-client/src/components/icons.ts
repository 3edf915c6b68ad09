import { html, svg } from 'lit';
import type { SVGTemplateResult, TemplateResult } from 'lit';

/** Line drawings on a 24 × 24 field, always beside words; screen readers hear the words only. */
const shapes = {
  back: svg`<path d="M20 12H5M11 5l-7 7 7 7" />`,
  next: svg`<path d="M4 12h15M13 5l7 7-7 7" />`,
  down: svg`<path d="M12 4v15M5 13l7 7 7-7" />`,
  up: svg`<path d="M12 20V5M5 11l7-7 7 7" />`,
  end: svg`<path d="M9 4H4v16h5M10 12h10M16 7l5 5-5 5" />`,
  person: svg`<circle cx="12" cy="7.5" r="4" /><path d="M4 21c0-5 3.5-7.5 8-7.5s8 2.5 8 7.5" />`,
  headset: svg`<path d="M4 14v-2a8 8 0 0 1 16 0v2" /><rect x="2.8" y="13" width="4" height="6.5" rx="1.6" /><rect x="17.2" y="13" width="4" height="6.5" rx="1.6" /><path d="M19 19.5c0 2-2 2.5-5 2.5" />`,
  text: svg`<path d="M3 19 8 6h1l5 13M4.7 15h7.6M15 19l3-8h.8l3 8M16 16.5h4.6" />`,
  contrast: svg`<circle cx="12" cy="12" r="9" /><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor" />`,
  reach: svg`<circle cx="9" cy="4" r="1.8" /><path d="M9 7v6h5l2.5 5H20M9 10h4" /><path d="M7 11a5 5 0 1 0 6.5 6.5" />`,
  globe: svg`<circle cx="12" cy="12" r="9" /><path d="M3 12h18M12 3c3 3 3.5 6 3.5 9S15 18 12 21c-3-3-3.5-6-3.5-9S9 6 12 3z" />`,
  microphone: svg`<rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />`,
  microphoneOff: svg`<rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M4 3l16 18" />`,
  camera: svg`<rect x="2.5" y="6" width="13" height="12" rx="2" /><path d="m15.5 10.5 6-3.5v10l-6-3.5" />`,
  cameraOff: svg`<rect x="2.5" y="6" width="13" height="12" rx="2" /><path d="m15.5 10.5 6-3.5v10l-6-3.5M3 3l18 18" />`,
  keyboard: svg`<rect x="2" y="5.5" width="20" height="13" rx="2" /><path d="M6 9.5h.5M10 9.5h.5M14 9.5h.5M18 9.5h.5M6 13h.5M18 13h.5M9 15h6" />`,
  erase: svg`<path d="M21 6v12H9l-6-6 6-6zM12 9.5l5 5M17 9.5l-5 5" />`,
  check: svg`<path d="m4 12.5 5.5 5.5L20 6.5" />`,
  cross: svg`<path d="m5 5 14 14M19 5 5 19" />`,
  question: svg`<circle cx="12" cy="12" r="9.5" /><path d="M9 9.5a3 3 0 1 1 4.4 2.6c-1 .6-1.4 1.1-1.4 2.4M12 17.6v.3" />`,
  home: svg`<path d="M3 11.5 12 4l9 7.5M5.5 9.5V20h13V9.5M10 20v-6h4v6" />`,
  building: svg`<path d="M3 9.5 12 4l9 5.5M4.5 9.5h15M6 10v8M10 10v8M14 10v8M18 10v8M3.5 20.5h17" />`,
  info: svg`<circle cx="12" cy="12" r="9.5" /><path d="M12 11v6M12 7.2v.3" />`,
  stamp: svg`<path d="M12 3a3 3 0 0 1 3 3c0 2-1.5 3-1.5 5.5H18a2 2 0 0 1 2 2V16H4v-2.5a2 2 0 0 1 2-2h4.5C10.5 9 9 8 9 6a3 3 0 0 1 3-3zM4 20h16" />`,
  free: svg`<circle cx="12" cy="12" r="9.5" /><path d="M16 8.5a5 5 0 1 0 0 7M6.5 11h6M6.5 13.5h6M4.5 20 20 4" />`,
  clock: svg`<circle cx="12" cy="12" r="9.5" /><path d="M12 6.5V12l4 2.5" />`,
  phone: svg`<path d="M5 3.5h4l1.8 5-2.5 1.8a13 13 0 0 0 5.4 5.4l1.8-2.5 5 1.8v4c0 1-1 1.5-2 1.5C11 20.5 3.5 13 3.5 5.5c0-1 .5-2 1.5-2z" />`,
  place: svg`<path d="M12 21.5c4.5-5 7-8.5 7-11.5a7 7 0 0 0-14 0c0 3 2.5 6.5 7 11.5z" /><circle cx="12" cy="10" r="2.5" />`,
  card: svg`<rect x="2.5" y="5" width="19" height="14" rx="2" /><path d="M6 10h4v4H6zM13 10h5.5M13 14h3.5" />`,
  paper: svg`<path d="M6 2.5h8.5L19 7v14.5H6zM14.5 2.5V7H19M9 11.5h7M9 15h7M9 18h4" />`,
  hand: svg`<path d="M7 13V6.5a1.4 1.4 0 0 1 2.8 0V11 4a1.4 1.4 0 0 1 2.8 0v7-6a1.4 1.4 0 0 1 2.8 0v6.5-3.5a1.4 1.4 0 0 1 2.8 0V15c0 4-2.5 6.5-6 6.5-3 0-4.6-1.4-6-4L3.6 13.5a1.4 1.4 0 0 1 2.3-1.5L7 13.5" />`,
  helper: svg`<circle cx="8" cy="6" r="3" /><path d="M2.5 21v-4c0-3.5 2-5.5 5.5-5.5 2.5 0 4 1 5 2.5l4 3" /><circle cx="17.5" cy="10.5" r="2.2" /><path d="M13.5 21c0-3 1.5-4.8 4-4.8s4 1.8 4 4.8" />`,
  ticket: svg`<path d="M2.5 7h19v3.5a1.8 1.8 0 0 0 0 3.5V17.5h-19V14a1.8 1.8 0 0 0 0-3.5zM14.5 7.5v2M14.5 11.5v2M14.5 15.5v1.5" />`,
  alert: svg`<path d="M12 3.5 22 20.5H2zM12 10v5M12 17.6v.3" />`,
} as const satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof shapes;

/** An icon as tall as the text beside it. */
export const icon = (name: IconName): TemplateResult => html`
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shapes[name]}</svg>
`;
