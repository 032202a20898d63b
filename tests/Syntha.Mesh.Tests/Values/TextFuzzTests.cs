using Syntha.Fuzz.Engine;
using Syntha.Fuzz.Texts;

namespace Syntha.Mesh.Tests.Values;

/// <summary>The targets of eng/fuzz that are the mesh's, over their corpus and some changes of it.</summary>
public sealed class TextFuzzTests
{
    private const int Executions = 40_000;

    private static readonly string Corpus = Path.Combine(AppContext.BaseDirectory, "corpus");

    public static TheoryData<string> Names { get; } = [.. Targets().Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Target_OverItsCorpusAndChangesOfIt_KeepsItsProperty(string name) =>
        Rounds.Run(Targets().Single(target => target.Name == name), Corpus, Executions);

    private static FuzzTarget[] Targets() => [new JsonTarget(), new GlobTarget(), new TemplateTarget(), new ImportTarget()];
}
