global using System.Collections.Immutable;
global using Syntha.Mesh.Errors;
global using Syntha.Mesh.Items;
global using Syntha.Mesh.Names;
global using ErrorReason = Syntha.Mesh.Errors.ErrorReason;
