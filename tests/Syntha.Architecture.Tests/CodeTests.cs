using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Syntha.Architecture.Tests;

/// <summary>Rules that hold for the code of all projects.</summary>
public sealed partial class CodeTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] Assemblies =
    [
        typeof(Mesh.Serving.MeshRegistry).Assembly,
        typeof(Storage.ServerStorage).Assembly,
        typeof(Page.PageSetup).Assembly,
        typeof(Server.Hosting.SynthaServer).Assembly,
        typeof(Client.SynthaClient).Assembly,
        Assembly.Load("syntha"),
    ];

    [Fact]
    public void Fields_ThatOthersCouldChange_DoNotExist()
    {
        var open = Types()
            .SelectMany(type => type.GetFields(Declared))
            .Where(field => !field.IsInitOnly && !field.IsLiteral)
            // The operating system fills native structures, and the compiler gives every enum a public field.
            .Where(field => !field.DeclaringType!.IsEnum && !field.DeclaringType.IsLayoutSequential)
            .Select(field => $"{field.DeclaringType}.{field.Name}");

        Assert.Empty(open);
    }

    [Fact]
    public void Classes_ThatNothingExtends_AreSealed()
    {
        // Razor decides how a component's class is written, and that of a file with imports.
        var all = Types()
            .Where(type => type.Name != "_Imports" && !typeof(Microsoft.AspNetCore.Components.IComponent).IsAssignableFrom(type))
            .ToList();
        var open = all
            .Where(type => type.IsClass && !type.IsAbstract && !type.IsSealed && !all.Any(other => other.BaseType == type))
            .Select(type => type.FullName);

        Assert.Empty(open);
    }

    [Fact]
    public void LogEventIds_OfAllAssemblies_AreUnique()
    {
        var events = Types()
            .SelectMany(type => type.GetMethods(Declared | BindingFlags.NonPublic))
            .Select(method => (Method: method, Event: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.Event is not null)
            .ToList();

        Assert.NotEmpty(events);
        Assert.Empty(events.GroupBy(found => found.Event!.EventId).Where(group => group.Count() > 1).Select(group => group.Key));
        Assert.DoesNotContain(events, found => found.Event!.EventId <= 0);
    }

    [Fact]
    public void Sql_OutsideTheStorage_DoesNotExist()
    {
        var found = Repository.Files("server/Syntha.Mesh", "*.cs").Concat(Repository.Files("server/Syntha.Server", "*.cs"))
            .Concat(Repository.Files("server/Syntha.Cli", "*.cs")).Concat(Repository.Files("server/Syntha.Page", "*.cs"))
            .Concat(Repository.Files("client/dotnet/Syntha.Client", "*.cs"))
            .Where(path => SqlText().IsMatch(File.ReadAllText(path)))
            .Select(path => Path.GetRelativePath(Repository.Root, path));

        Assert.Empty(found);
        Assert.Contains(Repository.Files("server/Syntha.Storage", "*.cs"), path => SqlText().IsMatch(File.ReadAllText(path)));
    }

    [Theory]
    [InlineData(typeof(V1.ContextMesh.ContextMeshBase))]
    [InlineData(typeof(V1.ToolHandler.ToolHandlerBase))]
    public void Methods_OfTheContract_AreAllImplemented(Type service)
    {
        var implementation = Assert.Single(typeof(Server.Hosting.SynthaServer).Assembly.GetTypes(), type => type.BaseType == service);
        var calls = service.GetMethods()
            .Where(method => method.GetParameters().LastOrDefault()?.ParameterType == typeof(Grpc.Core.ServerCallContext))
            .ToList();

        Assert.NotEmpty(calls);
        Assert.Empty(calls.Where(call => implementation.GetMethod(call.Name)!.DeclaringType != implementation).Select(call => call.Name));
    }

    [Fact]
    public void ErrorReasons_OfDomainClientAndContract_AreOneList()
    {
        var contract = Numbers<V1.ErrorReason>();

        Assert.Equal(contract, Numbers<Client.ErrorReason>());
        Assert.Equal(contract.Where(pair => pair.Value != 0), Numbers<Mesh.Errors.ErrorReason>());
    }

    private static IEnumerable<KeyValuePair<string, int>> Numbers<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(reason => KeyValuePair.Create(reason.ToString(), Convert.ToInt32(reason, CultureInfo.InvariantCulture)));

    // The compiler's own types have names with "<".
    private static IEnumerable<Type> Types() => Assemblies.SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.Namespace?.StartsWith("Syntha", StringComparison.Ordinal) == true)
        .Where(type => !type.Name.Contains('<', StringComparison.Ordinal));

    // Only at the beginning of a string or a line, because prose contains these words too.
    [GeneratedRegex("""["\n]\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|PRAGMA|ATTACH|BEGIN IMMEDIATE)\s[^.]""")]
    private static partial Regex SqlText();
}
