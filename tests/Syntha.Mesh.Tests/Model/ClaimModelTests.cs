using CsCheck;
using Syntha.Tests.Support;

namespace Syntha.Mesh.Tests.Model;

/// <summary>
/// After random claims, waits, renewals, hand-overs and writes under tokens, each call was answered as a naive reading of the log says, and
/// the log proves what claims promise.
/// </summary>
public sealed class ClaimModelTests
{
    private static readonly string[] Names = ["a", "b"];

    private static readonly Gen<string?> Actor = Gen.OneOf<string?>(null, "ann", "bob", "cid");

    private static readonly Gen<Act> Acts = Gen.Select(
            Gen.Frequency(
                (4, Deed.Claim), (5, Deed.Join), (1, Deed.Leave), (2, Deed.Renew), (3, Deed.Release), (1, Deed.HandOver), (4, Deed.Push),
                (2, Deed.Commit), (1, Deed.Expire)),
            Actor, Gen.OneOf(Names), Gen.Int[1, 3], Gen.Frequency((3, true), (1, false)),
            Gen.Frequency((3, 0), (2, 700), (1, 1500), (1, 4000)))
        .Select((deed, by, name, number, isNew, pause) => new Act(deed, by, name, number, isNew, pause));

    [Fact]
    public async Task AnyHistory_IsAnsweredAsTheLogSays_AndTheLogProvesTheClaims() =>
        await Acts.Array[1, 60].SampleAsync(
            async acts =>
            {
                var mesh = new TestMesh();
                var tokens = new List<FencingToken>();
                var writes = new List<GuardedWrite>();
                for (var index = 0; index < acts.Length; index++)
                {
                    if (index % 17 == 16)
                    {
                        await MeshInside.SettleAsync(mesh.Mesh);
                        Assert.True(mesh.Mesh.TryClose());
                        mesh.Reload();
                    }

                    await PlayAsync(acts[index], mesh, tokens, writes);
                }

                ClaimChecker.Verify(ClaimLog.Rows(mesh.Store.Changes), writes);
                LogAudit.Verify(mesh.Store);
                var live = StateText.Of(mesh.Mesh);
                Assert.Equal(live, StateText.OfLog(mesh.Store.Epoch, mesh.Store.Log));
                Assert.Equal(live, StateText.OfStore(mesh.Store));
            },
            iter: 400);

    private static async Task PlayAsync(Act act, TestMesh mesh, List<FencingToken> tokens, List<GuardedWrite> writes)
    {
        await MeshInside.SettleAsync(mesh.Mesh);
        var now = mesh.Clock.GetUtcNow();
        var known = ClaimChecker.Verify(ClaimLog.Rows(mesh.Store.Changes)).Claims.GetValueOrDefault(act.Name);
        var token = TokenOf(act, mesh, known, tokens);
        var by = act.By ?? ClaimChecker.Owner;
        var isHeld = known?.IsHeld(now) == true;
        // Who waits is first, also where the end of the lease before is not logged yet.
        var isNext = !isHeld && known?.Line.Any(ticket => ticket.Until > now) == true;
        var bears = isHeld && token.Position == new Position(mesh.Store.Epoch, known!.Token) && (act.By is null || known.Holder == by);
        var expected = act.Deed switch
        {
            Deed.Claim => isHeld || isNext ? ErrorReason.ClaimHeld : null,
            Deed.Renew or Deed.Release or Deed.HandOver or Deed.Push or Deed.Commit => bears ? null : ErrorReason.ClaimLost,
            _ => (ErrorReason?)null,
        };
        ErrorReason? refusal = null;
        try
        {
            var result = await mesh.DoAsync(CommandOf(act, token));
            if (act.Deed is Deed.Claim)
            {
                tokens.Add(new(ContextKey.Parse(act.Name), result.Position));
            }
            else if (act.Deed is Deed.Push or Deed.Commit)
            {
                writes.Add(new(result.Position.Revision, now, act.Name, token.Position!.Value.Revision));
            }
        }
        catch (MeshException refused)
        {
            refusal = refused.Reason;
        }

        Assert.Equal((act, expected), (act, refusal));
        Assert.Equal(now, mesh.Clock.GetUtcNow());
        var after = ClaimChecker.Verify(ClaimLog.Rows(mesh.Store.Changes)).Claims.GetValueOrDefault(act.Name);
        switch (act.Deed)
        {
            case Deed.Claim when refusal is null:
                Assert.Equal(by, after!.Holder);
                break;
            case Deed.Join:
                var id = $"{Commands.Ticket(act.Number)} {by}";
                Assert.True(after!.Holder == by || after.Line.Any(ticket => ticket.Id == id), $"{act} has no place: {after}");
                break;
            case Deed.Leave:
                Assert.DoesNotContain(after?.Line ?? [], ticket => ticket.Id == $"{Commands.Ticket(act.Number)} {by}");
                break;
            case Deed.Release when refusal is null:
                Assert.Equal(known!.Line.FirstOrDefault(ticket => ticket.Until > now)?.Who, after!.Holder);
                break;
        }

        mesh.Clock.Advance(TimeSpan.FromMilliseconds(act.Pause));
        await MeshInside.SettleAsync(mesh.Mesh);
    }

    // The present token, or a former one.
    private static FencingToken TokenOf(Act act, TestMesh mesh, ClaimChecker.Known? known, List<FencingToken> tokens) =>
        act.IsNew || tokens.Count == 0
            ? new(ContextKey.Parse(act.Name), new(mesh.Store.Epoch, known?.Token ?? 0))
            : tokens[act.Number * 7 % tokens.Count] with { Name = ContextKey.Parse(act.Name) };

    private static MeshCommand CommandOf(Act act, FencingToken token) => act.Deed switch
    {
        Deed.Claim => Commands.Claim(act.Name, act.By, lease: act.Number),
        Deed.Join => Commands.Join(act.Name, act.Number, act.By, lease: act.Number, grace: act.Number),
        Deed.Leave => Commands.Leave(act.Name, act.Number, act.By),
        Deed.Renew => Commands.Renew(token, act.By, lease: act.Number),
        Deed.Release => Commands.Release(token, act.By),
        Deed.HandOver => Commands.HandOver(token, act.Number == 1 ? null : "ann", act.By),
        Deed.Push => Commands.Push("k", by: act.By) with { IfClaim = token },
        Deed.Commit => Commands.Commit(Commands.Push("c")) with { Guards = [new ClaimGuard(token)], Actor = Commands.Agent(act.By) },
        _ => Commands.Purge(),
    };

    private enum Deed
    {
        Claim,
        Join,
        Leave,
        Renew,
        Release,
        HandOver,
        Push,
        Commit,
        Expire,
    }

    // The number is the ticket, and how long the lease and the place last, in seconds. A call that is new is made with the present token,
    // another one with a former token. After it so many milliseconds pass.
    private sealed record Act(Deed Deed, string? By, string Name, int Number, bool IsNew, int Pause);
}
