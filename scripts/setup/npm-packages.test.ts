import { expect } from 'chai';

interface Given {
  readonly execPath: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly exists: (file: string) => boolean;
}
// Set-up is plain JavaScript without declarations: its address is not known to the compiler.
const address = new URL('npm-packages.mjs', import.meta.url).href;
const { machineNode } = (await import(address)) as { machineNode: (given: Given) => string };

describe('the Node that npm runs on', () => {
  const inside = '/project/node_modules/node/bin/node';
  const all = () => true;

  it('is the one that runs now', () => {
    expect(machineNode({ execPath: '/usr/bin/node', environment: {}, exists: all })).to.equal('/usr/bin/node');
  });

  it('is never one that npm replaces: npm names its own', () => {
    const environment = { npm_node_execpath: '/opt/node/bin/node', PATH: '/usr/bin' };
    expect(machineNode({ execPath: inside, environment, exists: all })).to.equal('/opt/node/bin/node');
  });

  it('is the first in PATH outside node_modules that exists', () => {
    const environment = { npm_node_execpath: inside, PATH: '/project/node_modules/.bin:/nowhere:/usr/bin' };
    expect(machineNode({ execPath: inside, environment, exists: (file) => file !== '/nowhere/node' })).to.equal('/usr/bin/node');
  });

  it('says so when there is none', () => {
    expect(() => machineNode({ execPath: inside, environment: { PATH: '/project/node_modules/.bin' }, exists: all })).to.throw('No Node but');
  });
});
