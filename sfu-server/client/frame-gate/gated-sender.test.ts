import { mock } from 'node:test';
import { expect } from 'chai';
import { createGates, GATE_OPENS_MS, THREAD_STARTS_MS } from './gated-sender.ts';
import type { GatedSender } from './gated-sender.ts';

describe('the gate of a sender', () => {
  class Thread extends EventTarget {
    isTerminated = false;
    terminate(): void {
      this.isTerminated = true;
    }
  }
  const gates: GatedSender[] = [];
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => {
    for (const gate of gates.splice(0)) gate.close();
    mock.timers.reset();
  });

  const start = () => {
    const thread = new Thread();
    const ports: MessagePort[] = [];
    let failures = 0;
    const source = createGates({ makeThread: () => thread, divert: (_sender, _thread, port) => void ports.push(port) });
    const gate = source.make(() => (failures += 1));
    if (!gate) throw new Error('no gate');
    gates.push(gate);
    return { thread, source, gate, port: () => ports[0], failures: () => failures };
  };
  const sender = {
    getParameters: () => ({ encodings: [{}, {}] }),
    setParameters: () => Promise.resolve(),
  } as unknown as RTCRtpSender;
  const attached = async () => {
    const started = start();
    started.thread.dispatchEvent(new Event('message'));
    await started.gate.ready;
    started.gate.attach(sender);
    const port = started.port();
    if (!port) throw new Error('no port');
    return { ...started, port };
  };
  const heard = (port: MessagePort) => new Promise<unknown>((resolve) => port.addEventListener('message', ({ data }) => resolve(data), { once: true }));

  it('is ready when its thread runs, and opens it', async () => {
    const { gate, port, failures } = await attached();
    port.start();
    const order = heard(port);
    gate.set('open');
    expect(await order).to.equal('open');
    expect([await gate.ready, failures()]).to.deep.equal([true, 0]);
  });

  it('is never ready when its script cannot be loaded, and there is no other', async () => {
    const { thread, source, gate, failures } = start();
    thread.dispatchEvent(new Event('error'));
    expect(await gate.ready).to.equal(false);
    expect([thread.isTerminated, failures(), source.make(() => undefined)]).to.deep.equal([true, 0, undefined]);
  });

  it('is never ready when its thread says nothing', async () => {
    const { source, gate } = start();
    mock.timers.tick(THREAD_STARTS_MS);
    expect(await gate.ready).to.equal(false);
    expect(source.make(() => undefined)).to.equal(undefined);
  });

  it('is none where the page may not start a thread', () => {
    const source = createGates<Thread>({
      makeThread: () => {
        throw new DOMException('blocked', 'SecurityError');
      },
      divert: () => undefined,
    });
    expect(source.make(() => undefined)).to.equal(undefined);
  });

  it('says once that it has failed when it does not open, or its thread dies in use', async () => {
    const silent = await attached();
    silent.gate.set('open');
    mock.timers.tick(GATE_OPENS_MS);
    silent.thread.dispatchEvent(new Event('error'));
    expect([silent.failures(), silent.thread.isTerminated]).to.deep.equal([1, true]);
    const dying = await attached();
    dying.thread.dispatchEvent(new Event('error'));
    expect([dying.failures(), dying.source.make(() => undefined)]).to.deep.equal([1, undefined]);
  });

  it('says nothing after it was closed', async () => {
    const { gate, thread, failures } = await attached();
    gate.set('open');
    gate.close();
    mock.timers.tick(GATE_OPENS_MS);
    thread.dispatchEvent(new Event('error'));
    expect(failures()).to.equal(0);
  });
});
