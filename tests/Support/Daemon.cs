using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Syntha.Tests.Support;

/// <summary>
/// Runs a server that refuses to run as root, from a shell script. The script ends when its standard input ends. That input is a pipe from
/// the test program, so the server does not outlive the program, even when the program is killed.
/// </summary>
internal static class Daemon
{
    /// <summary>
    /// Starts a script for <c>sh</c> with these words as arguments. The user that it runs as becomes the owner of the folder.
    /// </summary>
    public static async Task<Process> LaunchAsync(string script, string folder, params string[] words)
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        // A session of its own: a signal to this program's group must not end the script, which cleans up.
        List<string> all = ["sh", "-c", script, "daemon", .. words];
        if (Environment.IsPrivilegedProcess)
        {
            // Debian's package of PostgreSQL brings the user "postgres". Every system has the user "nobody".
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

    /// <summary>Reads its output until it says that it is ready. Reads on from then, so that the pipe never fills up.</summary>
    /// <returns>Null when it is ready; its whole output when it ended instead.</returns>
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
