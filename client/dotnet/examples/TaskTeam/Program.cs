// Three agents in three languages work off a list of a hundred tasks. The one in Python is killed with a task in its hands. Each task is
// done exactly once, and the history proves it. It needs a server (`make run`), Python with the package `syntha`, and the built package of
// Node. The arguments are the address of that package's entry and, optionally, the server's.
using Syntha.Client;
using Syntha.Examples.TaskTeam;

const int Tasks = 100;
var (library, server) = args is [var first, var second] ? (first, second) : (args.Single(), "http://127.0.0.1:50051");
var user = $"example{Guid.NewGuid():N}"; // a new user, so that the program can be run again
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
await using var client = new SynthaClient(server);
var mesh = client.ForUser(user);

try
{
    var tasks = Enumerable.Range(0, Tasks).Select(number => PushEntry.From($"task/{number:00}", new { done = false }));
    await mesh.PushManyAsync([.. tasks, PushEntry.From("done", 0)], cancellationToken: limit.Token);

    var folder = AppContext.BaseDirectory;
    using var python = Helper.Start("python3", Path.Combine(folder, "worker.py"), new Uri(server).Authority, user, "10");
    using var javaScript = Helper.Start("node", Path.Combine(folder, "worker.mjs"), server, user, library);
    var own = new Worker(mesh.ForAgent("C#")).RunAsync(limit.Token);
    var line = await python.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("The worker in Python has ended.");
    Console.WriteLine($"The worker in Python {line}, and is killed.");
    python.Kill();
    await own;
    await javaScript.EndAsync(limit.Token);

    var authors = new List<string?>();
    for (var number = 0; number < Tasks; number++)
    {
        var versions = await mesh.ListVersionsAsync($"task/{number:00}", cancellationToken: limit.Token).ToListAsync(limit.Token);
        authors.AddRange(versions.Where(version => version.Kind == ChangeKind.Updated).Select(version => version.Author));
    }

    foreach (var by in authors.GroupBy(author => author).OrderBy(by => by.Key, StringComparer.Ordinal))
    {
        Console.WriteLine($"{by.Key}: {by.Count()} tasks");
    }

    var count = await mesh.GetAsync<int>("done", cancellationToken: limit.Token);
    Console.WriteLine($"{Tasks} tasks, done {authors.Count} times; the counter says {count}.");
    return authors.Count == Tasks && count == Tasks ? 0 : 1;
}
catch (OperationCanceledException) when (limit.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("The tasks were not done within two minutes.");
    return 1;
}
catch (Exception exception) when (exception is SynthaException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
