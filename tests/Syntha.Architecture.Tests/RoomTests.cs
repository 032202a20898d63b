using System.Reflection;
using System.Xml.Linq;

namespace Syntha.Architecture.Tests;

/// <summary>
/// The README.md of each project of the server lists its rooms: the work of each, and the rooms that it uses. The code decides; a page that
/// says something else fails here, with the lines that would be right.
/// </summary>
public sealed class RoomTests
{
    // The one project that may reference the server. Its page names the rooms of the server too.
    private const string Program = "Syntha.Cli";

    public static TheoryData<string> Projects { get; } = ["Syntha.Mesh", "Syntha.Storage", "Syntha.Page", "Syntha.Server", Program];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Readme_OfAProject_ListsItsRoomsAndWhatTheyUse(string project)
    {
        var folder = Path.Combine(Repository.Root, "server", project);
        var name = XDocument.Load(Path.Combine(folder, $"{project}.csproj")).Descendants("AssemblyName").FirstOrDefault()?.Value ?? project;
        var assembly = Assembly.Load(name);
        var graph = new NamespaceGraph(assembly, folder, project == Program ? typeof(Server.Hosting.SynthaServer).Assembly : null);
        var rooms = assembly.GetTypes().Select(type => type.Namespace)
            .Where(room => room?.StartsWith($"{project}.", StringComparison.Ordinal) == true).Distinct().Order(StringComparer.Ordinal);

        var actual = rooms.Select(room => (Room: Short(room!), Uses: string.Join(", ", graph.UsedBy(room!).Select(Short)))).ToList();
        var stated = File.ReadAllLines(Path.Combine(folder, "README.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (Room: cells[1].Trim('`'), Work: cells[2], Uses: cells[3])).ToList();

        var right = string.Join('\n', actual.Select(row => $"{row.Room}: {row.Uses}"));
        var found = string.Join('\n', stated.OrderBy(row => row.Room, StringComparer.Ordinal).Select(row => $"{row.Room}: {row.Uses}"));
        Assert.True(right == found, $"The rooms of {project} and what they use:\n{right}");
        Assert.All(stated, row => Assert.True(row.Work.Length > 10, $"{row.Room} does not say what its work is."));

        // A room of another project keeps that project's name.
        string Short(string room)
        {
            var within = room.StartsWith($"{project}.", StringComparison.Ordinal) ? $"{project}." : "Syntha.";
            return room == project ? "the root" : room[within.Length..].Replace('.', '/');
        }
    }
}
