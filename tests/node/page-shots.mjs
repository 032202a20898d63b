// Writes the pictures of docs/page.md: `node page-shots.mjs FOLDER [all]`. With `all` every view, at three widths and in both colours.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { Browser } from './support/looker.mjs';
import { Mesh } from './support/mesh.mjs';
import { Server } from './support/server.mjs';

const [folder, what] = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const [server, browser] = await Promise.all([Server.start(), Browser.open()]);
const mesh = new Mesh(server.http, 'alice');
await mesh.subscribe('Planner', ['travel', 'money']);
await mesh.subscribe('Booker', ['travel']);
await mesh.subscribe('Accountant', ['money']);
await mesh.push('goal', { text: 'Four days in Lisboa in May, by train if possible' });
await mesh.push('trip', { city: 'Lisboa', days: 4, from: '2027-05-03' }, { topics: ['travel'], asAgent: 'Planner' });
await mesh.push('trip/day-1', { morning: 'Alfama', evening: 'Fado in Mouraria' }, { topics: ['travel'], asAgent: 'Planner' });
await mesh.push('hotel', { name: 'Casa Azul', nights: 3, price: { amount: 327, currency: 'EUR' } },
  { topics: ['travel', 'money'], asAgent: 'Booker' });
await mesh.push('train/offer', { leaves: '08:12', seats: 2 }, { topics: ['travel'], asAgent: 'Booker', ttl: '900s' });
await mesh.push('budget', { total: 900, spent: 327 }, { topics: ['money'], asAgent: 'Accountant' });
await mesh.push('question', 'Is breakfast included?', { subscribers: ['Booker'], asAgent: 'Planner' });

const views = {
  mesh: '/mesh?user=alice&key=hotel', picture: '/picture?user=alice&chosen=agent%20Planner', live: '/live?user=alice&after=0',
  agents: '/agents?user=alice&agent=Planner', prompts: '/prompts?user=alice&agent=Planner', operator: '/operator?part=plots',
};
const sizes = what === 'all' ? [1280, 768, 360].flatMap((width) => [[width, 'light'], [width, 'dark']]) : [[1280, 'light']];
for (const [width, colorScheme] of sizes) {
  const looker = await browser.looker(server.http, { width, colorScheme });
  for (const [view, path] of Object.entries(views)) {
    await looker.page.goto(server.http + path);
    await looker.page.getByRole('heading', { level: 1 }).waitFor();
    if (view === 'picture') {
      const agents = looker.page.getByRole('region', { name: 'Agents' });
      await agents.getByText('Planner').click();
    }
    if (view === 'live') {
      await mesh.push('trip/day-2', { morning: 'Sintra' }, { topics: ['travel'], asAgent: 'Planner' });
      await mesh.push('budget', { total: 900, spent: 402 }, { topics: ['money'], asAgent: 'Accountant' });
      await mesh.remove('train/offer');
      await mesh.push('train/offer', { leaves: '09:02', seats: 2 }, { topics: ['travel'], asAgent: 'Booker', ttl: '900s' });
      await looker.page.getByRole('option').filter({ hasText: 'budget' }).first().click();
    }
    // Pictures are for people: what still moves may come to rest.
    await looker.page.waitForTimeout(1500);
    const name = what === 'all' ? `${view}-${width}-${colorScheme}.png` : `page-${view}.png`;
    await looker.page.screenshot({ path: join(folder, name) });
  }
  await looker.close();
}
await browser.close();
await server.stop();
