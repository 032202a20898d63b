using Grpc.Core;
using Microsoft.AspNetCore.Components;
using Syntha.Page.Access;

namespace Syntha.Page.Agents;

/// <summary>What the panels about one agent have in common: calls that show their failure within the panel.</summary>
public abstract class AgentPanel : ComponentBase
{
    [Parameter, EditorRequired]
    public required AgentDetails Details { get; set; }

    [Parameter, EditorRequired]
    public required MeshClient Mesh { get; set; }

    /// <summary>Is called when something about the agent was changed here.</summary>
    [Parameter]
    public EventCallback Saved { get; set; }

    /// <summary>Fires when the view is left.</summary>
    [Parameter]
    public CancellationToken Ended { get; set; }

    protected bool MayEdit => Mesh.OnlyAgent is null;

    /// <summary>Whether a form is open.</summary>
    protected bool IsEditing { get; set; }

    /// <summary>Whether a call is under way.</summary>
    protected bool IsBusy { get; private set; }

    protected PageFault? Fault { get; set; }

    /// <summary>Makes calls, one after the other. Their failure becomes <see cref="Fault"/>.</summary>
    /// <returns>Whether they succeeded.</returns>
    protected async Task<bool> TryAsync(Func<Task> work)
    {
        if (IsBusy)
        {
            return false;
        }

        (IsBusy, Fault) = (true, null);
        try
        {
            await work();
            return true;
        }
        catch (RpcException fault) when (!Ended.IsCancellationRequested)
        {
            Fault = PageFault.Of(fault);
            return false;
        }
        catch (Exception left) when (left is RpcException or OperationCanceledException && Ended.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <summary>Closes the form without saving.</summary>
    protected void Close() => (IsEditing, Fault) = (false, null);

    /// <summary>Makes calls, closes the form when they succeed, and has the agent read anew.</summary>
    protected async Task SaveAsync(Func<Task> work)
    {
        if (await TryAsync(work))
        {
            IsEditing = false;
            await Saved.InvokeAsync();
        }
    }
}
