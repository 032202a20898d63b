namespace Syntha.Mesh.Stores;

/// <summary>How much a committed command came to.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="ValueBytes">Bytes of the values that it brought.</param>
/// <param name="Keys">How many keys it touched.</param>
public readonly record struct LoggedCommand(long Revision, long ValueBytes, long Keys);
