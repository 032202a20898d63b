using System.Collections;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Syntha.Mesh.Names;
using Syntha.Mesh.Serving;
using Syntha.Mesh.Stores;

namespace Syntha.Server.Tests.Support;

/// <summary>Holds a user's turn to write inside a server, so that the user's write stays in flight until the test lets it go on.</summary>
internal sealed class HeldTurn : IAsyncDisposable
{
    private readonly TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource release = new();
    private Task turn = Task.CompletedTask;

    public static async Task<HeldTurn> TakeAsync(TestServer server, TestUser user)
    {
        var held = new HeldTurn();
        var store = await server.Services.GetRequiredService<IUserStores>().OpenAsync(
            UserIdRule.Default.Parse(user.Id), StoreRight.Unbound, CancellationToken.None);
        held.turn = store.WriteAsync(async _ =>
        {
            held.taken.SetResult();
            // For a file, one thread must hold the turn from beginning to end.
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

    /// <summary>Waits until a call holds a mesh. The call is then past all checks that come before the mesh.</summary>
    public static async Task CallInFlightAsync(TestServer server)
    {
        // Only a test needs to know, so there is no event to wait for. Look again and again; the result does not depend on the pace.
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
