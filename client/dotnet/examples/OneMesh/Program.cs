// Three parties in one mesh, each by another door. An assistant's host speaks MCP, an agent in Python speaks gRPC, and curl follows all of
// it over HTTP. It needs a server (`make run`), curl, and Python with the package `syntha`. The arguments may be the server's addresses, of
// HTTP and of gRPC.
using Syntha.Examples.OneMesh;

var (http, grpc) = args is [var first, var second] ? (first, second) : ("http://127.0.0.1:8080", "http://127.0.0.1:50051");
var user = $"example{Guid.NewGuid():N}"; // a new user, so that the program can be run again
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));

try
{
    using var curl = Party.Start("curl", "curl", "-sN", "-H", $"user-id: {user}", $"{http}/v1/changes?view=keys");
    await curl.ReadToAsync("event: established", limit.Token);
    var program = Path.Combine(AppContext.BaseDirectory, "planner.py");
    using var planner = Party.Start("Planner", "python3", program, new Uri(grpc).Authority, user);
    await planner.ReadToAsync("listens", limit.Token);

    await using var assistant = await Assistant.ConnectAsync(new(http), user, limit.Token);
    await assistant.ShareAsync("goal", "two days in Lisbon", "travel", limit.Token);
    await curl.ReadToAsync("\"key\":\"goal\"", limit.Token);
    await curl.ReadToAsync("\"key\":\"plan\"", limit.Token);
    Console.WriteLine($"The assistant reads the plan: {await assistant.ReadAsync("plan", limit.Token)}");
    return 0;
}
catch (OperationCanceledException) when (limit.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("The three did not come together within a minute.");
    return 1;
}
catch (Exception exception) when (exception is HttpRequestException or InvalidOperationException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
