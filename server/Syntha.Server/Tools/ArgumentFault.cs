namespace Syntha.Server.Tools;

/// <summary>An argument that cannot be understood. Its message is for the model, so that the next call is better.</summary>
internal sealed class ArgumentFault(string message) : Exception(message);
