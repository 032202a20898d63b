using Google.Protobuf;

namespace Syntha.Server.Tests.Audit;

/// <summary>One set of names for the fields of all kinds of event. A kind that lacks the field gives zero or nothing.</summary>
internal static class AuditWords
{
    extension(AuditEvent entry)
    {
        public long Revision => entry.Write?.Position.Revision ?? 0;

        public string Epoch => entry.Write?.Position.Epoch ?? "";

        public long Bytes => entry.Write?.Bytes ?? entry.Calls?.Bytes ?? 0;

        public long Keys => entry.Write?.Keys ?? 0;

        public long CallCount => entry.Write?.Calls ?? entry.Calls?.Calls ?? entry.Refusal?.Calls ?? 0;

        public string Reason => entry.Refusal?.Reason ?? "";

        public ByteString KeyHash => ByteString.CopyFrom([.. (entry.Write?.KeyHashes ?? []).SelectMany(hash => hash)]);
    }
}
