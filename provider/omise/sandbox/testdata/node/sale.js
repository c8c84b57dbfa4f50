'use strict';
// Sells something with Omise's own library, which is not changed. It has no
// option for a port, so Node's default one for http is set instead.
const assert = require('node:assert/strict');
const http = require('node:http');

const api = new URL(process.argv[2]);
http.globalAgent.defaultPort = api.port;

const omise = require('omise')({
  publicKey: process.argv[3],
  secretKey: process.argv[4],
  omiseVersion: process.argv[5],
  host: api.hostname,
  scheme: 'http',
});
const since2019 = process.argv[5] === '2019-05-29';

const decide = (page, outcome) => fetch(page, {
  method: 'POST', redirect: 'manual', body: new URLSearchParams({outcome}),
});
const refused = (code) => (error) => {
  assert.equal(error.object, 'error');
  assert.equal(error.code, code);
  return true;
};

async function sell() {
  const capability = await omise.capability.retrieve();
  const methods = since2019 ? capability.payment_methods.map((method) => method.name) : capability.payment_backends.flatMap(Object.keys);
  assert.ok(methods.includes('alipay'));

  const source = await omise.sources.create({type: 'alipay', amount: 100000, currency: 'thb'});
  assert.equal(source.object, 'source');
  assert.equal(source.flow, 'redirect');

  const charge = await omise.charges.create({
    amount: 100000, currency: 'thb', source: source.id, return_uri: 'https://shop.example/orders/1',
    description: 'Order 1', metadata: {order: '1', nested: {kept: true}},
  });
  assert.equal(charge.status, 'pending');
  assert.deepEqual(charge.metadata, {order: '1', nested: {kept: true}});

  const back = await decide(charge.authorize_uri, 'succeeded');
  assert.equal(back.status, 303);
  assert.equal(back.headers.get('location'), 'https://shop.example/orders/1');

  const paid = await omise.charges.retrieve(charge.id);
  assert.equal(paid.status, 'successful');
  assert.equal(paid.paid, true);
  assert.equal(paid.currency, since2019 ? 'THB' : 'thb');

  const refund = await omise.charges.createRefund(charge.id, {amount: 30000, metadata: {why: 'broken'}});
  assert.equal(refund.amount, 30000);
  assert.equal((await omise.charges.listRefunds(charge.id)).data[0].id, refund.id);
  assert.equal((await omise.charges.retrieveRefund(charge.id, refund.id)).charge, charge.id);
  await assert.rejects(omise.charges.createRefund(charge.id, {amount: 70001}), refused('failed_refund'));
  const refunded = await omise.charges.retrieve(charge.id);
  assert.equal(since2019 ? refunded.refunded_amount : refunded.refunded, 30000);

  return charge;
}

async function lookAround(charge) {
  const list = await omise.charges.list({limit: 1, order: 'reverse_chronological'});
  assert.equal(list.data.length, 1);
  assert.equal(list.limit, 1);
  assert.equal((await omise.charges.list()).total, list.total);

  const found = await omise.search.list({scope: 'charge', query: 'Order 1', filters: {}});
  assert.ok(found.data.some((one) => one.id === charge.id));

  const events = await omise.events.list({limit: 100});
  assert.ok(events.data.every((event) => event.data !== null));
  assert.equal((await omise.events.retrieve(events.data[0].id)).key, 'charge.create');
  assert.equal((await omise.account.retrieve()).object, 'account');
}

async function refusals() {
  const inline = await omise.charges.create({
    amount: 100000, currency: 'THB', return_uri: 'https://shop.example/orders/2',
    source: {type: 'alipay_cn', platform_type: 'WEB', billing: {street1: '', city: ''}, shipping: {street1: ''}},
  });
  assert.equal(inline.source.flow, 'app_redirect');
  assert.equal((await omise.charges.update(inline.id, {description: 'Order 2'})).description, 'Order 2');
  assert.equal((await omise.charges.expire(inline.id)).status, 'expired');
  await assert.rejects(omise.charges.expire(inline.id), refused('failed_expire'));
  await assert.rejects(omise.charges.capture(inline.id), refused('expired_charge'));
  await assert.rejects(omise.charges.reverse(inline.id), refused('failed_reverse'));
  await assert.rejects(omise.charges.retrieve('chrg_test_none'), refused('not_found'));
  await assert.rejects(omise.sources.create({type: 'alipay', amount: 'x', currency: 'usd'}), (error) => {
    assert.equal(error.message, 'currency is currently not supported and amount is not a number');
    return refused('bad_request')(error);
  });
}

sell().then(lookAround).then(refusals).then(
  () => process.exit(0),
  (error) => { console.error(error); process.exit(1); },
);
