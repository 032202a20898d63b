// Somebody who looks at the page to look into a mesh, in Debian's Chromium. What the browser refuses or reports is a fault, and so is
// anything that is loaded from elsewhere.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export class Browser {
  #browser;

  static async open() {
    const opened = new Browser();
    opened.#browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update',
        '--disable-sync', '--no-first-run'],
    });
    return opened;
  }

  /** Another person: with cookies of their own. */
  async looker(site, { width = 1280, height = 800, colorScheme = 'light' } = {}) {
    // The checks of axe are put into the page past its policy; `violations` are still reported by the page's own documents.
    const context = await this.#browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
    return Looker.in(context, site);
  }

  close() {
    return this.#browser.close();
  }
}

export class Looker {
  static async in(context, site) {
    const looker = new Looker();
    looker.context = context;
    looker.site = site;
    looker.faults = [];
    // As long as it takes on a machine that is busy. What is missing then is missing.
    context.setDefaultTimeout(120_000);
    looker.page = await context.newPage();
    await looker.page.addInitScript(() => {
      globalThis.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    looker.page.on('console', (message) => {
      if (message.type() === 'error' && !looker.mayLose) {
        looker.faults.push(message.text());
      }
    });
    looker.page.on('pageerror', (error) => looker.faults.push(String(error)));
    looker.page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== new URL(site).origin) {
        looker.faults.push(`loaded from elsewhere: ${request.url()}`);
      }
    });
    return looker;
  }

  /** Opens a view, and waits for its heading. */
  async open(path, heading) {
    await this.page.goto(new URL(path, this.site).href);
    await this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  async signIn(key, next = '/') {
    await this.page.goto(new URL(next, this.site).href);
    await this.page.getByLabel('API key or token').fill(key);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  text() {
    return this.page.locator('body').innerText();
  }

  /** What a reader of the screen, or somebody without a mouse, would stumble over. */
  async obstacles() {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate(() => axe.run(document));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).slice(0, 3).join(' | ')}`);
  }

  /** Nothing was refused by the policy, failed, or came from elsewhere. */
  async assertClean() {
    assert.deepEqual(await this.page.evaluate(() => globalThis.violations ?? []), []);
    assert.deepEqual(this.faults, []);
  }

  close() {
    return this.context.close();
  }
}
