/** A value as it stands in a message: numbers, words, flags, bytes of what we do not read, nested collections. */
export type IppValue = number | boolean | string | Uint8Array | IppCollection;

/** A collection: member name to values (RFC 8010, 3.1.6). */
export interface IppCollection {
  readonly members: ReadonlyMap<string, readonly IppValue[]>;
}

/** Attributes of a group: name to values; a value out of band (unknown, no-value) is an empty list. */
export type IppAttributes = ReadonlyMap<string, readonly IppValue[]>;

/** A response as the printer gave it. */
export interface IppResponse {
  readonly statusCode: number;
  readonly requestId: number;
  /** Groups in order; several job groups stand for several jobs. */
  readonly groups: readonly { readonly tag: number; readonly attributes: IppAttributes }[];
}

/** An attribute to send: the value tag says what the values are. */
export interface IppAttribute {
  readonly name: string;
  readonly tag: number;
  readonly values: readonly (number | string)[];
}

/** A request to send. */
export interface IppRequest {
  readonly operation: number;
  readonly requestId: number;
  readonly groups: readonly { readonly tag: number; readonly attributes: readonly IppAttribute[] }[];
}

/** First number of an attribute, undefined when it is missing or something else. */
export function numberOf(attributes: IppAttributes, name: string): number | undefined {
  const value = attributes.get(name)?.[0];
  return typeof value === 'number' ? value : undefined;
}

/** All words of an attribute, an empty list when it is missing. */
export function wordsOf(attributes: IppAttributes, name: string): readonly string[] {
  return (attributes.get(name) ?? []).filter((value) => typeof value === 'string');
}

/** All byte strings of an attribute, read as the ASCII that RFC 8011 and PWG 5100.13 write in them. */
export function octetTextOf(attributes: IppAttributes, name: string): readonly string[] {
  return (attributes.get(name) ?? [])
    .filter((value) => value instanceof Uint8Array)
    .map((value) => Buffer.from(value).toString('latin1'));
}
