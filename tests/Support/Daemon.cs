using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Syntha.Tests.Support;

/// <summary>
/// Runs what refuses to run as root, from a shell script of its own that ends when its standard input does: that is a pipe from the test
/// program, so that nothing outlives it, in whichever way it ends.
/// </summary>
internal static class Daemon
{
    /// <summary>Starts a script for <c>sh</c> with these words as arguments; the folder is handed to the user that it runs as.</summary>
    public static async Task<Process> LaunchAsync(string script, string folder, params string[] words)
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        // A session of its own, so that whoever kills this program with its group leaves the one that cleans up.
        List<string> all = ["sh", "-c", script, "daemon", .. words];
        if (Environment.IsPrivilegedProcess)
        {
            // Debian's package of PostgreSQL brings a user of its own; every system has the other.
            var users = await File.ReadAllLinesAsync("/etc/passwd");
            var user = users.Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
            await RunAsync("chown", "-R", user, folder);
            all.InsertRange(0, ["setpriv", $"--reuid={user}", $"--regid={await RunAsync("id", "-g", user)}", "--clear-groups", "--"]);
        }
        start.FileName = "setsid";
        foreach (var word in all)
        {
            start.ArgumentList.Add(word);
        }

        return Process.Start(start)!;
    }

    /// <summary>Reads until it says that it is ready, and from then on all that it says, so that the pipe never fills up.</summary>
    /// <returns>What it said instead, when it ended; null when it is ready.</returns>
    public static async Task<string?> SaysAsync(Process process, string ready)
    {
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (!line.Contains(ready, StringComparison.Ordinal))
            {
                continue;
            }

            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return null;
        }
        return string.Join(Environment.NewLine, said);
    }

    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said.Trim() : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    public static int FindFreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
