namespace Syntha.Server.Admission;

/// <summary>
/// What takes back an operator's call that was carried out and could not be answered. The caller is told an error, so nothing of the call
/// may stay that only the answer makes usable.
/// </summary>
/// <param name="RunAsync">Takes it back. It does not throw.</param>
internal sealed record Undo(Func<Task> RunAsync)
{
    public static void Set(HttpContext http, Func<Task> runAsync) => http.Features.Set(new Undo(runAsync));

    public static Task RunOf(HttpContext http) => http.Features.Get<Undo>()?.RunAsync() ?? Task.CompletedTask;
}
