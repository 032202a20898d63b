global using Grpc.Core;
global using Syntha.Server.Tests.Support;
global using Syntha.V1;
global using Xunit;
global using ErrorReason = Syntha.V1.ErrorReason;
