namespace Syntha.Fuzz.Engine;

/// <summary>Runs a target without AFL++: over its corpus, and over a number of changes of it that are the same each time.</summary>
internal static class Rounds
{
    /// <param name="target">The target.</param>
    /// <param name="corpus">The folder that has a folder for each target.</param>
    /// <param name="executions">How often the target is run.</param>
    /// <exception cref="BrokenPropertyException">The input is in the message, in base 64.</exception>
    public static void Run(FuzzTarget target, string corpus, int executions)
    {
        var files = Directory.GetFiles(Path.Combine(corpus, target.Name)).Order(StringComparer.Ordinal);
        var inputs = files.Select(File.ReadAllBytes).ToList();
        var mutation = new Mutation(seed: 1);
        for (var execution = 0; execution < executions; execution++)
        {
            var input = inputs[execution % inputs.Count];
            RunOne(target, execution < inputs.Count ? input : mutation.Change(input, inputs[(execution * 7 / 3) % inputs.Count]));
        }
    }

    private static void RunOne(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
        }
        catch (Exception find)
        {
            throw new BrokenPropertyException($"{target.Name}, input in base 64: {Convert.ToBase64String(input)}\n{find}");
        }
    }
}
