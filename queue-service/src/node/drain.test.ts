import { expect } from 'chai';
import { ProtocolError } from '@videosportello/protocol/error-codes.ts';
import type { OperatorId } from '@videosportello/protocol/ids.ts';
import { createTestQueue, startTestRedis } from '../../testing/queue-fixture.ts';
import type { TestQueue, TestRedis } from '../../testing/queue-fixture.ts';
import type { NodeKind } from './node-store.ts';

describe('draining a node', function () {
  this.timeout(10_000);
  let redis: TestRedis;
  let queue: TestQueue;
  let operator: OperatorId;
  before(async () => {
    redis = await startTestRedis();
  });
  after(() => redis.close());
  beforeEach(async () => {
    queue = await createTestQueue(redis);
    operator = await queue.operator(1, { capacity: 1 });
  });

  const hello = (name: string, kind: NodeKind, session = 'x') =>
    queue.nodes.openSession({ nodeId: queue.id(name), kind, url: 'ws://127.0.0.1:9', session, instance: 'nodes' });
  const drain = (name: string, draining = true) => queue.nodes.drain({ nodeId: queue.id(name), draining });
  const nodeOf = async (kind: 'media' | 'certificates', name: string) => {
    const { visitId } = await queue.ticket(name);
    return String(await redis.connection.command(['HGET', queue.keys.visit(visitId), kind]));
  };
  const nodesOf = async (kind: 'media' | 'certificates', names: readonly string[]) => {
    const chosen: string[] = [];
    for (const name of names) chosen.push(await nodeOf(kind, name));
    return chosen;
  };

  for (const [kind, first, second] of [['media', 'media-1', 'media-2'], ['certificates', 'cert-1', 'cert-2']] as const) {
    it(`sends new visits to the other ${kind} node, and back when it is over`, async () => {
      await hello(second, kind);
      expect(new Set(await nodesOf(kind, ['k1', 'k2']))).to.deep.equal(new Set([first, second]));
      expect(await drain(first)).to.deep.equal({ rooms: 1 });
      expect(await nodesOf(kind, ['k3', 'k4', 'k5'])).to.deep.equal([second, second, second]);
      expect(await drain(first, false)).to.deep.equal({ rooms: 1 });
      expect(await nodesOf(kind, ['k6', 'k7'])).to.deep.equal([first, first]);
    });
  }

  it('keeps draining over a report of little load and over a new hello, and forgets it with the lease', async () => {
    await hello('media-2', 'media', 'second');
    await drain('media-2');
    await queue.nodes.reportLoad({ nodeId: queue.id('media-2'), session: 'second', rooms: 0, capacity: 1_000 });
    await hello('media-2', 'media', 'third');
    expect(await nodesOf('media', ['k1', 'k2'])).to.deep.equal(['media-1', 'media-1']);
    await queue.nodes.closeSession({ nodeId: queue.id('media-2'), session: 'third', silentMs: 0 });
    await queue.pass(60_000);
    // He has let an offer pass meanwhile.
    await queue.operators.setPresence(operator, 'available');
    await hello('media-2', 'media', 'fourth');
    expect(await nodeOf('media', 'k3')).to.equal('media-2');
  });

  it('serves on a node that drains when there is no other: one that is full goes before it', async () => {
    await drain('media-1');
    expect(await nodeOf('media', 'k1')).to.equal('media-1');
    await hello('media-2', 'media', 'full');
    await queue.nodes.reportLoad({ nodeId: queue.id('media-2'), session: 'full', rooms: 0, capacity: 0 });
    expect(await nodeOf('media', 'k2')).to.equal('media-2');
  });

  it('moves tickets that wait, and leaves talks where they are', async () => {
    const talking = await queue.ticket('k1');
    const offer = await queue.offer(operator);
    await queue.operators.accept(operator, offer?.offer ?? expect.fail('no offer'));
    const waiting = await queue.ticket('k2');
    await hello('media-2', 'media');
    expect(await drain('media-1')).to.deep.equal({ rooms: 2 });
    const mediaOf = (id: string) => redis.connection.command(['HGET', queue.keys.visit(id), 'media']);
    expect(await Promise.all([talking.visitId, waiting.visitId].map(mediaOf))).to.deep.equal(['media-1', 'media-2']);
    const kept = await queue.nodes.list();
    expect(kept.filter((node) => node.kind === 'media').map(({ nodeId, draining }) => [nodeId, draining])).to.have.deep.members([
      ['media-1', true],
      ['media-2', false],
    ]);
  });

  it('knows no node that is not registered', async () => {
    const refused: unknown = await drain('media-9').catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(ProtocolError).with.property('code', 'node-unknown');
  });
});
