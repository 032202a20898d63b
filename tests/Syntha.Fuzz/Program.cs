using System.Globalization;
using SharpFuzz;
using Syntha.Fuzz.Engine;
using Syntha.Fuzz.Messages;
using Syntha.Fuzz.Texts;

// A target is made when its first input is here: instrumented code must not run before SharpFuzz has its counters.
var targets = new Dictionary<string, Func<FuzzTarget>>
{
    ["json"] = () => new JsonTarget(),
    ["glob"] = () => new GlobTarget(),
    ["template"] = () => new TemplateTarget(),
    ["import"] = () => new ImportTarget(),
    ["page-token"] = () => new PageTokenTarget(),
    ["request-hash"] = () => new RequestHashTarget(),
    ["frame"] = () => new FrameTarget(),
    ["body"] = () => new BodyTarget(),
    ["header"] = () => new HeaderTarget(),
};
switch (args)
{
    case ["list"]:
        Console.WriteLine(string.Join('\n', targets.Keys));
        return 0;
    case ["run", var name, var corpus, var executions]:
        Rounds.Run(targets[name](), corpus, int.Parse(executions, CultureInfo.InvariantCulture));
        return 0;
    case ["replay", var name, var file]:
        targets[name]().Run(File.ReadAllBytes(file));
        return 0;
    case ["afl", var name]:
        FuzzTarget? target = null;
        // One process runs many inputs. AFL++ starts another one after a find.
        Fuzzer.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            (target ??= targets[name]()).Run(input.ToArray());
        });
        return 0;
    default:
        Console.Error.WriteLine("usage: Syntha.Fuzz list | run TARGET CORPUS EXECUTIONS | replay TARGET FILE | afl TARGET");
        return 2;
}
