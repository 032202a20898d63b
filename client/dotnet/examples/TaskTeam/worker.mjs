// A worker in JavaScript: works off the tasks that no other one holds, until all are done.
const [server, user, library] = process.argv.slice(2);
const { Patch, SynthaClient, SynthaError } = await import(library);

const leaseSeconds = 5;

/** Does a task. False: another worker has it. */
async function attempt(me, task, waits) {
  try {
    const claim = waits ? await me.awaitClaim(task, { leaseSeconds }).wait() : await me.claim(task, { leaseSeconds });
    try {
      if (!(await me.getContext(task)).done) {
        const result = Number(task.slice('task/'.length)) ** 2;
        // Both, or nothing when the claim was lost meanwhile.
        await me.commitContext(
          [{ push: { key: task, value: { done: true, result } } }, { patch: { key: 'done', patch: Patch.increment(1) } }],
          { ifClaim: claim },
        );
      }
      return true; // or another one has done it, just before
    } finally {
      await claim.release();
    }
  } catch (error) {
    if (error instanceof SynthaError && ['CLAIM_HELD', 'CLAIM_LOST'].includes(error.reason)) {
      return false;
    }
    throw error;
  }
}

const client = new SynthaClient(server);
const me = client.forUser(user).forAgent('JavaScript');
for (;;) {
  const open = [...(await me.getContextPattern('task/*'))].filter(([, task]) => !task.done).map(([key]) => key);
  if (open.length === 0) {
    break;
  }
  let any = false;
  for (const task of open) {
    any = (await attempt(me, task, false)) || any;
  }
  if (!any) {
    await attempt(me, open[0], true);
  }
}
client.close();
