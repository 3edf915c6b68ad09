import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { ConsoleSessions } from '../sign-in/console-session.ts';
import type { ChannelContext } from './channel-context.ts';
import { serveKiosk } from './kiosk-channel.ts';
import { serveNode } from './node-channel.ts';
import { serveOperator } from './operator-channel.ts';

/** Largest message on a socket, bytes. */
const MESSAGE_MAX_BYTES = 65_536;
const refusals = { 403: 'Forbidden', 404: 'Not Found', 421: 'Misdirected Request', 503: 'Service Unavailable' } as const;

/** Whether an origin is allowed by a pattern: the same, or any port where the pattern says `:*`. */
export const originMatches = (pattern: string, origin: string): boolean =>
  pattern.endsWith(':*')
    ? origin.startsWith(pattern.slice(0, -1)) && /^\d{1,5}$/.test(origin.slice(pattern.length - 1))
    : origin === pattern;

/** Takes WebSocket upgrades: checks Host and Origin before anything is read, then hands the socket to its channel. */
export function createUpgrade(
  config: { readonly kioskOrigins: readonly string[]; readonly strangersMax: number },
  deps: {
    readonly context: ChannelContext;
    readonly sessions: ConsoleSessions;
    readonly consoleOrigin: () => string;
    readonly isOwnHost: (host: string) => boolean;
  },
): { handle(request: IncomingMessage, socket: Duplex, head: Buffer): void; close(): void } {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX_BYTES, perMessageDeflate: false });
  /** How many have been let in and have not said hello. */
  const strangers = () => server.clients.size - deps.context.sockets.all().length;
  const refuse = (socket: Duplex, status: keyof typeof refusals) => {
    socket.end(`HTTP/1.1 ${status} ${refusals[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  };
  return {
    handle(request, socket, head) {
      const { origin } = request.headers;
      const path = request.url?.split('?')[0];
      socket.on('error', () => socket.destroy());
      if (!deps.isOwnHost(request.headers.host ?? '')) return refuse(socket, 421);
      const allowed = {
        '/kiosk': () => origin !== undefined && config.kioskOrigins.some((pattern) => originMatches(pattern, origin)),
        '/operator': () => origin === deps.consoleOrigin(),
        // Nodes are no browsers: a page has no business there.
        '/node': () => origin === undefined,
      };
      if (path !== '/kiosk' && path !== '/operator' && path !== '/node') return refuse(socket, 404);
      if (!allowed[path]()) return refuse(socket, 403);
      if (strangers() >= config.strangersMax) return refuse(socket, 503);
      server.handleUpgrade(request, socket, head, (opened) => {
        // `ws` closes the connection after each of its errors; the close is what channels hear.
        opened.on('error', () => undefined);
        if (path === '/kiosk') serveKiosk(opened, deps.context);
        else if (path === '/node') serveNode(opened, deps.context);
        else {
          const signedIn = deps.sessions.read(request.headers.cookie);
          const operator = signedIn && deps.context.directory.get(signedIn.operatorId);
          serveOperator(opened, operator && { operator, signIn: signedIn.signIn, endsAtMs: signedIn.endsAtMs }, deps.context);
        }
      });
    },
    close() {
      for (const client of server.clients) client.close(1001);
      server.close();
    },
  };
}
