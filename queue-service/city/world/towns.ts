import type { RoutingRules } from '../../src/routing/rules.ts';

/** Invented towns of the pool, and how many of its people live in each. */
export const towns = [
  { name: 'Valfiorita', weight: 46 },
  { name: 'Borgo Lungo', weight: 27 },
  { name: 'Pieve di Sotto', weight: 17 },
  { name: 'Castel Ginestra', weight: 10 },
] as const;

/** How the pool of the city widens: the town's own people first, then the pool, at last anybody at all. */
export const cityRules: RoutingRules = {
  version: 'city-1',
  from: '2020-01-01',
  towns: towns.map(({ name }) => name),
  classes: ['coming-back', 'assisted', 'walk-up'],
  keepMinutes: 30,
  hours: [],
  widening: [
    { afterSeconds: 0, reach: 'town', language: 'own', service: 'own' },
    { afterSeconds: 15, reach: 'pool', language: 'own', service: 'own' },
    { afterSeconds: 120, reach: 'pool', language: 'own', service: 'any' },
    { afterSeconds: 300, reach: 'pool', language: 'any', service: 'any' },
  ],
};
