import { expect } from 'chai';
import { ConfigError, readSettings } from './config.ts';

const secret = '00112233445566778899aabbccddeeff';
const least = { QUEUE_URL: 'ws://127.0.0.1:4000/node', NODE_SECRET_FILE: 'secret' };
const read = (env: Record<string, string>) => readSettings({ ...least, ...env }, () => `${secret}\n`);

describe('settings of the media server', () => {
  it('has defaults for one machine', () => {
    const { config, queueUrl, secret: said } = read({});
    expect(config).to.deep.include({ listen: { host: '127.0.0.1', port: 0 }, rtc: { listenIp: '127.0.0.1', announcedAddress: '127.0.0.1', firstPort: 0 } });
    expect(config.workers).to.be.at.least(1);
    expect([queueUrl, said]).to.deep.equal([least.QUEUE_URL, secret]);
  });

  it('never carries the secret inside the configuration', () => {
    expect(JSON.stringify(read({}).config)).to.not.include(secret);
  });

  it('binds every interface when another address is announced', () => {
    expect(read({ ANNOUNCED_ADDRESS: '192.0.2.7' }).config.rtc.listenIp).to.equal('0.0.0.0');
    expect(read({ ANNOUNCED_ADDRESS: '192.0.2.7', RTC_LISTEN_IP: '192.0.2.8' }).config.rtc.listenIp).to.equal('192.0.2.8');
  });

  it('treats an empty variable as absent', () => {
    expect(read({ PUBLIC_URL: '', RTC_PORT: '' }).config).to.not.have.property('publicUrl');
  });

  const refused: [string, Record<string, string>, RegExp][] = [
    ['another machine may connect without TLS', { LISTEN: '0.0.0.0:8443' }, /TLS_CERT_FILE/],
    ['half of TLS is given', { TLS_CERT_FILE: 'c.pem' }, /go together/],
    ['another machine may connect and no origin is named', { LISTEN: '0.0.0.0:8443', BEHIND_PROXY: '1' }, /ORIGIN_ALLOW/],
    ['the ports run out', { RTC_PORT: '65535', WORKERS: '2' }, /no ports/],
    ['a number is none', { WORKERS: 'many' }, /WORKERS/],
    ['the queue is missing', { QUEUE_URL: '' }, /QUEUE_URL/],
  ];
  for (const [what, env, sentence] of refused) {
    it(`is refused with a sentence when ${what}`, () => expect(() => read(env)).to.throw(ConfigError, sentence));
  }

  it('is refused when the secret cannot be read or is too short', () => {
    expect(() => readSettings(least, () => 'abc')).to.throw(ConfigError, /hexadecimal/);
    const missing = () => {
      throw new Error('ENOENT');
    };
    expect(() => readSettings(least, missing)).to.throw(ConfigError, /cannot be read/);
  });
});
