/** The bench's page as a test uses it: the same addresses, the same token. */
export interface BenchClient {
  state(): Promise<BenchState>;
  act(action: string, argument?: string): Promise<void>;
  /** A printed document as it left the printer. */
  printed(id: string): Promise<Uint8Array>;
}

export interface BenchState {
  readonly card: string | null;
  readonly printer: { readonly paper: 'loaded' | 'out'; readonly jammed: boolean; readonly pages: readonly { readonly id: string }[] };
  readonly scanner: { readonly sheet: string | null };
}

/** Opens the bench at its address. @throws Error when it does not answer as it should. */
export async function openBench(url: string): Promise<BenchClient> {
  const html = await (await fetch(url)).text();
  const token = /<meta name="bench-token" content="([^"]+)"/.exec(html)?.[1];
  if (!token) throw new Error('The bench page holds no token.');
  const at = (path: string) => new URL(path, url);
  return {
    state: async () => (await (await fetch(at('state'))).json()) as BenchState,
    async act(action, argument) {
      const answer = await fetch(at('do'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-bench-token': token },
        body: JSON.stringify({ action, ...(argument === undefined ? {} : { argument }) }),
      });
      if (!answer.ok) throw new Error(`The bench refused ${action}: ${await answer.text()}`);
    },
    printed: async (id) => new Uint8Array(await (await fetch(at(`printed/${id}.pdf`))).arrayBuffer()),
  };
}
