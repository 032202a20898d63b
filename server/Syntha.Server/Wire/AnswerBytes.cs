using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Prompt = Syntha.Mesh.Prompts.Prompt;

namespace Syntha.Server.Wire;

/// <summary>
/// The answers that tell prompts which are kept, and the bytes that they are sent as: writing a long text as protobuf takes as much time
/// as all the rest of the call. Both go with their prompt, by the identity of the object, and a prompt is kept for one view of one state:
/// no two users can ever meet in one. Its memory is counted where it is kept. Thread-safe.
/// </summary>
internal static class AnswerBytes
{
    private static readonly ConditionalWeakTable<Prompt, IMessage> Answers = [];
    private static readonly ConditionalWeakTable<IMessage, byte[]> Written = [];

    /// <summary>The answer that this prompt was told by before, or one made now. Nobody changes it.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="position">The position that it shows, which is always the same for one that is kept.</param>
    /// <param name="make">Makes the answer.</param>
    public static TAnswer AnswerOf<TAnswer>(Prompt prompt, Mesh.Log.Position position, Func<Prompt, Mesh.Log.Position, TAnswer> make)
        where TAnswer : class, IMessage<TAnswer>
    {
        if (!prompt.IsKept)
        {
            return make(prompt, position);
        }

        if (Answers.TryGetValue(prompt, out var told) && told is TAnswer same)
        {
            return same;
        }

        var answer = make(prompt, position);
        Written.Add(answer, answer.ToByteArray());
        // The owner's side and the agent's have answers of their own; whoever asked last has it.
        Answers.AddOrUpdate(prompt, answer);
        return answer;
    }

    /// <summary>How many bytes an answer has.</summary>
    public static int SizeOf(IMessage answer) => Written.TryGetValue(answer, out var bytes) ? bytes.Length : answer.CalculateSize();

    /// <summary>
    /// Sends the bytes that there are, and has all else written as ever. To find out costs an answer that is none of these next to nothing.
    /// </summary>
    public static Action<TAnswer, SerializationContext> Sender<TAnswer>(Action<TAnswer, SerializationContext> write)
        where TAnswer : class => (answer, context) =>
    {
        if (answer is IMessage message && Written.TryGetValue(message, out var bytes))
        {
            context.Complete(bytes);
        }
        else
        {
            write(answer, context);
        }
    };
}
