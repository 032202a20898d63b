using System.Globalization;
using System.Text.RegularExpressions;

namespace Syntha.Storage.Tests.Support;

/// <summary>
/// Reads a trace of <c>strace -f -y</c>, and finds what a power failure could undo: everything below a folder that was written, or got a
/// name, and was not synced before the next acknowledgement. It assumes the worst that a file system may do: data is durable only by a sync
/// of its file, and a new name only by a sync of its folder.
/// </summary>
internal sealed partial class SystemCallTrace(string folder)
{
    private readonly Dictionary<string, int> dirty = new(StringComparer.Ordinal);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> unfinished = [];
    private readonly Dictionary<int, int> begun = [];
    private int clock;
    private readonly HashSet<string> written = new(StringComparer.Ordinal);
    private int writesSinceLast;

    /// <summary>How many acknowledgements were sent.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>The files that had been written at the last acknowledgement.</summary>
    public IReadOnlyCollection<string> Written { get; private set; } = [];

    /// <summary>In words, what was not durable at an acknowledgement.</summary>
    public List<string> Faults { get; } = [];

    public void Read(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (LinePattern().Match(line) is { Success: true } match)
            {
                Read(int.Parse(match.Groups["pid"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["call"].Value);
            }
        }
    }

    // Calls of several threads overlap. Then strace writes the beginning and the end of a call on lines of their own.
    private void Read(int pid, string text)
    {
        clock++;
        if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
        {
            unfinished[pid] = text[..^"<unfinished ...>".Length].TrimEnd();
            begun[pid] = clock;
            // An acknowledgement counts from the moment at which it may be on its way.
            if (IsAcknowledgement(text))
            {
                Acknowledge(text);
            }

            return;
        }
        var from = clock;
        if (ResumedPattern().Match(text) is { Success: true } resumed && unfinished.Remove(pid, out var beginning))
        {
            text = beginning + resumed.Groups["rest"].Value;
            from = begun[pid];
            if (IsAcknowledgement(text))
            {
                return;
            }
        }
        if (!FailedPattern().IsMatch(text))
        {
            Apply(text, from);
        }
    }

    private void Apply(string call, int from)
    {
        if (IsAcknowledgement(call))
        {
            Acknowledge(call);
        }
        else if (SyncPattern().Match(call) is { Success: true } sync)
        {
            Sync(sync.Groups["path"].Value, from);
        }
        else if (WritePattern().Match(call) is { Success: true } write)
        {
            Write(write.Groups["path"].Value);
        }
        else if (NamePattern().Match(call) is { Success: true } name)
        {
            Name(name.Groups["path"].Value);
        }
        else if (RenamePattern().Match(call) is { Success: true } rename)
        {
            Rename(rename.Groups["from"].Value, rename.Groups["to"].Value);
        }
    }

    private static bool IsAcknowledgement(string call) =>
        call.StartsWith("write(", StringComparison.Ordinal) && call.Contains(">, \"ACK ", StringComparison.Ordinal);

    private void Acknowledge(string call)
    {
        Acknowledged++;
        if (writesSinceLast == 0)
        {
            Faults.Add($"{call}: nothing was written before it");
        }

        foreach (var path in dirty.Keys)
        {
            Faults.Add($"{call}: {path} is not synced");
        }

        writesSinceLast = 0;
        Written = [.. written];
    }

    private void Write(string path)
    {
        if (!Counts(path))
        {
            return;
        }

        dirty[path] = clock;
        written.Add(path);
        writesSinceLast++;
    }

    // A file that is opened with O_CREAT, and was not seen before, gets a name.
    private void Name(string path)
    {
        if (Counts(path) && known.Add(path))
        {
            dirty[Path.GetDirectoryName(path)!] = clock;
        }
    }

    private void Rename(string from, string to)
    {
        if (!Counts(to))
        {
            return;
        }

        if (dirty.Remove(from, out var since))
        {
            dirty[to] = since;
        }

        known.Add(to);
        dirty[Path.GetDirectoryName(to)!] = clock;
    }

    private void Sync(string path, int from)
    {
        if (dirty.TryGetValue(path, out var since) && since <= from)
        {
            dirty.Remove(path);
        }
    }

    // Not counted: the index of the write-ahead file, which is made again from it; the lock, which says nothing after a restart; and a file
    // that is not in place yet, which matters only once it gets its name.
    private bool Counts(string path) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path != folder &&
        !path.EndsWith("-shm", StringComparison.Ordinal) && !path.EndsWith("/lock", StringComparison.Ordinal);

    [GeneratedRegex(@"^(?:\[pid +)?(?<pid>\d+)\]? +(?<call>.*)$")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"^<\.\.\. \w+ resumed>(?<rest>.*)$")]
    private static partial Regex ResumedPattern();

    [GeneratedRegex(@" = -1 E[A-Z]+ ")]
    private static partial Regex FailedPattern();

    [GeneratedRegex(@"^f(?:data)?sync\(\d+<(?<path>[^>]*)>\) += 0")]
    private static partial Regex SyncPattern();

    [GeneratedRegex(@"^(?:p?write(?:64|v|v2)?|ftruncate|fallocate)\(\d+<(?<path>[^>]*)>")]
    private static partial Regex WritePattern();

    [GeneratedRegex(@"^(?:openat\(.*O_CREAT.* = \d+<(?<path>[^>]*)>|mkdir(?:at)?\([^""]*""(?<path>[^""]*)"")")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^rename\w*\([^""]*""(?<from>[^""]*)"", [^""]*""(?<to>[^""]*)""")]
    private static partial Regex RenamePattern();
}
