using System.IO.Compression;

namespace Syntha.Client.Tests.Packages;

/// <summary>What people get: the packages, installed from a folder into an empty project, built, and run.</summary>
public sealed class PackageTests(PackedPackages packages) : IClassFixture<PackedPackages>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Packages_InstalledIntoAnEmptyProject_BuildAndMakeACall()
    {
        WriteEmptyProject();

        var output = await DotnetCommand.RunAsync(
            packages.Folder, "run", "--configuration", "Release", "--property:UseSharedCompilation=false");

        Assert.Equal("9223372036854775807", output.Trim());
    }

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

    private void WriteEmptyProject()
    {
        var userPackages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        // Ours come from the folder and go into a cache that is thrown away; the packages they need are there from our own build.
        File.WriteAllText(Path.Combine(packages.Folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="cache" /></config>
              <fallbackPackageFolders><add key="user" value="{userPackages}" /></fallbackPackageFolders>
              <packageSources><add key="local" value="packages" /></packageSources>
            </configuration>
            """);
        File.WriteAllText(Path.Combine(packages.Folder, "App.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                {string.Join(Environment.NewLine, PackedPackages.Ids.Select(id => $"""<PackageReference Include="{id}" Version="{packages.Version}" />"""))}
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(packages.Folder, "Program.cs"), """
            using Syntha.Agents.AI;
            using Syntha.Client.Testing;
            using Syntha.Extensions.AI;

            await using var server = await SynthaTestServer.StartAsync();
            var mesh = server.NewUser();
            await mesh.PushAsync("k", long.MaxValue);
            _ = new SynthaContextProvider(mesh.ForAgent("a"));
            if ((await mesh.ForAgent("a").AsAIFunctionsAsync()).Count == 0)
                throw new InvalidOperationException("There are no tools.");
            Console.WriteLine((await mesh.GetAsync("k"))!.Value.GetRawText());
            """);
    }
}
