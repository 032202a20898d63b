global using System.Collections.Immutable;
global using Syntha.Mesh.Errors;
global using Syntha.Mesh.Items;
global using Syntha.Mesh.Log;
global using Syntha.Mesh.Names;
