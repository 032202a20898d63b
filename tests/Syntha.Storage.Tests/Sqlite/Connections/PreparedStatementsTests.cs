using Microsoft.Data.Sqlite;
using Syntha.Storage.Sqlite.Connections;

namespace Syntha.Storage.Tests.Sqlite.Connections;

/// <summary>A statement that stays prepared takes its parameters by position, and checks their names.</summary>
public sealed class PreparedStatementsTests : IDisposable
{
    private const string Query = "SELECT @first || @second;";

    private readonly SqliteConnection connection = new("Data Source=:memory:;Pooling=False");
    private readonly PreparedStatements statements;

    public PreparedStatementsTests()
    {
        connection.Open();
        statements = new(connection);
    }

    public void Dispose()
    {
        statements.Dispose();
        connection.Dispose();
    }

    [Fact]
    public void Read_Again_TakesTheNewValues()
    {
        Assert.Equal("ab", Ask(("@first", "a"), ("@second", "b")));
        Assert.Equal("cd", Ask(("@first", "c"), ("@second", "d")));
    }

    [Fact]
    public void Read_AgainWithTheParametersInAnotherOrder_IsRefused()
    {
        Ask(("@first", "a"), ("@second", "b"));

        var refusal = Assert.Throws<ArgumentException>(() => Ask(("@second", "b"), ("@first", "a")));

        Assert.Contains("Parameter 0 of the statement is @first, and @second was given.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AgainWithAParameterMissing_IsRefused()
    {
        Ask(("@first", "a"), ("@second", "b"));

        Assert.Throws<ArgumentException>(() => Ask(("@first", "a")));
    }

    private string Ask(params (string Name, object Value)[] parameters) => statements.Read(
        Query,
        rows =>
        {
            rows.Read();
            return rows.GetString(0);
        },
        parameters);
}
