// Two agents of one user cooperate through topics. Researcher posts findings, and Writer makes a draft of them. Writer stops in between,
// keeps its position, and goes on later with exactly the changes that it missed. It needs a server (`make run`). The server's address may
// be the argument.
using Syntha.Client;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

await using var client = args is [var address] ? new SynthaClient(address) : new SynthaClient();
var mesh = client.ForUser($"example{Guid.NewGuid():N}");    // a new user, so that the program can be run again
var researcher = mesh.ForAgent("Researcher");
var writer = mesh.ForAgent("Writer");

try
{
    // Researcher always has the current drafts: a dictionary that follows the topic.
    await using var drafts = await researcher.OpenViewAsync(["drafts"], cancellationToken: stop.Token);

    var position = await WriteFirstDraftAsync();
    await GoOnResearchingAsync();
    await CatchUpAsync(position);

    // The pushed item is in the view when the view has caught up with the receipt.
    var final = await writer.PushContextAsync("draft", "The final draft", topic: "drafts", cancellationToken: stop.Token);
    var seen = await drafts.WaitForAsync(final.Position, stop.Token);
    Console.WriteLine($"Researcher reads: {seen["draft"].Value}");

    await mesh.ClearAsync(cancellationToken: stop.Token);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("Stopped.");
    return 0;
}
catch (SynthaException exception)
{
    await Console.Error.WriteLineAsync($"The example could not run: {exception.Message}");
    return 1;
}

// Writer reads the topic until it has two findings, and keeps its position.
async Task<Position> WriteFirstDraftAsync()
{
    var findings = 0;
    await foreach (var news in writer.SubscribeToTopicsAsync(["findings"], cancellationToken: stop.Token))
    {
        switch (news)
        {
            case ContextEvent.Established:
                // From here on Writer misses nothing.
                Console.WriteLine("Writer listens to findings");
                await researcher.PushContextAsync("finding/1", "Rivers carry silt", topic: "findings", cancellationToken: stop.Token);
                await researcher.PushContextAsync("finding/2", "Silt makes deltas", topic: "findings", cancellationToken: stop.Token);
                break;
            case ContextEvent.Committed committed:
                Print("Writer", committed);
                findings += committed.Changes.Length;
                break;
            case ContextEvent.Interrupted interrupted:
                Console.WriteLine($"Writer waits for the server: {interrupted.Reason}");
                break;
        }

        if (findings == 2)
        {
            await writer.PushContextAsync("draft", "A first draft", topic: "drafts", cancellationToken: stop.Token);
            Console.WriteLine("Writer pauses");
            return news.Through!.Value;
        }
    }

    throw new InvalidOperationException("A subscription does not end by itself.");
}

// Meanwhile Researcher changes its mind, in three commands. The last one has two changes.
async Task GoOnResearchingAsync()
{
    await researcher.PushContextAsync("finding/1", "Rivers carry sand and silt", topic: "findings", cancellationToken: stop.Token);
    await researcher.RemoveContextAsync("finding/2", cancellationToken: stop.Token);
    await mesh.PushManyAsync(
        [
            PushEntry.From("finding/3", "Deltas sink") with { Topics = ["findings"] },
            PushEntry.From("finding/4", "Dams hold silt back") with { Topics = ["findings"] },
        ],
        new() { AgentName = researcher.AgentName },
        stop.Token);
}

// Writer goes on after the position that it kept. It could do so in another process, or on another day.
async Task CatchUpAsync(Position position)
{
    Console.WriteLine("Writer goes on");
    var options = new SubscriptionOptions { Start = SubscriptionStart.After(position) };
    await foreach (var news in writer.SubscribeToTopicsAsync(["findings"], options, stop.Token))
    {
        if (news is ContextEvent.Committed committed)
        {
            Print("Writer", committed);
            if (committed.Changes.Any(change => change.Key == "finding/4"))
            {
                return;
            }
        }
    }
}

// One command is one line, because its changes belong together.
static void Print(string agent, ContextEvent.Committed committed)
{
    var changes = committed.Changes.Select(change => $"{change.Kind} {change.Key} {change.Item?.Value}".TrimEnd());
    Console.WriteLine($"{agent} hears: {string.Join("; ", changes)}");
}
