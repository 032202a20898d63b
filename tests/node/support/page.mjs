// A page in Debian's Chromium, with the client's entry for browsers as a bundler makes it. The page and the server share an origin, as they
// do behind a proxy.
import { once } from 'node:events';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const PAGE = '<!doctype html><title>Agents</title><script type="module" src="/page.js"></script>';

/** Opens a browser with one page. `page.evaluate` runs functions in it, where `syntha` has what the client's entry exports. */
export async function openPage(server) {
  const { outputFiles: [script] } = await build({
    stdin: {
      contents: 'import * as syntha from "syntha/web"; globalThis.syntha = syntha;',
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  const own = { '/': ['text/html', PAGE], '/page.js': ['text/javascript', script.contents] };
  const site = await siteOf(server, own);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--no-first-run'],
  });
  const page = await browser.newPage();
  const failures = [];
  page.on('pageerror', (error) => failures.push(String(error)));
  await page.goto(site.url);
  await page.waitForFunction(() => 'syntha' in globalThis);
  return {
    page,
    failures,
    newPage: () => browser.newPage(),
    cut: site.cut,
    close: async () => {
      await browser.close();
      site.close();
    },
  };
}

/** Serves the page, and passes all else on to the server. */
async function siteOf(server, own) {
  const target = new URL(server);
  const open = new Set();
  const proxy = http.createServer((request, answer) => {
    const [type, content] = own[request.url] ?? [];
    if (content) {
      answer.writeHead(200, { 'content-type': type }).end(content);
      return;
    }
    const sent = http.request(
      { host: target.hostname, port: target.port, path: request.url, method: request.method, headers: request.headers },
      (received) => {
        answer.writeHead(received.statusCode, received.headers);
        received.pipe(answer);
      });
    sent.on('error', () => answer.destroy());
    open.add(answer);
    answer.on('close', () => {
      open.delete(answer);
      sent.destroy();
    });
    request.pipe(sent);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${proxy.address().port}/`,
    cut: () => open.forEach((answer) => answer.destroy()),
    close: () => {
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
