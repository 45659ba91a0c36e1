// Bluesky's PDS with its AppView (feeds, notifications, threads, search), its labeller and a directory of DIDs: dev-env's
// TestNetwork, on 127.0.0.1 and nowhere else.
//
//   DB_POSTGRES_URL=... REDIS_HOST=127.0.0.1:PORT TMPDIR=... node network.mjs MODULES NAME...
//
// MODULES is a folder with node_modules in it; what the servers keep lies in TMPDIR and in the two databases. For each
// NAME an account NAME.test is made, with an app password. When all is ready, one line of JSON says where it is. Each line
// on standard input is answered by an empty one as soon as the AppView has taken in everything that was written to the PDS;
// it ends when its standard input does.
import dns from 'node:dns';
import net from 'node:net';
import readline from 'node:readline';
import { createRequire } from 'node:module';
import { randomBytes } from 'node:crypto';
import path from 'node:path';

const [modules, ...names] = process.argv.slice(2);
const patience = 120_000;

// The servers listen on every interface and call each other `localhost`: both have to mean the same address.
const address = '127.0.0.1';
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (where, ...rest) {
  const options = where !== null && typeof where === 'object' ? where : { port: Number(where ?? 0) };
  const ready = rest.filter((argument) => typeof argument === 'function');
  return listen.call(this, { ...options, host: address }, ...ready);
};
dns.setDefaultResultOrder('ipv4first');

const input = readline.createInterface({ input: process.stdin });
input.on('close', () => process.exit(0));

const require = createRequire(path.resolve(modules, 'package.json'));
const { TestNetwork } = require('@atproto/dev-env');

// This AppView does without Redis; the PDS counts its callers in it, as a public one does.
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
  const account = { handle, email: `${name}@example.org`, password: randomBytes(16).toString('hex') };
  const { did, accessJwt } = await call('com.atproto.server.createAccount', account);
  const { password } = await call('com.atproto.server.createAppPassword', { name: 'postq' }, accessJwt);
  return { handle, did, access_token: accessJwt, app_password: password };
};

const users = {};
for (const name of names) users[name] = await makeUser(name);
await network.processAll(patience);
console.log(JSON.stringify({ pid: process.pid, port: network.pds.port, url: network.pds.url, plc: network.plc.url, users }));

input.on('line', async () => {
  await network.processAll(patience);
  console.log();
});
