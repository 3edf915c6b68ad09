/** An invented person who may sign in at the demo. */
export interface DemoAccount {
  readonly subject: string;
  readonly name: string;
  readonly role: string;
}

/** The demo's accounts; the first two are operators of the demo town, the third shows what a stranger is told. */
export const demoAccounts: readonly DemoAccount[] = [
  { subject: 'marta', name: 'Marta', role: 'operatrice' },
  { subject: 'paolo', name: 'Paolo', role: 'operatore e supervisore: vede anche la coda' },
  { subject: 'ospite', name: 'Ospite', role: 'non è tra gli operatori' },
];
