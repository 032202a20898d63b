using System.Reflection;
using Syntha.Mesh.State;

namespace Syntha.Mesh.Tests.Support;

/// <summary>The inside of a mesh, for tests that need it.</summary>
internal static class MeshInside
{
    private static readonly FieldInfo IsWriting = Field("isWriting");

    public static MeshState StateOf(UserMesh mesh) => mesh.State;

    /// <summary>
    /// Waits until the mesh's writer rests. It goes to rest after the last acknowledgement, on a thread of its own; whatever a test does
    /// after that, it does on the test's thread.
    /// </summary>
    public static async Task SettleAsync(UserMesh mesh)
    {
        while ((int)IsWriting.GetValue(mesh)! != 0)
        {
            await Task.Yield();
        }
    }

    private static FieldInfo Field(string name) => typeof(UserMesh).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)!;
}
