import { once } from 'node:events';
import { expect } from 'chai';
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';

const opus: types.RouterRtpCodecCapability = {
  kind: 'audio',
  mimeType: 'audio/opus',
  preferredPayloadType: 100,
  clockRate: 48_000,
  channels: 2,
};

/** What a client that speaks Opus would send: one stream, nothing else. */
const sent: types.RtpParameters = {
  mid: '0',
  codecs: [{ mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 0x11223344 }],
};

const loopback: types.TransportListenInfo = { protocol: 'udp', ip: '127.0.0.1' };

describe('the media worker that set-up provides', () => {
  let worker: types.Worker;

  before(async () => {
    expect(process.env.MEDIASOUP_WORKER_BIN, 'MEDIASOUP_WORKER_BIN').to.be.a('string').and.not.equal('');
    worker = await createWorker({ logLevel: 'warn' });
  });

  after(() => {
    worker?.close();
  });

  it('opens a room and a WebRTC transport that a browser can connect to', async () => {
    const server = await worker.createWebRtcServer({ listenInfos: [loopback, { ...loopback, protocol: 'tcp' }] });
    const router = await worker.createRouter({ mediaCodecs: [opus] });
    const transport = await router.createWebRtcTransport({ webRtcServer: server });
    expect(transport.iceCandidates.map((candidate) => candidate.protocol)).to.have.members(['udp', 'tcp']);
    expect(transport.dtlsParameters.fingerprints.map((each) => each.algorithm)).to.include('sha-256');
    await router.dump();
  });

  for (const suite of ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM', 'AEAD_AES_256_GCM'] as const) {
    it(`protects a packet with ${suite} and reads it back unchanged`, async () => {
      const leaving = await protectedTransport(suite);
      const arriving = await protectedTransport(suite);
      await connect(leaving.transport, arriving.transport);
      await connect(arriving.transport, leaving.transport);

      const source = await leaving.router.createDirectTransport();
      const producer = await source.produce({ kind: 'audio', rtpParameters: sent });
      const consumer = await leaving.transport.consume({
        producerId: producer.id,
        rtpCapabilities: leaving.router.rtpCapabilities,
      });
      const received = await arriving.transport.produce({ kind: 'audio', rtpParameters: consumer.rtpParameters });
      const sink = await arriving.router.createDirectTransport();
      const last = await sink.consume({
        producerId: received.id,
        rtpCapabilities: arriving.router.rtpCapabilities,
      });

      const arrived = once(last, 'rtp', { signal: AbortSignal.timeout(10_000) });
      const payload = Buffer.from('seven bytes and some more');
      producer.send(rtpPacket(payload));
      const [packet] = (await arrived) as [Buffer];
      expect(packet.subarray(packet.length - payload.length).toString()).to.equal(payload.toString());

      leaving.router.close();
      arriving.router.close();
    });
  }

  async function protectedTransport(
    srtpCryptoSuite: types.SrtpCryptoSuite,
  ): Promise<{ router: types.Router; transport: types.PlainTransport }> {
    const router = await worker.createRouter({ mediaCodecs: [opus] });
    const transport = await router.createPlainTransport({
      listenInfo: loopback,
      enableSrtp: true,
      srtpCryptoSuite,
      rtcpMux: true,
      comedia: false,
    });
    return { router, transport };
  }
});

async function connect(transport: types.PlainTransport, peer: types.PlainTransport): Promise<void> {
  if (peer.srtpParameters === undefined) {
    throw new Error('The transport has no SRTP key.');
  }
  const { localIp: ip, localPort: port } = peer.tuple;
  await transport.connect({ ip, port, srtpParameters: peer.srtpParameters });
}

/** An RTP packet with nothing but the fixed header (RFC 3550, 5.1). */
function rtpPacket(payload: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(100, 1);
  header.writeUInt16BE(1, 2);
  header.writeUInt32BE(960, 4);
  header.writeUInt32BE(0x11223344, 8);
  return Buffer.concat([header, payload]);
}
