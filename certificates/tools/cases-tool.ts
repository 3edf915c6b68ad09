import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { destination } from 'pino';
import { caseNumber } from '@videosportello/protocol/messages/document.ts';
import type { CaseNumber } from '@videosportello/protocol/messages/document.ts';
import { approveCase, giveBackCase, refuseCase } from '../src/cases/back-office.ts';
import type { BackOffice } from '../src/cases/back-office.ts';
import { CaseError } from '../src/cases/case-error.ts';
import { caseState } from '../src/cases/case-machine.ts';
import type { Case } from '../src/cases/case-store.ts';
import { createEvents, createLog } from '../src/events.ts';
import { openTownIssuer } from '../src/issue/town-issuer.ts';
import { readIssuerConfig } from '../src/issuer-config.ts';
import type { IssuerConfig } from '../src/issuer-config.ts';
import { processTimers } from '../src/register/rounds.ts';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import { UsageError } from './usage-error.ts';

/** The lines of the usage about cases. */
export const CASES_USAGE = `  certificates cases list [--state STATE] [--data DIR] [--json]
      what citizens have left with the back office; STATE: ${caseState.options.join(', ')}
  certificates cases approve NUMBER [--data DIR] [--json]
      issues the document, which then waits for who asked; safe to repeat
  certificates cases refuse NUMBER --because TEXT [--data DIR] [--json]
      closes the case with its reason
  certificates cases give-back NUMBER [--data DIR] [--json]
      lets a paper be collected again that was handed to a kiosk and never printed

Cases are decided with the settings of the service (DATA_DIR, TOWN_DIR, KEYS_DIR, FRONT_OFFICE_URL, …), without them in the demo.`;

/** How long opening may take, ms: a token that logs in anew needs seconds. */
const OPEN_MS = 60_000;

const DEMO = {
  town: fileURLToPath(new URL('../../deploy/town', import.meta.url)),
  citizens: fileURLToPath(new URL('../../deploy/demo/citizens.json', import.meta.url)),
};

/**
 * Runs one command of the back office's desk and returns its exit status: 1 when the case cannot be decided so.
 *
 * @param args what follows the word `cases`
 * @throws {UsageError} for a command that is not there; what the register throws
 */
export async function casesTool(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      because: { type: 'string' },
      data: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const work = workOf(positionals, values);
  await using issuer = await openTownIssuer(settingsOf(values), {
    now: () => new Date(),
    timers: processTimers,
    events: createEvents(createLog('warn', destination(2))),
    signal: AbortSignal.timeout(OPEN_MS),
  });
  try {
    const found = await work({ cases: issuer.cases, issue: issuer.deps });
    console.log(values.json ? JSON.stringify({ cases: found.map(asJson) }) : found.map(asText).join('\n'));
    return 0;
  } catch (error) {
    const code = error instanceof CaseError || error instanceof ProtocolError ? error.code : undefined;
    if (code === undefined) throw error;
    const detail = error instanceof ProtocolError ? error.detail : undefined;
    if (values.json) console.log(JSON.stringify({ error: code, ...(detail === undefined ? {} : { detail }) }));
    else console.error(`${(error as Error).message}${detail === undefined ? '' : ` (${detail})`}`);
    return 1;
  }
}

/** The service's own settings; without any, those of the demo. */
function settingsOf({ data }: { readonly data?: string | undefined }): IssuerConfig {
  const { env } = process;
  const isTown = env['DEMO'] !== undefined || env['KEYS_DIR'] !== undefined || env['FRONT_OFFICE_URL'] !== undefined;
  const chosen = { DATA_DIR: 'data/demo/certificates', TOWN_DIR: DEMO.town, ...env, ...(data === undefined ? {} : { DATA_DIR: data }) };
  return readIssuerConfig(isTown ? chosen : { ...chosen, DEMO: '1', DEMO_CITIZENS: DEMO.citizens });
}

type Work = (office: BackOffice) => Promise<readonly Case[]>;

function workOf([command = '', number, ...more]: readonly string[], values: { readonly state?: string | undefined; readonly because?: string | undefined }): Work {
  if (command === 'list' && number === undefined) {
    const state = caseState.optional().safeParse(values.state);
    if (!state.success) throw new UsageError(`There is no state "${values.state}".`);
    return ({ cases }) => cases.list(state.data);
  }
  if (number === undefined || more.length > 0) throw new UsageError(`There is no command "cases ${command}".`);
  const asked = numberOf(number);
  switch (command) {
    case 'approve':
      return async (office) => [await approveCase(asked, office, { signal: AbortSignal.timeout(60_000) })];
    case 'refuse': {
      const because = values.because?.trim() ?? '';
      if (because === '' || because.length > 300) throw new UsageError('refuse needs --because TEXT, 300 signs at most.');
      return async (office) => [await refuseCase(asked, because, office)];
    }
    case 'give-back':
      return async (office) => [await giveBackCase(asked, office)];
    default:
      throw new UsageError(`There is no command "cases ${command}".`);
  }
}

function numberOf(text: string): CaseNumber {
  const read = caseNumber.safeParse(text);
  if (!read.success) throw new UsageError(`"${text}" is no case number; one looks like 2026-000042.`);
  return read.data;
}

/** What the office decides on; of the request, nothing of machines. */
function asJson({ request, ...known }: Case): object {
  if (request === null) return { ...known, request: null };
  const { type, use, onDay, reason, language, edition, subjectTaxCode, requester, duty, documentId } = request;
  return { ...known, request: { type, use, onDay, reason, language, edition, subjectTaxCode, requester, duty, documentId } };
}

function asText({ caseNumber: number, state, title, answerBy, refusedFor, request }: Case): string {
  const asked = request && [
    `  subject ${request.subjectTaxCode}, asked for by ${request.requester.taxCode} (${request.requester.identity})`,
    `  ${request.onDay ? `on the day ${request.onDay}; ` : ''}reason: ${request.reason ?? '–'}`,
  ];
  return [`${number}  ${state}  ${title}, answer by ${answerBy}`, ...(asked ?? []), ...(refusedFor === null ? [] : [`  refused: ${refusedFor}`])].join('\n');
}
