import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperatorPlan } from '../world/operators.ts';
import { cityRules } from '../world/towns.ts';

/** The sign-in provider of the city: nobody ever asks it, sign-ins are made by the city itself. */
export const ISSUER = 'http://sign-in.localhost:1';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The operators as `operators.json` has them. */
export const operatorsOf = (plans: readonly OperatorPlan[]) => ({
  operators: plans.map(({ subject, displayName, skills, languages, towns, signLanguage, capacity }) => ({
    match: { subject },
    displayName,
    skills,
    languages,
    towns,
    signLanguage,
    capacity,
    roles: [],
  })),
});

/** Writes the folder that queue-service calls TOWN_DIR: the city never closes. */
export async function writeTownFolder(dir: string, plans: readonly OperatorPlan[]): Promise<void> {
  const files = {
    'operators.json': operatorsOf(plans),
    'routing.json': { versions: [cityRules] },
    'opening-hours.json': {
      timeZone: 'Europe/Rome',
      weekly: days.map((day) => ({ day, open: [['00:00', '24:00']] })),
      closed: [],
      alternatives: [{ name: 'Ufficio', place: 'Piazza 1', phone: '+39 00 0000 000', hours: 'sempre' }],
    },
    'certificate-terms.json': {
      stampDuty: [{ from: '2016-01-01', to: null, cents: 1600 }],
      dutyExemptions: [{ code: '6', from: '2016-01-01', to: null }],
    },
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), JSON.stringify(content));
}
