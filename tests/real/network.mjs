// Bluesky's PDS with its AppView (feeds, notifications, threads, search), labeller and directory of DIDs: dev-env's
// TestNetwork, on 127.0.0.1 and nowhere else.
//
//   DB_POSTGRES_URL=... REDIS_HOST=127.0.0.1:PORT TMPDIR=... node network.mjs MODULES NAME...
//
// MODULES is a folder with node_modules in it; what the servers keep lies in TMPDIR and in the two databases. For each
// NAME an account NAME.test is made, with an app password. When all is ready, one line of JSON says where it is; it ends
// when its standard input does.
import dns from 'node:dns';
import net from 'node:net';
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import path from 'node:path';

const [modules, ...names] = process.argv.slice(2);

// The servers listen on every interface and call each other `localhost`: both have to mean the same address.
const address = '127.0.0.1';
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (where, ...rest) {
  const options = where !== null && typeof where === 'object' ? where : { port: Number(where ?? 0) };
  const ready = rest.filter((argument) => typeof argument === 'function');
  return listen.call(this, { ...options, host: address }, ...ready);
};
dns.setDefaultResultOrder('ipv4first');

const require = createRequire(path.resolve(modules, 'package.json'));
const { TestNetwork } = require('@atproto/dev-env');

// The AppView of this version does without Redis; the PDS counts its callers there, as a public one does.
const network = await TestNetwork.create({
  dbPostgresSchema: 'postq',
  pds: { rateLimitsEnabled: true, redisScratchAddress: process.env.REDIS_HOST },
});

const call = async (method, body, token) => {
  const answer = await fetch(`${network.pds.url}/xrpc/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${JSON.stringify(said)}`);
  return said;
};

const makeUser = async (name) => {
  const handle = `${name}.test`;
  const password = randomBytes(16).toString('hex');
  const account = { handle, email: `${name}@example.org`, password };
  const { did, accessJwt } = await call('com.atproto.server.createAccount', account);
  const appPassword = await call('com.atproto.server.createAppPassword', { name: 'postq' }, accessJwt);
  return { handle, did, password, app_password: appPassword.password };
};

const users = {};
for (const name of names) users[name] = await makeUser(name);
await network.processAll(30_000);
console.log(JSON.stringify({ pid: process.pid, url: network.pds.url, plc: network.plc.url, users }));
process.stdin.on('end', () => process.exit(0)).resume();
