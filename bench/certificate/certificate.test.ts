import { expect } from 'chai';
import { runCertificateBench } from './certificate.bench.ts';

describe('the certificate bench', function () {
  this.timeout(60_000);

  it('times each kind, all kinds together and the bare page, and says what a second gives', async () => {
    let made = 0;
    const metrics = await runCertificateBench({ types: ['residence'], papers: 2, onPaper: () => (made += 1) });
    expect(made).to.equal(2);
    expect(Object.keys(metrics).toSorted()).to.deep.equal(['bare', 'issue.all', 'issue.residence', 'throughput']);
    const { 'issue.all': all, throughput } = metrics;
    expect(metrics['issue.residence']).to.deep.equal(all);
    expect(all).to.include({ unit: 'ms', n: 2 });
    expect(all.p95).to.be.greaterThan(0);
    expect(throughput.value).to.be.within(1000 / all.p95 - 0.1, 1000 / all.p50 + 0.1);
  });
});
