using Microsoft.Data.Sqlite;
using Syntha.Storage.Log;
using Syntha.Storage.Sqlite.Rows;

namespace Syntha.Storage.Tests.Sqlite.Rows;

public sealed class SqliteRowTests : IDisposable
{
    private readonly SqliteConnection connection = new("Data Source=:memory:;Pooling=false");

    public SqliteRowTests() => connection.Open();

    public void Dispose() => connection.Dispose();

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("UTF-16le")]
    [InlineData("UTF-16be")]
    public void Cells_InAnyEncoding_AreWhatTheDriverReads(string encoding)
    {
        const string Text = "k\u00e9y/\u65e5\u672c/\U0001f600";
        using (var setting = connection.CreateCommand())
        {
            setting.CommandText =
                $"PRAGMA encoding = '{encoding}'; CREATE TABLE cells (text TEXT, bytes BLOB, number INTEGER, missing TEXT, empty TEXT);";
            setting.ExecuteNonQuery();
            setting.CommandText =
                "INSERT INTO cells VALUES ($text, CAST($bytes AS BLOB), 0, NULL, ''), ('b', x'0100', -9223372036854775808, NULL, '');";
            setting.Parameters.AddWithValue("$text", Text);
            setting.Parameters.AddWithValue("$bytes", System.Text.Encoding.UTF8.GetBytes(Text));
            setting.ExecuteNonQuery();
        }

        using var query = connection.CreateCommand();
        query.CommandText = "SELECT text, bytes, number, missing, empty FROM cells;";
        using var rows = query.ExecuteReader();
        ILogRow row = new SqliteRow(rows);
        Assert.True(rows.Read());

        Assert.Equal((Text, Text, 0L, null, ""), (row.GetText(0), row.GetValue(1), row.GetNumber(2), row.FindText(3), row.FindText(4)));
        Assert.Equal((Text, 0L, null), (row.FindText(0), row.FindNumber(2), row.FindNumber(3)));

        Assert.True(rows.Read());
        Assert.Equal(("b", long.MinValue), (row.GetText(0), row.GetNumber(2)));
        Assert.Equal([1, 0], row.GetBytes(1).ToArray());
    }

    [Fact]
    public void Cells_ThatHoldNothing_AreNoText_NoNumber_NoBytes()
    {
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT NULL;";
        using var rows = query.ExecuteReader();
        var row = new SqliteRow(rows);
        Assert.True(rows.Read());

        Assert.True(row.IsNull(0));
        Assert.Throws<InvalidOperationException>(() => row.GetText(0));
        Assert.Throws<InvalidOperationException>(() => row.GetNumber(0));
        Assert.Throws<InvalidOperationException>(() => row.GetValue(0));
        Assert.Throws<InvalidOperationException>(() => row.GetBytes(0).Length);
    }
}
