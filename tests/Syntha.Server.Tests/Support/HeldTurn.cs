using System.Collections;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Mesh.Names;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;

namespace Syntha.Server.Tests.Support;

/// <summary>Holds a user's turn to write inside a server, so that a write of that user stays in flight until the test says go.</summary>
internal sealed class HeldTurn : IAsyncDisposable
{
    private readonly TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource release = new();
    private Task turn = Task.CompletedTask;

    public static async Task<HeldTurn> TakeAsync(TestServer server, TestUser user)
    {
        var held = new HeldTurn();
        var store = await server.Services.GetRequiredService<IUserStores>().OpenAsync(UserIdRule.Default.Parse(user.Id), CancellationToken.None);
        held.turn = store.WriteAsync(async _ =>
        {
            held.taken.SetResult();
            // A turn in a file is one thread's, from beginning to end.
            if (TestStore.PrefersPostgres)
            {
                await held.release.Task;
            }
            else
            {
                held.release.Task.GetAwaiter().GetResult();
            }
        }, CancellationToken.None);
        await held.taken.Task;
        return held;
    }

    /// <summary>Waits until a call holds a mesh: it is past all checks before the mesh then.</summary>
    public static async Task CallInFlightAsync(TestServer server)
    {
        // Nobody but a test needs to know, so there is no better way in than to look again and again; nothing depends on the pace.
        var entries = (IDictionary)typeof(MeshRegistry).GetField("entries", BindingFlags.Instance | BindingFlags.NonPublic)!
            .GetValue(server.Services.GetRequiredService<MeshRegistry>())!;
        while (entries.Values.Cast<object>().All(entry => (bool)entry.GetType().GetProperty("IsIdle")!.GetValue(entry)!))
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        release.TrySetResult();
        await turn;
    }
}
