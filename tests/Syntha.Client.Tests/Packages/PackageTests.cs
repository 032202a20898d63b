using System.IO.Compression;

namespace Syntha.Client.Tests.Packages;

/// <summary>The packages as users get them: installed from a folder into an empty project, built, and run.</summary>
public sealed class PackageTests(PackedPackages packages) : IClassFixture<PackedPackages>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Packages_InstalledIntoAnEmptyProject_BuildAndMakeACall()
    {
        var project = Path.Combine(packages.Folder, "app");
        WriteEmptyProject(project);

        var output = await TypedCommand.RunAsync(
            project, "dotnet", "run", "--configuration", "Release", "--property:UseSharedCompilation=false");

        Assert.Equal("9223372036854775807", output.Trim());
    }

    [Fact]
    public void MakePack_Run_MakesThePackagesOfTheContractAndTheClientAlone() =>
        Assert.Equal(
            [.. PackedPackages.Ids.Append("Syntha.Protos").Select(id => $"{id}.{packages.VersionOf(id)}").Order(StringComparer.Ordinal)],
            packages.All);

    [Fact]
    public async Task Packages_Packed_CarryReadmeDocumentationLicenceAndSymbols()
    {
        foreach (var id in PackedPackages.Ids)
        {
            await using var package = await ZipFile.OpenReadAsync(packages.PathOf(id, "nupkg"), Token);
            var names = package.Entries.Select(entry => entry.FullName).ToList();
            Assert.Contains("README.md", names);
            Assert.Contains($"lib/net10.0/{id}.xml", names);

            using var reader = new StreamReader(await package.GetEntry($"{id}.nuspec")!.OpenAsync(Token));
            var nuspec = await reader.ReadToEndAsync(Token);
            Assert.Contains("<license type=\"expression\">Apache-2.0</license>", nuspec, StringComparison.Ordinal);
            Assert.Contains("<readme>README.md</readme>", nuspec, StringComparison.Ordinal);

            await using var symbols = await ZipFile.OpenReadAsync(packages.PathOf(id, "snupkg"), Token);
            Assert.Contains($"lib/net10.0/{id}.pdb", symbols.Entries.Select(entry => entry.FullName));
        }
    }

    private void WriteEmptyProject(string project)
    {
        Directory.CreateDirectory(project);
        var others = Path.Combine(packages.Folder, "others");
        LinkPackagesOfOthers(others);
        File.WriteAllText(Path.Combine(packages.Folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="cache" /></config>
              <fallbackPackageFolders><add key="others" value="{others}" /></fallbackPackageFolders>
              <packageSources><add key="local" value="packages" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(project, "App.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                {string.Join(Environment.NewLine, PackedPackages.Ids.Select(Reference))}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(project, "Program.cs"), """
            using Syntha.Agents.AI;
            using Syntha.Client.Testing;
            using Syntha.Extensions.AI;

            await using var server = await SynthaTestServer.StartAsync();
            var mesh = server.NewUser();
            await mesh.PushAsync("k", long.MaxValue);
            _ = new SynthaContextProvider(mesh.ForAgent("a"));
            if ((await mesh.ForAgent("a").AsAIFunctionsAsync()).Count == 0)
            {
                throw new InvalidOperationException("There are no tools.");
            }

            Console.WriteLine((await mesh.GetAsync("k"))!.Value.GetRawText());
            """);
    }

    private string Reference(string id) => $"""<PackageReference Include="{id}" Version="{packages.VersionOf(id)}" />""";

    // Most packages that ours need are in the user's cache, because our own build restored them. The others come from the user's sources.
    // The cache may also hold our own packages of an earlier day, under the same version. So the project sees links to all but those.
    private static void LinkPackagesOfOthers(string folder)
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(folder);
        foreach (var package in Directory.GetDirectories(cache).Select(path => Path.GetFileName(path)!))
        {
            if (!package.StartsWith("syntha.", StringComparison.OrdinalIgnoreCase))
            {
                Directory.CreateSymbolicLink(Path.Combine(folder, package), Path.Combine(cache, package));
            }
        }
    }
}
