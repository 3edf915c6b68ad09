import type { FactOf, PersonName, Place } from '../source/facts.ts';
import type { StampPerson } from '../stamp/build-stamps.ts';

/** Capitals as registries write names; Italian rules, so that accents stay. */
const upper = (text: string): string => text.toLocaleUpperCase('it');

/** Surname and given names as paper and stamp have them: `CONTI GIULIA`. */
export function fullName(person: PersonName): string {
  return upper(`${person.surname} ${person.givenNames}`);
}

/** A place with its province where it has one: `Valfiorita (VF)`. */
export function placeName({ name, province }: Place): string {
  return province === null ? name : `${name} (${province})`;
}

/** The address on one line, the same on paper and in the stamp: `Via dei Tigli 12 – 00099 Valfiorita (VF)`. */
export function addressLine({ address, postalCode, place }: Pick<FactOf['residence'], 'address' | 'postalCode' | 'place'>): string {
  return `${address} – ${postalCode} ${placeName(place)}`;
}

/** A person as stamps name him. */
export function stampPerson(person: PersonName): StampPerson {
  return {
    surname: upper(person.surname),
    name: upper(person.givenNames),
    taxCode: person.taxCode,
    birthDate: person.birthDate,
    birthPlace: placeName(person.birthPlace),
  };
}
