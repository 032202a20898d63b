// Measures the page, with a server of its own and Debian's Chromium: `node bench-page.mjs [lists|changes|memory|hour|calls]`. It prints
// figures for people; no test depends on them. Run it on a quiet machine.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Browser } from './support/looker.mjs';
import { Mesh } from './support/mesh.mjs';
import { Server } from './support/server.mjs';

const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
const ms = (value) => `${value.toFixed(0)} ms`;

async function start(...settings) {
  return Server.start('--RateLimit:CallsPerSecond=1000000', '--Quotas:MaxItems=1000000', '--Connections:MaxPerUser=10000',
    '--Streams:MaxPerUser=10000', ...settings);
}

/** First paint and first list, of meshes of three sizes. */
async function lists() {
  const [server, browser] = await Promise.all([start(), Browser.open()]);
  for (const size of [100, 10_000, 100_000]) {
    const user = `of-${size}`;
    await new Mesh(server.http, user).fill(size);
    const took = [];
    const painted = [];
    for (let round = 0; round < 9; round++) {
      const looker = await browser.looker(server.http);
      const began = performance.now();
      await looker.page.goto(`${server.http}/mesh?user=${user}`, { waitUntil: 'commit' });
      await looker.page.getByRole('option').first().waitFor();
      took.push(performance.now() - began);
      painted.push(await looker.page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0));
      await looker.close();
    }
    console.log(`first list of ${size} items: median ${ms(percentile(took, 0.5))}, worst ${ms(Math.max(...took))}; `
      + `first paint: median ${ms(percentile(painted, 0.5))}`);
  }
  await browser.close();
  await server.stop();
}

/** From the answer to a push to the row that shows it, at two paces. */
async function changes() {
  const [server, browser] = await Promise.all([start(), Browser.open()]);
  for (const [perSecond, seconds] of [[10, 20], [1_000, 20]]) {
    const user = `at-${perSecond}`;
    const mesh = new Mesh(server.http, user);
    await mesh.push('probe', 0);
    const looker = await browser.looker(server.http);
    await looker.open(`/mesh?user=${user}`, 'Mesh');
    await looker.page.getByRole('option').first().waitFor();
    await looker.page.evaluate(() => {
      globalThis.seen = new Map();
      new MutationObserver(() => {
        const text = document.querySelector('[role=option] .item-preview')?.textContent;
        if (text && !seen.has(text)) {
          seen.set(text, Date.now());
        }
      }).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
    });
    const committed = new Map();
    const began = performance.now();
    let pushed = 0;
    let last = 0;
    // The row that is watched is written ten times a second. The rest of the pace goes to other keys, a hundred at once.
    while (performance.now() - began < seconds * 1000) {
      const due = Math.floor((performance.now() - began) / 100);
      if (pushed <= due) {
        await mesh.push('probe', ++last);
        committed.set(String(last), Date.now());
        const rest = perSecond / 10 - 1;
        if (rest > 0) {
          await mesh.fill(rest, (n) => `z/${pushed}/${n}`);
        }
        pushed++;
      } else {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    await mesh.push('probe', 'the end');
    await looker.page.getByText('"the end"').first().waitFor();
    const total = 1 + pushed * Math.max(0, perSecond / 10 - 1);
    await looker.page.getByText(`${total.toLocaleString('en-US')} item`).first().waitFor();
    const seen = new Map(await looker.page.evaluate(() => [...seen]));
    const delays = [...committed].filter(([value]) => seen.has(value)).map(([value, at]) => seen.get(value) - at);
    console.log(`${perSecond} changes a second: committed to visible p50 ${ms(percentile(delays, 0.5))}, `
      + `p95 ${ms(percentile(delays, 0.95))}, worst ${ms(Math.max(...delays))}; ${delays.length} of ${committed.size} values of the `
      + `watched row were seen, the last one and all ${total} items at the end`);
    await looker.close();
  }
  await browser.close();
  await server.stop();
}

const memoryOf = async (server) => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;

/** What open pages hold. */
async function memory() {
  const [server, browser] = await Promise.all([start(), Browser.open()]);
  const mesh = new Mesh(server.http, 'alice');
  await mesh.fill(10_000);
  const warm = await browser.looker(server.http);
  await warm.open('/mesh?user=alice', 'Mesh');
  await warm.page.getByText('10,000 items').first().waitFor();
  const before = await memoryOf(server);
  const lookers = [];
  for (let n = 0; n < 100; n++) {
    const looker = await browser.looker(server.http);
    await looker.open('/mesh?user=alice', 'Mesh');
    await looker.page.getByRole('option').first().waitFor();
    lookers.push(looker);
  }
  await lookers.at(-1).page.getByText('10,000 items').first().waitFor();
  const after = await memoryOf(server);
  console.log(`100 open pages of 10,000 items: ${(after - before).toFixed(0)} MiB resident, `
    + `${((after - before) / 100).toFixed(2)} MiB each`);
  await browser.close();
  await server.stop();
}

/** Whether an open page grows: an hour of ten changes a second, as fast as they go, and the same hour without a page. */
async function hour() {
  for (const pages of [0, 1]) {
    const [server, browser] = await Promise.all([start(), Browser.open()]);
    const mesh = new Mesh(server.http, 'alice');
    await mesh.fill(10_000);
    const looker = await browser.looker(server.http);
    if (pages === 1) {
      await looker.open('/mesh?user=alice', 'Mesh');
      await looker.page.getByText('10,000 items').first().waitFor();
    }
    const samples = [await memoryOf(server)];
    for (let minute = 0; minute < 60; minute++) {
      for (let second = 0; second < 6; second++) {
        await mesh.fill(100, (n) => `item/${String(n * 97).padStart(6, '0')}`, (n) => ({ number: n, minute, second }));
      }
      if (minute % 10 === 9) {
        samples.push(await memoryOf(server));
      }
    }
    console.log(`resident before and after each sixth of 36,000 changes, ${pages} pages open: `
      + `${samples.map((one) => one.toFixed(0)).join(', ')} MiB`);
    await browser.close();
    await server.stop();
  }
}

/**
 * What open pages take from others' calls: one server without the page, one with it and nobody there, one with 20 open. They are asked in
 * turn. The browser stands still meanwhile, as it would use the processor of other machines.
 */
async function calls() {
  const browser = await Browser.open();
  const contenders = [
    { name: 'without the page', server: await start('--Page:Open=false') },
    { name: 'none open', server: await start() },
    { name: '20 open', server: await start() },
  ];
  for (const { server } of contenders) {
    await new Mesh(server.http, 'alice').fill(1_000);
    await new Mesh(server.http, 'bob').push('k', 1);
  }
  for (let n = 0; n < 20; n++) {
    const looker = await browser.looker(contenders[2].server.http);
    await looker.open('/mesh?user=alice', 'Mesh');
    await looker.page.getByText('1,000 items').first().waitFor();
  }
  const folder = await mkdtemp(join(tmpdir(), 'syntha-'));
  // A frame of gRPC: not compressed, its length, and GetRequest with the key `k`.
  await writeFile(join(folder, 'get'), Buffer.from([0, 0, 0, 0, 3, 0x12, 1, 0x6b]));
  for (let round = -2; round < 10; round++) {
    signalBrowser('SIGSTOP');
    for (const contender of contenders) {
      const before = await processorOf(contender.server);
      const { stdout } = await promisify(execFile)('h2load', ['-n40000', '-t1', '-c8', '-m16', '-d', join(folder, 'get'), '-H',
        'content-type: application/grpc', '-H', 'te: trailers', '-H', 'user-id: bob',
        `${contender.server.grpc}/syntha.v1.ContextMesh/Get`]);
      const rate = Number(/([0-9.]+) req\/s/.exec(stdout)[1]);
      if (!stdout.includes('40000 succeeded')) {
        throw new Error(stdout);
      }
      if (round >= 0) {
        (contender.rates ??= []).push(rate);
        (contender.costs ??= []).push(((await processorOf(contender.server)) - before) / 40_000);
      }
    }
    signalBrowser('SIGCONT'); // So that it says to the server that it is there.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  const base = contenders[1];
  for (const { name, rates, costs } of contenders) {
    const against = (values, others) => percentile(values.map((value, n) => value / others[n]), 0.5).toFixed(2);
    console.log(`Get, 128 in flight, ${name}: ${percentile(rates, 0.5).toFixed(0)} a second, `
      + `${(percentile(costs, 0.5) * 1e6).toFixed(1)} µs of processor; against none open: ${against(rates, base.rates)}, `
      + `${against(costs, base.costs)}`);
  }
  await rm(folder, { recursive: true });
  await browser.close();
  await Promise.all(contenders.map(({ server }) => server.stop()));
}

/** Chromium leads a group of its own. */
function signalBrowser(signal) {
  for (const pid of execFileSync('pgrep', ['-P', String(process.pid), 'chrom'], { encoding: 'utf8' }).trim().split('\n')) {
    process.kill(-Number(pid), signal);
  }
}

/** Seconds of processor time of the server. */
async function processorOf(server) {
  const fields = (await readFile(`/proc/${server.pid}/stat`, 'utf8')).split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const chosen = process.argv.slice(2);
const parts = { lists, changes, memory, hour, calls };
for (const [name, run] of Object.entries(parts)) {
  if (chosen.length === 0 || chosen.includes(name)) {
    await run();
  }
}
