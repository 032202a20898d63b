// A page in Debian's Chromium, with the client's entry for browsers as a bundler makes it. The page and the server share an origin, as they
// do behind a proxy.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

import { passOn, serve } from './pass-on.mjs';

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
  const open = new Set();
  const site = await serve((request, answer) => {
    const [type, content] = own[request.url] ?? [];
    if (content) {
      answer.writeHead(200, { 'content-type': type }).end(content);
      return;
    }
    open.add(answer);
    answer.on('close', () => open.delete(answer));
    passOn(server, request, answer);
  });
  return { ...site, cut: () => open.forEach((answer) => answer.destroy()) };
}
