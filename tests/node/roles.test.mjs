// Roles, access lists, and prompt builders by the names of the Python package, against a real server by both transports. The Python tests
// (tests/python/test_tools.py and test_prompts.py) expect the same results.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  buildCustomPrompt, buildMessagePrompt, buildSystemPrompt, createHybridToolHandler, createMultiAgentHandlers, createRestrictedHandler,
  createRoleBasedHandler, getRoleInfo, injectContextIntoPrompt, PREDEFINED_ROLES, TOOLS, ToolHandler,
} from 'syntha';

import { newUserId, ways } from './support/clients.mjs';

for (const [name, makeClient] of Object.entries(ways)) {
  describe(`roles and prompt builders, ${name}`, { concurrency: 4 }, () => {
    let client;
    before(() => (client = makeClient()));
    after(() => client.close());
    const newMesh = () => client.forUser(newUserId());

    test('setters change one thing each', async () => {
      const agent = newMesh().forAgent('A', { roleBasedAccess: { analyst: ['get_context', 'list_context'] } });
      await agent.setAgentRole('analyst');
      await agent.addDeniedTool('list_context');
      await agent.addDeniedTool('list_context');
      assert.deepEqual([await agent.getAvailableTools(), await agent.hasToolAccess('list_context')], [['get_context'], false]);
      assert.deepEqual((await agent.getAccess()).deniedTools, ['list_context']);
      await agent.removeDeniedTool('list_context');
      await agent.setAllowedTools(['list_context', 'push_context']);
      await agent.addAllowedTool('discover_topics');
      await agent.removeAllowedTool('push_context');
      assert.deepEqual(await agent.getAccess(), {
        role: 'analyst', roleTools: ['get_context', 'list_context'], allowedTools: ['list_context', 'discover_topics'], deniedTools: [],
        mayReadPast: false,
      });
      assert.deepEqual(await agent.getAvailableTools(), ['list_context']);

      await agent.setAllowedTools(undefined);
      assert.deepEqual(await agent.setAgentRole(undefined), [...TOOLS]);
      assert.deepEqual(await agent.addAllowedTool('get_context'), [...TOOLS]);
      assert.deepEqual(await agent.removeAllowedTool('delete_topic'), TOOLS.filter((tool) => tool !== 'delete_topic'));
      assert.equal((await agent.setDeniedTools(['get_context'])).includes('get_context'), false);
    });

    test('a role is enforced by the server, for methods and tools alike', async () => {
      const mesh = newMesh();
      await createRoleBasedHandler(mesh, 'A', 'readonly');
      const other = mesh.forAgent('A');

      await assert.rejects(other.pushContext('k', 1), { reason: 'TOOL_NOT_ALLOWED', status: 'PERMISSION_DENIED' });
      assert.equal((await other.handleToolCall('push_context', { key: 'k', value: '1' })).error, 'Access denied to tool: push_context');
    });

    test('a role is stored as one with what narrows it', async () => {
      const mesh = newMesh();
      const events = mesh.subscribe({ includeAgents: true });
      await events.next();
      await createRoleBasedHandler(mesh, 'A', 'readonly');
      await createMultiAgentHandlers(mesh, { A: { role: 'contributor', deniedTools: ['push_context'] } });
      await mesh.push('last', 1);
      const keys = [];
      while (keys.length < 3) {
        keys.push(...((await events.next()).value.changes ?? []).map(({ key }) => key));
      }
      await events.return();

      assert.deepEqual(keys, ['A', 'A', 'last']);
      assert.equal((await mesh.forAgent('A').getAccessSummary()).agentRole, 'contributor');
    });

    test('factories make handlers with the access that they say, and nothing of what was stored', async () => {
      const mesh = newMesh();
      await mesh.forAgent('Lead').setDeniedTools(['get_context']);
      const handlers = await createMultiAgentHandlers(
        mesh, [{ name: 'Lead', role: 'admin', topics: ['plans'] }, { name: 'Guest', allowedTools: ['get_context'] }],
      );
      const safe = await createRestrictedHandler(mesh, 'S');
      const minimal = await createRestrictedHandler(mesh, 'M', 'minimal');
      const own = await createRestrictedHandler(mesh, 'O', 'safe', { allowedTools: ['list_context'] });
      const analyst = await createRoleBasedHandler(mesh, 'An', 'analyst', { customRoles: { analyst: ['get_context'], clerk: [] } });

      assert.deepEqual([...handlers.keys()], ['Lead', 'Guest']);
      assert.ok([...handlers.values()].every((handler) => handler instanceof ToolHandler));
      assert.deepEqual(await handlers.get('Lead').getAvailableTools(), [...TOOLS]);
      assert.deepEqual(await handlers.get('Guest').getAvailableTools(), ['get_context']);
      assert.deepEqual(await mesh.getTopicsForAgent('Lead'), ['plans']);
      assert.equal((await safe.getAvailableTools()).includes('delete_topic'), false);
      assert.deepEqual(await minimal.getAvailableTools(), ['get_context', 'push_context', 'list_context']);
      assert.ok((await minimal.removeDeniedTool('delete_topic')).includes('delete_topic'), 'A level is a list of denied tools.');
      assert.deepEqual(await own.getAvailableTools(), ['list_context']);
      assert.deepEqual(await analyst.getAvailableTools(), ['get_context']);
      assert.deepEqual(await analyst.setAgentRole('clerk'), []);
    });

    for (const role of Object.keys(PREDEFINED_ROLES)) {
      test(`the predefined role ${role} is that of the server`, async () => {
        const handler = await createRoleBasedHandler(newMesh(), 'A', role);

        assert.deepEqual([...await handler.getAvailableTools()].sort(), [...getRoleInfo(role).tools].sort());
        assert.deepEqual(getRoleInfo(role).tools, getRoleInfo().roles[role]);
      });
    }

    test('unknown roles, levels, tools and members are refused', async () => {
      const mesh = newMesh();
      const agent = mesh.forAgent('A', { roleBasedAccess: { analyst: [] } });

      await assert.rejects(agent.setAgentRole('emperor'), { name: 'TypeError', message: /no role 'emperor'.*readonly.*analyst/ });
      await assert.rejects(agent.setAgentRole('toString'), TypeError);
      const noTool = { reason: 'TOOL_INVALID', status: 'INVALID_ARGUMENT', metadata: { tool: 'fly' } };
      await assert.rejects(agent.setDeniedTools(['fly']), noTool);
      await assert.rejects(agent.removeAllowedTool('fly'), noTool);
      await assert.rejects(createRestrictedHandler(mesh, 'A', 'none'), /no level 'none'/);
      await assert.rejects(createMultiAgentHandlers(mesh, { A: { rôle: 'admin' } }), /rôle/);
      assert.throws(() => getRoleInfo('emperor'), TypeError);
      assert.equal(await agent.getAccess(), undefined);
    });

    test('what is no list of tools never becomes a role that allows more', async () => {
      const mesh = newMesh();
      const described = { aud: { allowedTools: ['get_context'] } };
      const refused = [
        () => createRoleBasedHandler(mesh, 'A', 'aud', { customRoles: described }),
        () => createRoleBasedHandler(mesh, 'A', 'aud', { customRoles: { aud: 'get_context' } }),
        () => createRoleBasedHandler(mesh, 'A', 'admin', { customRoles: { admin: [] } }),
        () => createMultiAgentHandlers(mesh, { A: 'admin' }),
        () => createMultiAgentHandlers(mesh, { A: { deniedTools: ['delete_topic'] }, B: { role: 'readnoly' } }),
        () => mesh.forAgent('A', { roleBasedAccess: described }).setAgentRole('aud'),
        () => mesh.forAgent('A').setAllowedTools(0),
        () => mesh.setAgentAccess('A', 'readonly'),
        () => mesh.setAgentAccess('A', false),
        () => mesh.setAgentPostPermissions('A', false),
        () => mesh.setAgentPostPermissions('A', ['t']),
      ];

      for (const [number, call] of refused.entries()) {
        await assert.rejects(async () => call(), TypeError, `call ${number}`);
      }
      assert.equal(await mesh.getAgentAccess('A'), undefined);
      await createRoleBasedHandler(mesh, 'B', 'readonly', { customRoles: { ...PREDEFINED_ROLES } });
    });

    test('definitions in the forms of vendors', async () => {
      const agent = newMesh().forAgent('A');
      const openai = await agent.getOpenaiFunctions();

      assert.deepEqual(openai, await agent.getSynthaSchemasOnly());
      assert.deepEqual(openai.map((tool) => tool.function.name), [...TOOLS]);
      assert.ok((await agent.getOpenaiFunctions({ strict: true })).every((tool) => tool.function.strict));
      assert.deepEqual(Object.keys((await agent.getAnthropicTools())[0]).sort(), ['description', 'input_schema', 'name']);
    });

    test('a hybrid handler calls ours in the agent’s name', async () => {
      const mesh = newMesh();
      const handle = createHybridToolHandler(mesh, 'A', { search: ({ text }) => ['search', text] });

      assert.equal((await handle('push_context', { key: 'k', value: '1' })).success, true);
      assert.deepEqual((await handle('syntha_get_context', {})).context, { k: 1 });
      assert.deepEqual(await handle('search', { text: 'x' }), ['search', 'x']);
      assert.equal((await mesh.getItem('k')).author, 'A');
    });

    test('prompt builders tell the text and what it shows', async () => {
      const mesh = newMesh();
      await mesh.push('user_name', 'Ann');
      const { position, ...system } = await buildSystemPrompt('A', mesh);

      assert.deepEqual(system, { text: '[Context]\nUser Name: Ann', keys: ['user_name'], omitted: [], totalOmitted: 0 });
      assert.equal(position.revision, 1);
      const before = { template: 'Help. {context}', omitHeader: true, existingPrompt: 'Before.' };
      assert.equal((await buildSystemPrompt('A', mesh, before)).text, 'Help. User Name: Ann\n\nBefore.');
      const recent = { recentOnly: true, maxAgeSeconds: 60 };
      assert.equal((await buildMessagePrompt('A', mesh, recent)).text, '[Context Update]\nUser Name: Ann');
      const custom = ['A', mesh, ['user_name', 'age'], '{user_name}, {age}'];
      assert.equal((await buildCustomPrompt(...custom, { fallbackText: 'unknown' })).text, 'Ann, unknown');
      const place = { placement: 'REPLACE_PLACEHOLDER' };
      assert.equal((await injectContextIntoPrompt('{context}!', 'A', mesh, place)).text, '[Shared Context]\nUser Name: Ann!');
      assert.equal((await injectContextIntoPrompt('P', 'A', mesh)).text, '[Shared Context]\nUser Name: Ann\n\nP');
      assert.notEqual((await buildSystemPrompt('A', mesh, { readyTemplate: 'basic' })).text, system.text);
      await assert.rejects(buildCustomPrompt('A', mesh, ['k'], '{unknown}'), { reason: 'TEMPLATE_INVALID' });
      for (const twice of [{ readyTemplate: 'none such' }, { readyTemplate: 'basic', template: '{context}' }]) {
        const metadata = { template: twice.readyTemplate };
        await assert.rejects(buildSystemPrompt('A', mesh, twice), { reason: 'TEMPLATE_INVALID', status: 'INVALID_ARGUMENT', metadata });
      }
    });

    test('a prompt without an agent is refused, and not the owner’s', async () => {
      const mesh = newMesh();
      await mesh.push('hidden', 1, { subscribers: ['B'] });

      await assert.rejects(buildSystemPrompt(undefined, mesh), TypeError);
      await assert.rejects(buildSystemPrompt(mesh, 'A'), TypeError);
    });

    test('a prompt of what is new names what it leaves out, and may be fenced', async () => {
      const mesh = newMesh();
      await mesh.push('a', 1);
      const first = await buildMessagePrompt('A', mesh);
      await mesh.push('b', 2);
      const second = await buildMessagePrompt('A', mesh, { since: first.position });

      assert.deepEqual([second.text, second.omitted], ['[Context Update]\nB: 2', [{ key: 'a', reason: 'UNCHANGED' }]]);
      assert.ok((await buildSystemPrompt('A', mesh, { format: 'FENCED' })).text.includes('~~~~ key "a", by the owner\n1\n~~~~'));
      const stop = AbortSignal.abort(new RangeError('enough'));
      await assert.rejects(buildSystemPrompt('A', mesh, { signal: stop }), RangeError);
    });
  });
}
