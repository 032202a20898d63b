global using System.Collections.Immutable;
global using Microsoft.Extensions.Logging;
global using Syntha.Mesh.Errors;
global using Syntha.Mesh.Items;
global using Syntha.Mesh.Log;
global using Syntha.Mesh.Names;
global using Syntha.Mesh.Stores;
