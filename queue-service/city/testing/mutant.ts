import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const service = fileURLToPath(new URL('../../', import.meta.url));
const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url));
/** What a node runs from, in the folder of the service. */
const parts = ['package.json', 'src', 'client', 'city/run', 'city/seeded-random.ts'];

/** One guard taken out of the transitions: a file of `src/redis/commands`, and what stands there instead of what. */
export interface Mutation {
  readonly file: string;
  readonly of: string;
  readonly instead: string;
}

/** A copy of queue-service without one of its guards. */
export interface Mutant {
  /** The copy's program for the nodes of a city. */
  readonly program: URL;
  /** Puts the guard back that is missing, and takes another one out. @throws Error when its text is not there exactly once. */
  become(mutation: Mutation): Promise<void>;
}

/** Copies queue-service into an empty folder. */
export async function copyService(folder: string): Promise<Mutant> {
  for (const part of parts) await cp(join(service, part), join(folder, part), { recursive: true });
  await symlink(packages, join(folder, 'node_modules'));
  const commands = (root: string, file: string) => join(root, 'src', 'redis', 'commands', file);
  let changed: string | undefined;
  return {
    program: pathToFileURL(join(folder, 'city', 'run', 'node-main.ts')),
    async become({ file, of, instead }) {
      if (changed !== undefined) await cp(commands(service, changed), commands(folder, changed));
      changed = file;
      const pieces = (await readFile(commands(service, file), 'utf8')).split(of);
      // Otherwise nothing, or something else, would be taken out.
      if (pieces.length !== 2) throw new Error(`${file} holds this text ${pieces.length - 1} times: ${of}`);
      await writeFile(commands(folder, file), pieces.join(instead));
    },
  };
}
