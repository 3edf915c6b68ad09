/** One word for a node's address and its present hello: another word means that what was opened there may be gone. */
export const placeWord = ({ url, session }: { readonly url: string; readonly session: string }): string => `${url}#${session}`;

/** The socket of a node for one kind of caller, from the address the node registered. */
export const nodeAddress = (url: string, socket: 'room' | 'device' | 'operator'): string => new URL(`/${socket}`, url).href;
