namespace Syntha.Mesh.Tests.Support;

/// <summary>
/// The lock of the stores of tests. A step does not stop while it holds one: a database is no part of what is explored, and a test that
/// looks into a store must never wait.
/// </summary>
internal sealed class Lock;
