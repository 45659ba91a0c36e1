// Pages and feeds before judges that postq's authors didn't write.
//
//   node judge.mjs MODULES axe CHROMIUM URL...       axe-core in Chromium, light, dark and narrow
//   node judge.mjs MODULES html FILE...              html-validate
//   node judge.mjs MODULES json FILE...              JSON Feed's schema, by ajv
//   node judge.mjs MODULES microformats URL FILE     the microformats parser: what it reads, as JSON
//
// Prints one JSON line for each finding: {"judge", "where", "rule", "words"}. The exit status is 0 whatever was found.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, judge, ...rest] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), 'package.json'));
const say = (where, rule, words) => console.log(JSON.stringify({ judge, where, rule, words }));

async function axe(chromium, urls) {
  const puppeteer = require('puppeteer-core');
  const source = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  const browser = await puppeteer.launch({
    executablePath: chromium,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking',
           '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
  });
  try {
    for (const url of urls) {
      for (const [scheme, width] of [['light', 1200], ['dark', 1200], ['light', 320]]) {
        const where = `${url} (${scheme}, ${width})`;
        const page = await browser.newPage();
        await page.setBypassCSP(true); // axe is a script, and the pages allow none
        await page.setViewport({ width, height: 800 });
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        page.on('console', message => {
          if (['error', 'warn'].includes(message.type())) say(where, 'console', message.text());
        });
        page.on('requestfailed', request => {
          // A browser stops loading a film that it only wanted the beginning of.
          if (request.failure()?.errorText !== 'net::ERR_ABORTED') say(where, 'request', request.url());
        });
        await page.goto(url, { waitUntil: 'load' });
        await page.evaluate(() => document.querySelectorAll('details').forEach(one => (one.open = true)));
        await page.evaluate(source);
        const result = await page.evaluate(() => axe.run(document, { resultTypes: ['violations', 'incomplete'] }));
        for (const found of result.violations) say(where, found.id, `${found.help}: ${found.nodes[0].html}`);
        for (const found of result.incomplete) say(where, `${found.id}?`, `${found.help}: ${found.nodes[0].html}`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) say(where, 'overflow', `${over} pixels`);
        await page.close();
      }
    }
  } finally {
    await browser.close();
  }
}

async function html(files) {
  const { HtmlValidate } = require('html-validate');
  const judgeOf = new HtmlValidate({
    root: true,
    extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
    rules: { 'require-sri': 'off' }, // for what comes from elsewhere; all of a feed's links lead into its own folder
  });
  for (const file of files) {
    const report = await judgeOf.validateFile(file);
    for (const result of report.results) {
      for (const found of result.messages) say(`${file}:${found.line}`, found.ruleId, found.message);
    }
  }
}

function json(files) {
  const Ajv = require('ajv').default;
  const ajv = new Ajv({ strict: false, allErrors: true });
  require('ajv-formats').default(ajv);
  const valid = ajv.compile(require('jsonfeed-schema/v1.1'));
  for (const file of files) {
    if (valid(JSON.parse(fs.readFileSync(file, 'utf8')))) continue;
    for (const error of valid.errors) say(file, error.instancePath, error.message);
  }
}

function microformats([url, file]) {
  const { mf2 } = require('microformats-parser');
  console.log(JSON.stringify(mf2(fs.readFileSync(file, 'utf8'), { baseUrl: url })));
}

switch (judge) {
  case 'axe': await axe(rest[0], rest.slice(1)); break;
  case 'html': await html(rest); break;
  case 'json': json(rest); break;
  case 'microformats': microformats(rest); break;
  default: console.error(`judge.mjs: no such judge: ${judge}`); process.exit(2);
}
