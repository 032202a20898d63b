// The views of the page, each by what a person does there: in a browser, over a real mesh that others write meanwhile.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';

import { Browser } from './support/looker.mjs';
import { Mesh } from './support/mesh.mjs';
import { Server } from './support/server.mjs';

const MARKUP = '<img src=x onerror="globalThis.wasRun = true"><script>globalThis.wasRun = true</script>';

let browser;
let server;
let looker;
before(async () => {
  [browser, server] = await Promise.all([Browser.open(), Server.start()]);
  looker = await browser.looker(server.http);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

let user;
let mesh;
beforeEach(() => {
  user = `views-${randomUUID()}`;
  mesh = new Mesh(server.http, user);
});

const row = (key) => looker.page.getByRole('option').filter({ hasText: key }).first();
const address = (name) => new URL(looker.page.url()).searchParams.get(name);

/** Three agents that share a trip. */
async function fillTrip() {
  await mesh.subscribe('Planner', ['travel']);
  await mesh.subscribe('Booker', ['travel', 'money']);
  await mesh.push('trip', { city: 'Lisboa', days: 4 }, { topics: ['travel'], asAgent: 'Planner' });
  await mesh.push('hotel', { name: 'Casa Azul', price: { amount: 327 } }, { topics: ['travel'], asAgent: 'Booker' });
  await mesh.push('budget', 900, { topics: ['money'] });
  await mesh.push('goal', 'by train', {});
  await mesh.push('note', 'for one', { subscribers: ['Planner'] });
}

test('Mesh: what is pushed appears, and is found, read, edited over a conflict, and removed', async () => {
  await fillTrip();
  await looker.open(`/mesh?user=${user}`, 'Mesh');
  await row('trip').waitFor();
  await looker.page.getByText('5 items').waitFor();

  // A change of another writer.
  await mesh.push('train', { leaves: '08:12' }, { topics: ['travel'], ttl: '900s' });
  await row('train').waitFor();

  // Found by pattern, and kept in the address.
  await looker.page.getByLabel('Keys').pressSequentially('*ote*');
  await looker.page.getByText('2 items match').waitFor();
  assert.equal(address('find'), '*ote*');
  await looker.page.reload();
  await looker.page.getByText('2 items match').waitFor();
  await row('hotel').click();
  await looker.page.getByRole('region', { name: 'Value' }).getByText('"Casa Azul"').waitFor();
  await looker.page.waitForURL(/[?&]key=hotel/);
  await looker.page.getByRole('button', { name: 'Show all' }).click();
  await row('budget').waitFor();

  // Another writer writes while it is edited.
  await looker.page.getByRole('button', { name: 'Edit', exact: true }).click();
  const form = looker.page.getByRole('dialog');
  await form.getByLabel('Value (JSON)').fill('{"name": "Casa Verde"');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('JSON_INVALID').waitFor();
  await form.getByLabel('Value (JSON)').fill('{"name": "Casa Verde"}');
  await mesh.push('hotel', { name: 'Casa Rosa' }, { topics: ['travel'] });
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('heading', { name: 'How they differ' }).waitFor();
  assert.match(await form.innerText(), /Casa Rosa[\s\S]*Casa Verde|Casa Verde[\s\S]*Casa Rosa/);
  await form.getByRole('button', { name: 'Write mine over it' }).click();
  await form.waitFor({ state: 'hidden' });
  await looker.page.getByRole('region', { name: 'Value' }).getByText('"Casa Verde"').waitFor();

  await looker.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await looker.page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await looker.page.getByText('This item was removed.').waitFor();

  await looker.page.getByRole('button', { name: 'New item' }).click();
  await form.getByLabel('Key', { exact: true }).fill('budget');
  await form.getByLabel('Value (JSON)').fill('1');
  await form.getByRole('button', { name: 'Push' }).click();
  await form.getByRole('heading', { name: 'How they differ' }).waitFor();
  await form.getByRole('button', { name: 'Take theirs' }).click();
  assert.equal(await (await fetch(new URL('/v1/context/budget', server.http), { headers: { 'user-id': user } })).text(), '900');
  await looker.assertClean();
});

test('Mesh: the list is used by keys alone, and holds 10,000 items', async () => {
  await mesh.fill(10_000);
  await looker.open(`/mesh?user=${user}`, 'Mesh');
  await looker.page.getByText('10,000 items').waitFor();
  const list = looker.page.getByRole('listbox', { name: 'Items' });
  await list.focus();
  await list.press('End');
  await looker.page.getByRole('heading', { level: 2, name: 'item/009999' }).waitFor();
  await row('item/009999').waitFor();
  await list.press('Home');
  await looker.page.getByRole('heading', { level: 2, name: 'item/000000' }).waitFor();
  await list.press('ArrowDown');
  await looker.page.getByRole('heading', { level: 2, name: 'item/000001' }).waitFor();

  // Only what is in view exists.
  assert.ok(await looker.page.getByRole('option').count() < 100);
  await looker.assertClean();
});

test('Mesh: no change is missing after a thousand in a burst', async () => {
  await mesh.push('first', 0);
  await looker.open(`/mesh?user=${user}`, 'Mesh');
  await row('first').waitFor();

  await mesh.fill(1_000, (n) => `burst/${String(n).padStart(4, '0')}`);
  await Promise.all(Array.from({ length: 20 }, (_, n) => mesh.remove(`burst/${String(n).padStart(4, '0')}`)));
  await mesh.push('last', 'the end');

  await looker.page.getByText('982 items').waitFor();
  const list = looker.page.getByRole('listbox', { name: 'Items' });
  await list.focus();
  await list.press('End');
  await looker.page.getByText('the end').first().waitFor();
  await looker.assertClean();
});

test('every view shows markup in keys, values, topics and names as text', async () => {
  await mesh.subscribe(MARKUP, [MARKUP]);
  await mesh.push(MARKUP, { [MARKUP]: MARKUP }, { topics: [MARKUP], asAgent: MARKUP });
  const query = new URLSearchParams({ user, key: MARKUP, agent: MARKUP, chosen: MARKUP, find: '<', topic: MARKUP, filter: '<' });
  for (const view of ['mesh', 'picture', 'agents', 'prompts', 'live']) {
    await looker.open(`/${view}?${query}`, `${view[0].toUpperCase()}${view.slice(1)}`);
    if (view === 'live') {
      await mesh.push(MARKUP, { [MARKUP]: 1 }, { topics: [MARKUP], asAgent: MARKUP });
    }
    await looker.page.locator('main').getByText('<img src=x').filter({ visible: true }).first().waitFor();
    assert.equal(await looker.page.evaluate(() => globalThis.wasRun), undefined, view);
    assert.equal(await looker.page.locator('main img').count(), 0, view);
  }
  await looker.open(`/operator?part=users&of=${encodeURIComponent(user)}`, 'Operator');
  await looker.assertClean();
});

test('Picture: who reads what, and why, and a new way that something flows', async () => {
  await fillTrip();
  await looker.open(`/picture?user=${user}`, 'Picture');
  const agents = looker.page.getByRole('region', { name: 'Agents' });
  await agents.getByText('Booker').click();
  const reads = looker.page.getByRole('region', { name: 'What it reads, and why' });
  await reads.getByText('hotel').waitFor();
  assert.match(await reads.innerText(), /trip[\s\S]*subscribed to[\s\S]*travel/);
  assert.doesNotMatch(await reads.innerText(), /note/);

  const table = looker.page.getByRole('region', { name: 'Who reads what' });
  await mesh.subscribe('Guide', ['museums']);
  await mesh.push('museum', 'Gulbenkian', { topics: ['museums'], asAgent: 'Planner' });
  await table.getByRole('row').filter({ hasText: 'museums' }).filter({ hasText: 'Planner' }).filter({ hasText: 'Guide' }).waitFor();
  await looker.page.reload();
  await reads.getByText('hotel').waitFor();
  await looker.assertClean();
});

test('Live: changes as they come, what one agent sees of them, and what was missed while it was paused', async () => {
  await fillTrip();
  await looker.open(`/live?user=${user}`, 'Live');
  await looker.page.getByText('Nothing yet').waitFor();
  await mesh.push('one', 1, { topics: ['travel'] });
  await row('one').click();
  const chosen = looker.page.getByRole('region', { name: 'The chosen change' });
  await chosen.getByText('Planner').first().waitFor();

  await looker.page.getByRole('button', { name: 'Pause' }).click();
  await looker.page.getByRole('button', { name: 'Resume' }).waitFor();
  await mesh.push('two', 2, { topics: ['travel'] });
  await mesh.remove('one');
  await looker.page.reload();
  await looker.page.getByRole('button', { name: 'Resume' }).click();
  await row('two').waitFor();
  await row('removed').waitFor();

  // An item for the Booker alone does not come in the Planner's view.
  await looker.page.getByLabel('Seen by').selectOption('Planner');
  await looker.page.getByRole('button', { name: 'Show' }).last().click();
  await looker.page.waitForURL(/agent=Planner/);
  await mesh.push('for-booker', 1, { subscribers: ['Booker'] });
  await mesh.push('for-planner', 1, { subscribers: ['Planner'] });
  await row('for-planner').waitFor();
  assert.equal(await looker.page.getByRole('option').filter({ hasText: 'for-booker' }).count(), 0);
  await looker.assertClean();
});

test('Agents: what an agent may do is changed, its tools are shown in a dialect, and one is called by hand', async () => {
  await fillTrip();
  await looker.open(`/agents?user=${user}&agent=Planner`, 'Agents');
  await looker.page.getByRole('heading', { level: 2, name: 'Planner' }).waitFor();
  await looker.page.getByRole('textbox', { name: 'Topic', exact: true }).fill('money');
  await looker.page.getByRole('button', { name: 'Subscribe', exact: true }).click();
  await looker.page.getByRole('button', { name: 'Unsubscribe money' }).waitFor();
  await looker.page.getByRole('button', { name: 'Unsubscribe money' }).click();
  await looker.page.getByRole('button', { name: 'Unsubscribe money' }).waitFor({ state: 'detached' });

  await looker.page.getByLabel('Dialect').selectOption('anthropic');
  await looker.page.waitForURL(/dialect=anthropic/);
  const tool = looker.page.locator('details.tool').filter({ hasText: 'push_context' }).first();
  await tool.locator('summary').click();
  await tool.getByText('input_schema').waitFor();

  await looker.page.getByLabel('Tool', { exact: true }).selectOption('push_context');
  await looker.page.getByLabel('key (required)').fill('by-hand');
  await looker.page.getByLabel('value (required)').fill('"done"');
  await looker.page.getByRole('button', { name: 'Call' }).click();
  await looker.page.locator('section[aria-labelledby=call]').getByText('succeeded').waitFor();
  const written = await fetch(new URL('/v1/context/by-hand?form=item', server.http), { headers: { 'user-id': user } });
  assert.equal((await written.json()).author, 'Planner');
  await looker.assertClean();
});

test('Prompts: what a model is told, what was left out and why, and that it is out of date', async () => {
  await fillTrip();
  await looker.open(`/prompts?user=${user}&agent=Planner`, 'Prompts');
  const text = looker.page.getByRole('region', { name: 'Text of the prompt' });
  await text.getByText('Lisboa').first().waitFor();
  await mesh.push('trip', { city: 'Porto' }, { topics: ['travel'] });
  await looker.page.getByText('The mesh has changed since').waitFor();
  await looker.page.getByRole('button', { name: 'Build again' }).click();
  await text.getByText('Porto').first().waitFor();

  await looker.page.getByLabel('Largest size in bytes').fill('60');
  await looker.page.getByRole('button', { name: 'Build', exact: true }).click();
  await looker.page.getByRole('region', { name: 'Items that were left out' }).getByText('trip').waitFor();
  await looker.page.getByLabel('Largest size in bytes').fill('1');
  await looker.page.getByRole('button', { name: 'Build', exact: true }).click();
  await looker.page.getByText('PROMPT_TOO_LARGE').waitFor();
  await looker.assertClean();
});

test('Operator: quotas as bars, a key made and revoked, the audit trail with its chain, and the last hour', async () => {
  await fillTrip();
  await looker.open(`/operator?part=users&of=${user}`, 'Operator');
  await looker.page.getByRole('heading', { level: 2, name: user }).or(looker.page.getByRole('heading', { name: user })).first().waitFor();
  await looker.page.getByRole('meter', { name: 'Items' }).waitFor();

  await looker.open('/operator?part=keys', 'Operator');
  await looker.page.getByText('Create a key', { exact: true }).click();
  await looker.page.locator('#key-user').fill(user);
  await looker.page.getByLabel('Label').fill('of a test');
  await looker.page.getByRole('button', { name: 'Create the key' }).click();
  const told = looker.page.getByRole('dialog', { name: 'The new key' });
  assert.match(await told.getByRole('textbox').inputValue(), /^syntha_/);
  await told.getByRole('button', { name: 'I have kept it' }).click();
  const line = looker.page.getByRole('row').filter({ hasText: user });
  await line.getByRole('button', { name: /^Revoke/ }).click();
  await looker.page.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).click();
  await line.getByText(/revoked/i).first().waitFor();

  await looker.open(`/operator?part=audit&of=${user}`, 'Operator');
  await looker.page.getByRole('region', { name: 'Table of entries' }).getByText('ContextMesh/Push').first().waitFor();
  await looker.page.getByRole('button', { name: 'Check the chain of local' }).click();
  await looker.page.getByText('The chain is whole').waitFor();

  await looker.open('/operator?part=plots', 'Operator');
  await looker.page.getByRole('img', { name: /Calls by status/ }).waitFor();
  await looker.assertClean();
});

for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [768, 'dark'], [360, 'light'], [360, 'dark']]) {
  test(`no view has obstacles, or is wider than the window, at ${width} px in ${colorScheme}`, async () => {
    await fillTrip();
    const own = await browser.looker(server.http, { width, colorScheme });
    const views = [
      [`/mesh?user=${user}&key=hotel`, 'Mesh', 'Casa Azul'], [`/picture?user=${user}&chosen=agent%20Planner`, 'Picture', 'Planner'],
      [`/live?user=${user}`, 'Live', 'Nothing yet'], [`/agents?user=${user}&agent=Planner`, 'Agents', 'get_context'],
      [`/prompts?user=${user}&agent=Planner`, 'Prompts', 'Lisboa'], ['/operator', 'Operator', 'In memory'],
      ['/operator?part=sessions', 'Operator', 'Live streams'], ['/operator?part=keys', 'Operator', 'Create a key'],
      ['/operator?part=audit', 'Operator', 'Check the chain'], ['/operator?part=plots', 'Operator', 'Latency'],
    ];
    for (const [path, heading, text] of views) {
      await own.open(path, heading);
      await own.page.getByText(text).filter({ visible: true }).first().waitFor();
      assert.deepEqual(await own.obstacles(), [], path);
      const [inner, whole] = await own.page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
      assert.ok(whole <= inner, `${path}: ${whole} px in a window of ${inner} px`);
    }
    await own.assertClean();
    await own.close();
  });
}
