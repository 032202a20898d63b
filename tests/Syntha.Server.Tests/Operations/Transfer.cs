using Google.Protobuf;

namespace Syntha.Server.Tests.Operations;

/// <summary>Exports and imports as an operator's program does.</summary>
internal static class Transfer
{
    public static Task<byte[]> ExportAsync(this TestServer server, string user) => server.Administration.ExportAsync(user);

    public static async Task<byte[]> ExportAsync(this Administration.AdministrationClient administration, string user)
    {
        var export = administration.ExportUser(new() { UserId = user });
        using var file = new MemoryStream();
        while (await export.ResponseStream.MoveNext(CancellationToken.None))
        {
            Assert.InRange(export.ResponseStream.Current.Chunk.Length, 1, 1024 * 1024);
            export.ResponseStream.Current.Chunk.WriteTo(file);
        }
        return file.ToArray();
    }

    public static Task<ImportUserResponse> ImportAsync(
        this TestServer server, string user, byte[] file, bool replace = false, bool allowOtherUser = false, int chunkBytes = 100_000) =>
        server.Administration.ImportAsync(user, file, replace, allowOtherUser, chunkBytes);

    public static async Task<ImportUserResponse> ImportAsync(
        this Administration.AdministrationClient administration, string user, byte[] file, bool replace = false,
        bool allowOtherUser = false,
        int chunkBytes = 100_000)
    {
        using var import = administration.ImportUser();
        try
        {
            await import.RequestStream.WriteAsync(
                new() { Header = new() { UserId = user, Replace = replace, AllowOtherUser = allowOtherUser } });
            foreach (var chunk in file.Chunk(chunkBytes))
            {
                await import.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(chunk) });
            }

            await import.RequestStream.CompleteAsync();
        }
        catch (Exception refused) when (refused is RpcException or HttpRequestException or InvalidOperationException)
        {
            // The server refused before the client had sent all. The answer says why.
        }
        return await import.ResponseAsync;
    }

    public static async Task RefusedAsync(ErrorReason reason, Task<ImportUserResponse> import) =>
        Refusal.Of(reason, await Assert.ThrowsAsync<RpcException>(() => import));
}
