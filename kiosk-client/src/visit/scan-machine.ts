import { isScanning, stay, to } from './steps.ts';
import type { Transition, VisitEvent, VisitState } from './visit-state.ts';

/*
 * A sheet for the scanner (scan-asked, from the desk) is asked for in front of whatever step there is, and leaves it where it
 * was; a step that comes after it takes its place, except while the scanner runs:
 *
 *   (step) --scan-asked--> asked --scan--> running --> sent | failed --scan (other side, again)--> running
 *      ^                     |                            |
 *      +---- scan-done, back-+----------------------------+
 */

/** Whether the citizen can be asked for something else now: neither card nor sheet is being read. */
export const canAskScan = (state: VisitState): boolean => state.stage === 'visiting' && state.card.kind !== 'reading' && !isScanning(state);

/** What happens to the sheet. */
export function advanceScan(
  state: VisitState,
  event: Extract<VisitEvent, { type: 'scan-asked' | 'scan' | 'scan-sent' | 'scan-failed' | 'scan-done' }>,
): Transition {
  const { scan } = state;
  if (event.type === 'scan-asked') {
    if (!canAskScan(state)) return stay(state);
    return to({ ...state, scan: { phase: 'asked', side: 'front', failure: undefined }, notice: 'scan-asked', warned: false });
  }
  if (!scan) return stay(state);
  const isRunning = scan.phase === 'running';
  switch (event.type) {
    case 'scan':
      if (isRunning) return stay(state);
      return to({ ...state, scan: { phase: 'running', side: event.side, failure: undefined }, notice: undefined }, { do: 'scan', side: event.side });
    case 'scan-sent':
      return isRunning ? to({ ...state, scan: { ...scan, phase: 'sent' }, sheetScanned: true }) : stay(state);
    case 'scan-failed':
      if (!isRunning) return stay(state);
      return to({
        ...state,
        scan: { ...scan, phase: 'failed', failure: event.code },
        sheetScanned: state.sheetScanned && event.code !== 'scanner-empty',
      });
    case 'scan-done':
      return isRunning ? stay(state) : to({ ...state, scan: undefined, notice: undefined });
  }
}
