namespace Syntha.Server.Tools;

/// <summary>An argument that cannot be understood. The message tells the model how to make the next call better.</summary>
internal sealed class ArgumentFault(string message) : Exception(message);
