import { expect } from 'chai';
import { Device } from 'mediasoup-client';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';
import * as fakeParameters from 'mediasoup-client/fakeParameters';
import { createReceiveSlots, slotParameters } from './receive-slots.ts';

describe('receive slots', () => {
  const loaded = async () => {
    const device = new Device({ handlerFactory: FakeHandler.createFactory(fakeParameters) });
    await device.load({ routerRtpCapabilities: fakeParameters.generateRouterRtpCapabilities() });
    return device;
  };

  it('describe what the node sends of a kind, without a source', async () => {
    const { recvRtpCapabilities } = await loaded();
    const video = slotParameters(recvRtpCapabilities, 'video', 'camera');
    expect(video?.mid).to.equal('camera');
    expect(video?.codecs.map(({ mimeType }) => mimeType.toLowerCase())).to.include.members(['video/vp8', 'video/rtx']);
    expect(video?.encodings).to.deep.equal([{}]);
  });

  it('are none for a kind the device cannot receive', () => {
    expect(slotParameters({ codecs: [] }, 'video', 'camera')).to.equal(undefined);
  });

  it('give their track to packets with their MID and codecs, and to no others', async () => {
    const device = await loaded();
    const transport = device.createRecvTransport(fakeParameters.generateTransportRemoteParameters());
    const connected = new Promise<void>((resolve) => transport.once('connect', (_parameters, done) => (done(), resolve())));
    const slots = await createReceiveSlots(device, transport);
    await connected;
    const parameters = slotParameters(device.recvRtpCapabilities, 'video', 'camera');
    if (!parameters) throw new Error('no video');
    expect(slots.receiver('camera', parameters)?.track.kind).to.equal('video');
    expect(slots.receiver('microphone', parameters)).to.equal(undefined);
    expect(slots.receiver('7', parameters)).to.equal(undefined);
    expect(slots.receiver(undefined, parameters)).to.equal(undefined);
    const foreign = { ...parameters, codecs: parameters.codecs.map((codec) => ({ ...codec, payloadType: codec.payloadType + 20 })) };
    expect(slots.receiver('camera', foreign)).to.equal(undefined);
    transport.close();
  });
});
