/** The socket of a node for one kind of caller, from the address the node registered. */
export const nodeAddress = (url: string, socket: 'room' | 'device' | 'operator'): string => new URL(`/${socket}`, url).href;
