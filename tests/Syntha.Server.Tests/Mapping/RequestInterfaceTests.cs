namespace Syntha.Server.Tests.Mapping;

/// <summary>The interfaces of requests (protos/Requests.cs) are written by hand. These tests hold them to the contract.</summary>
public sealed class RequestInterfaceTests
{
    public static TheoryData<string, Type> Interfaces { get; } = new()
    {
        { "as_agent", typeof(IActingRequest) },
        { "agent", typeof(IAgentRequest) },
        { "request_id", typeof(IRepeatableRequest) },
    };

    [Theory]
    [MemberData(nameof(Interfaces))]
    public void Requests_OfBothServices_HaveTheInterfaceOfEachFieldThatTheyHave(string field, Type declared)
    {
        var requests = ContextMesh.Descriptor.Methods.Concat(ToolHandler.Descriptor.Methods).Select(method => method.InputType).Distinct();

        Assert.Equal(
            requests.Where(request => request.FindFieldByName(field) is not null).Select(request => request.Name).Order(),
            requests.Where(request => declared.IsAssignableFrom(request.ClrType)).Select(request => request.Name).Order());
    }

    [Fact]
    public void Requests_OfToolHandler_EachNameAnAgent() =>
        Assert.All(ToolHandler.Descriptor.Methods, method => Assert.True(
            method.InputType.FindFieldByName("as_agent") is not null || method.InputType.FindFieldByName("agent") is not null,
            method.FullName));
}
