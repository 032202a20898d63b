using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Prompt = Syntha.Mesh.Prompts.Prompt;

namespace Syntha.Server.Wire;

/// <summary>
/// The answers for prompts that the mesh keeps, and the bytes of these answers. To write a long text as protobuf takes as much time as the
/// rest of the call. Both belong to their prompt by the identity of the object. A prompt is kept for one view of one state, so that no two
/// users can get the same one. The mesh counts its memory. Thread-safe.
/// </summary>
internal static class AnswerBytes
{
    private static readonly ConditionalWeakTable<Prompt, IMessage> Answers = [];
    private static readonly ConditionalWeakTable<IMessage, byte[]> Written = [];

    /// <summary>The answer that was made for this prompt before, or a new one. It must not be changed.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="position">The position that it shows. A kept prompt always shows the same one.</param>
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

        OfType<TAnswer>.AreWritten = true;
        var answer = make(prompt, position);
        Written.Add(answer, answer.ToByteArray());
        // The owner's service and the agent's have answers of different types. The prompt keeps the last one.
        Answers.AddOrUpdate(prompt, answer);
        return answer;
    }

    /// <summary>The size of an answer in bytes.</summary>
    public static int SizeOf<TAnswer>(TAnswer answer) =>
        answer is not IMessage message ? 0
        : OfType<TAnswer>.AreWritten && Written.TryGetValue(message, out var bytes) ? bytes.Length
        : message.CalculateSize();

    /// <summary>
    /// Sends the bytes of an answer that were written before, and writes every other answer as usual. Answers of other types are not
    /// looked for.
    /// </summary>
    public static Action<TAnswer, SerializationContext> Sender<TAnswer>(Action<TAnswer, SerializationContext> write)
        where TAnswer : class => (answer, context) =>
    {
        if (OfType<TAnswer>.AreWritten && answer is IMessage message && Written.TryGetValue(message, out var bytes))
        {
            context.Complete(bytes);
        }
        else
        {
            write(answer, context);
        }
    };

    // Whether there ever was a written answer of this type.
    private static class OfType<TAnswer>
    {
        public static bool AreWritten { get; set; }
    }
}
